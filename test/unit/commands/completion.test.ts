import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { bashScript } from '../../../src/cli/completion/bash.ts';
import { fishScript } from '../../../src/cli/completion/fish.ts';
import { fishQuote } from '../../../src/cli/completion/quote.ts';
import { type CommandNode, commonOf, pathText, type Table, tableOf } from '../../../src/cli/completion/words.ts';
import { zshScript } from '../../../src/cli/completion/zsh.ts';
import { entries } from '../../../src/cli/entries.ts';
import type { Command } from '../../../src/commands/command.ts';
import { posixQuote } from '../../../src/core/text.ts';

const small: readonly Command[] = [
  {
    name: 'plant',
    aliases: ['plants'],
    summary: "A gardener's plants",
    commands: [
      {
        name: 'add',
        summary: 'Add a plant',
        args: [{ name: 'kind', help: 'What it is', choices: ['tree', 'herb'] }],
        flags: [
          { name: 'seed', value: 'source', help: "The seed's place" },
          { name: 'photo', value: 'path', help: 'What it looks like' },
          { name: 'water', help: 'Water it', negatable: true },
          { name: 'tag', value: 'text', help: 'A tag', repeatable: true },
          { name: 'soil', short: 's', value: 'soil', help: 'Its soil', choices: ['loam', 'sand'] },
        ],
      },
    ],
  },
  {
    name: 'draw',
    summary: 'Draw plants',
    formats: ['svg', 'json'],
    args: [{ name: 'ref', help: 'Its name', variadic: true }],
  },
  { name: 'help', summary: 'Explain a command' },
];
const table = tableOf(small);

function placeAt(path: string, { nodes }: Table = table): CommandNode {
  const node = nodes.find((each) => pathText(each) === path);
  if (!node) throw new Error(`no node "${path}"`);
  return node;
}

function flagAt(path: string, name: string) {
  return placeAt(path).flags.find(({ names }) => names.includes(name));
}

describe('the table', () => {
  test('has a node for every command, each with its verbs', () => {
    expect(placeAt('').verbs).toEqual([
      { name: 'plant', aliases: ['plants'], help: "A gardener's plants" },
      { name: 'draw', aliases: [], help: 'Draw plants' },
      { name: 'help', aliases: [], help: 'Explain a command' },
    ]);
    expect(placeAt('plant').verbs).toEqual([{ name: 'add', aliases: [], help: 'Add a plant' }]);
    expect(placeAt('plant add').verbs).toEqual([]);
  });

  test('puts commands and verbs behind help, without what they take', () => {
    expect(placeAt('help').verbs.map(({ name }) => name)).toEqual([
      ...['plant', 'draw', 'help'],
      ...['environment', 'exit-codes', 'manifest', 'keys'],
    ]);
    expect(placeAt('help').verbs[0]?.aliases).toEqual(['plants']);
    expect(placeAt('help plant add')).toEqual({ path: ['help', 'plant', 'add'], verbs: [], flags: [], args: [] });
  });

  test('knows what stands behind a flag', () => {
    expect(flagAt('plant add', '--seed')?.value).toEqual({ label: 'source', offer: { kind: 'source' } });
    expect(flagAt('plant add', '--photo')?.value).toEqual({ label: 'path', offer: { kind: 'file' } });
    expect(flagAt('plant add', '--tag')).toMatchObject({ value: { offer: { kind: 'any' } }, repeatable: true });
    expect(flagAt('plant add', '-s')).toMatchObject({
      names: ['-s', '--soil'],
      value: { label: 'soil', offer: { kind: 'choice', words: ['loam', 'sand'] } },
      excludes: ['-s', '--soil'],
    });
  });

  test('gives a negatable flag its twin', () => {
    const both = ['--water', '--no-water'];
    expect(flagAt('plant add', '--water')).toMatchObject({ names: ['--water'], excludes: both });
    expect(flagAt('plant add', '--no-water')).toMatchObject({ names: ['--no-water'], excludes: both });
    expect(flagAt('plant add', '--no-water')).not.toHaveProperty('value');
  });

  test('knows what an argument is', () => {
    expect(placeAt('plant add').args).toEqual([
      { label: 'kind', offer: { kind: 'choice', words: ['tree', 'herb'] }, variadic: false },
    ]);
    expect(placeAt('draw').args).toEqual([{ label: 'ref', offer: { kind: 'any' }, variadic: true }]);
  });

  test("lets a command's own formats stand in for the common ones", () => {
    const hasOutput = (node: CommandNode) => commonOf(node, table).some(({ names }) => names.includes('--output'));
    expect(hasOutput(placeAt('plant add'))).toBe(true);
    expect(hasOutput(placeAt('draw'))).toBe(false);
    expect(flagAt('draw', '-o')?.value?.offer).toEqual({ kind: 'choice', words: ['svg', 'json'] });
  });
});

