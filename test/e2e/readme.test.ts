import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { globalFlags } from '../../src/commands/global-flags.ts';
import { productBin, type Sandbox, sandbox } from '../support/cli.ts';
import { everyCommand } from '../support/command-tree.ts';
import { sqlite } from '../support/engines.ts';
import { checkout, run } from '../support/programs.ts';
import { providerWorld, type World } from '../support/provider-world.ts';
import { sampleOf } from '../support/samples.ts';
import { addSample, workspace } from '../support/workspace.ts';

const readme = readFileSync(join(checkout, 'README.md'), 'utf8');

/** What stands indented in a section, as a shell reads it. */
function linesOf(title: string): string {
  const [, section = ''] = readme.split(`\n## ${title}\n`);
  return [...(section.split('\n## ')[0] ?? '').matchAll(/^(?: {4}(.*)|)$/gm)].map(([, line = '']) => line).join('\n');
}

/** Runs what a section says in a shell in which `integrations` is the product. */
async function follow(script: string, box: Sandbox, world: World, env: Record<string, string> = {}): Promise<string> {
  const bin = join(box.root, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(productBin, join(bin, 'integrations'));
  const work = join(box.root, 'work');
  mkdirSync(work);
  const PATH = `${bin}${delimiter}${process.env['PATH']}`;
  return run('sh', ['-euc', script], {
    cwd: work,
    env: { ...box.env, ...world.env, PATH, ...env } as NodeJS.ProcessEnv,
  });
}

test('its five minutes are as it says', async () => {
  const [box, world] = [sandbox(), await providerWorld()];
  world.server.on('GET', '/github/repos/acme/mobile/branches/main', { json: { name: 'main' } });
  const told = await follow(linesOf('Five minutes'), box, world, {
    GITHUB_TOKEN: `ghp_${'a'.repeat(36)}`,
    TMPDIR: box.root,
  });
  const order = [
    'valid',
    'mobile (GitHub) VALID',
    'No differences',
    'next',
    '1 to update',
    '1 updated',
    'ops@acme.test',
  ];
  let from = 0;
  for (const expected of order) {
    const at = told.indexOf(expected, from);
    expect(at, `"${expected}" in\n${told.slice(from)}`).toBeGreaterThanOrEqual(0);
    from = at;
  }
  expect(readdirSync(join(box.root, 'work'))).toEqual([]);
});

test('everything leaves by its way out', async () => {
  const world = await providerWorld();
  const box = await workspace(sqlite, world.env);
  await addSample(box, 'github', 'mobile');
  await follow(
    linesOf('The way out').replace('remove Acme', 'remove Acme --yes').replace('rollback', 'rollback --yes'),
    box,
    world,
  );
  const left = (name: string) => readFileSync(join(box.root, 'work', name), 'utf8');
  expect(left('everything.yaml')).toContain('name: mobile');
  for (const { column, value } of sampleOf('github').credentials) {
    expect(JSON.parse(left('plain.jsonl')).credentials[column]).toBe(value);
  }
  expect(JSON.parse(left('ring.json')).keys).toHaveLength(1);
});

test('every command that it names is there, with the flags that it gives', async () => {
  const known = new Map((await everyCommand()).map(({ path, command }) => [path, command]));
  const lines = readme.replaceAll('\\\n', '').matchAll(/(?:^ {4}|`|&& |\| )integrations ([a-z][^`\n#|>]*)/gm);
  const amiss: string[] = [];
  for (const [, line = ''] of lines) {
    const words = line.trim().split(/\s+/);
    const [two, one] = [words.slice(0, 2).join(' '), words[0] ?? ''];
    const command = known.get(two) ?? known.get(one);
    const flags = [...(command?.flags ?? []), ...globalFlags()].flatMap(({ name, short, negatable }) => [
      `--${name}`,
      `-${short}`,
      ...(negatable ? [`--no-${name}`] : []),
    ]);
    const strange = words.filter((word) => /^--?[a-z]/.test(word) && ![...flags, '--help'].includes(word));
    const isHelp = one === 'help' || one.startsWith('-');
    if ((!command && !isHelp) || strange.length > 0) amiss.push(line);
  }
  expect(amiss).toEqual([]);
});

test('its contents name its sections', () => {
  const titles = [...readme.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  const [, contents = ''] = /\*\*Contents\*\*: ([\s\S]*?)\n\n/.exec(readme) ?? [];
  const links = [...contents.matchAll(/\[([^\]]+)\]\(#([^)]+)\)/g)];
  const anchorOf = (title = '') =>
    title
      .toLowerCase()
      .replace(/[^\w ]/g, '')
      .replaceAll(' ', '-');
  expect(links.map(([, , anchor]) => anchor)).toEqual(titles.map(anchorOf));
  for (const [at, [, name = '']] of links.entries()) expect(titles[at]?.startsWith(name)).toBe(true);
  expect(readme).not.toContain('npx integrations');
});