describe('the table of the program', async () => {
  const commands = await Promise.all(entries.map((entry) => entry.load()));
  const program = tableOf(commands);
  const paths = program.nodes.map(pathText);

  test.each(entries)('reaches $name and its aliases', ({ name, aliases }) => {
    expect(paths).toContain(name);
    expect(placeAt('', program).verbs.find((verb) => verb.name === name)?.aliases).toEqual(aliases);
  });

  test('holds every verb and flag of the tree once', () => {
    const check = (command: Command, path: string) => {
      const names = placeAt(path, program).flags.flatMap((flag) => flag.names);
      for (const { name } of command.flags ?? []) expect(names, path).toContain(`--${name}`);
      expect(new Set(names).size, path).toBe(names.length);
      for (const child of command.commands ?? []) check(child, `${path} ${child.name}`);
    };
    for (const command of commands) check(command, command.name);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('has only words that no shell reads as anything else', () => {
    const offers = program.nodes.flatMap(({ args, flags }) => [
      ...args.map(({ offer }) => offer),
      ...flags.flatMap(({ value }) => (value ? [value.offer] : [])),
    ]);
    const choices = offers.flatMap((offer) => (offer.kind === 'choice' ? offer.words : []));
    const verbs = program.nodes.flatMap((node) => node.verbs.flatMap(({ name, aliases }) => [name, ...aliases]));
    for (const word of [...choices, ...verbs]) expect(word).toMatch(/^[A-Za-z0-9][\w.-]*$/);
  });

  test('knows every credential for a source', () => {
    expect(placeAt('scm add', program).flags.find(({ names }) => names.includes('--access-token'))).toMatchObject({
      value: { offer: { kind: 'source' } },
    });
    expect(placeAt('key import', program).args).toMatchObject([{ offer: { kind: 'source' } }]);
  });
});

describe('quoting', () => {
  const texts = ["a gardener's 'own'", 'back\\slash', '$(date) `date` "$HOME"', 'a\nb', ''];

  test.each(texts)('a shell reads %j back', (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${posixQuote(text)}`], { encoding: 'utf8' })).toBe(text);
  });

  test('fish escapes within its quotes', () => {
    expect(fishQuote("a gardener's \\")).toBe("'a gardener\\'s \\\\'");
  });

  test('apostrophes of descriptions survive in zsh and fish', () => {
    expect(zshScript(table)).toContain("'--seed=[The seed'\\''s place]:source:_integrations_source'");
    expect(fishScript(table)).toContain("-l seed -xa '(__integrations_source)' -d 'The seed\\'s place'");
    expect(fishScript(table)).toContain("plant 'A gardener\\'s plants'");
  });

  test('zsh ends neither a description nor an action early', () => {
    const awkward = 'Its [a]: \\ b';
    const script = zshScript(tableOf([{ name: 'x', summary: awkward, flags: [{ name: 'y', help: awkward }] }]));
    expect(script).toContain("'--y[Its [a\\]: \\\\ b]'");
    expect(script).toContain("'\\''x\\:Its [a]\\: \\\\ b'\\''");
  });

  test('a script of bash is one that bash can read', () => {
    execFileSync('bash', ['-n'], { input: bashScript(table) });
  });
});
