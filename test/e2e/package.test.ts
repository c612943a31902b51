import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { type RolldownOptions, rolldown } from 'rolldown';
import { loadConfig } from 'rolldown/config';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { npm, pack, scratchFolder, unbuiltCheckout } from '../support/package.ts';
import { checkout, run } from '../support/programs.ts';

describe('the package', () => {
  let folder: string;
  let printed: string;
  let files: string[];

  beforeAll(async () => {
    const packed = await pack();
    printed = packed.printed;
    folder = scratchFolder('unpacked');
    await run('tar', ['-xzf', packed.tarball, '-C', folder, '--strip-components', '1']);
    files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  });

  const read = (name: string) => readFileSync(join(folder, name), 'utf8');

  test('holds the program, the library with its types, what they are made of, its papers, and nothing else', () => {
    const chunks = chunksFrom(['main.cjs', 'reseal-worker.cjs', 'library.cjs'], (name) => read(join('dist', name)));
    const typed = ['error', 'index', 'integration', 'integration-types', 'open', 'types', 'version'].map(
      (name) => `library/${name}`,
    );
    typed.push('core/error');
    expect(files.sort()).toEqual(
      [
        'CHANGELOG.md',
        'README.md',
        'SECURITY.md',
        'bin/integrations.cjs',
        'dist/THIRD-PARTY-LICENSES.txt',
        'dist/library.mjs',
        'dist/manifest.schema.json',
        'dist/sbom.cdx.json',
        'package.json',
        'src/manifest/example.yaml',
        ...chunks.map((name) => join('dist', name)),
        ...typed.flatMap((name) => [`dist/types/${name}.d.ts`, `dist/types/${name}.d.cts`]),
      ].sort(),
    );
  });

  test('is made without a word of the bundler', () => {
    const lines = printed.split('\n').filter((line) => !/^npm notice|^> |^$/.test(line));
    expect(lines).toEqual([expect.stringMatching(/^tenant-integrations-[\d.]+\.tgz$/)]);
  });

  test('loads nothing of node_modules but what is native', () => {
    // What stands in a text is none: ajv would write some into a file, which nobody has it do.
    const required = files
      .filter((name) => name.endsWith('.cjs'))
      .flatMap((name) => [...read(name).matchAll(/(?<!`)\brequire\("([^."][^"]*)"\)/g)].map(([, module]) => module));
    const packages = [...new Set(required)].filter(
      (name = '') => !/^node:/.test(name) && !builtinModules.includes(name),
    );
    expect(packages.sort()).toEqual([
      'better-sqlite3',
      // Left in what is bundled: tried for colours in debug output, and two drivers of Knex that nothing asks for.
      'cardinal',
      'mysql',
      'sqlite3',
      'supports-color',
    ]);
  });

  test('names every package in the bundle, and no other', async () => {
    const bundled = await bundledPackages();
    expect(bundled.length).toBeGreaterThan(30);
    const { components, dependencies, metadata } = JSON.parse(read('dist/sbom.cdx.json'));
    const named = components.map(({ name, version }: Component) => `${name}@${version}`);
    expect(named.sort()).toEqual(bundled);
    expect(components.filter(({ hashes, licenses, purl }: Component) => !hashes || !licenses || !purl)).toEqual([]);
    expect(`${metadata.component.name}@${metadata.component.version}`).toBe(metadata.component['bom-ref']);
    expect(dependencies).toHaveLength(bundled.length + 1);

    const licences = read('dist/THIRD-PARTY-LICENSES.txt');
    expect([...licences.matchAll(/^(\S+@\d\S+) \(/gm)].map(([, name]) => name).sort()).toEqual(bundled);
  });
});

test('a checkout that is installed for everybody is built and linked', async () => {
  const [prefix, cwd] = [scratchFolder('prefix'), unbuiltCheckout()];
  const printed = await npm(['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', '.'], { cwd });
  expect(printed).not.toMatch(/rolldown|chunk|error/i);
  expect(realpathSync(join(prefix, 'lib', 'node_modules', 'tenant-integrations'))).toBe(realpathSync(cwd));
  const told = await runCli(['--version'], { bin: join(prefix, 'bin', 'integrations') });
  expect([told.status, told.stdout]).toEqual([
    0,
    `${JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')).version}\n`,
  ]);
});

/** What npm runs when it installs a checkout, in a folder that is none, with an `npm` that does this. */
function prepare(env: Record<string, string>, npm = 'echo "$@"', folder = scratchFolder('bare')) {
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
  const PATH = `${folder}:${process.env['PATH']}`;
  return spawnSync(process.execPath, [join(checkout, '.build', 'prepare.mjs')], {
    cwd: folder,
    env: { PATH, ...env },
    encoding: 'utf8',
  });
}

test('a checkout is built without a word, and where that fails the reason is told', () => {
  const folder = scratchFolder('bundler');
  mkdirSync(join(folder, 'node_modules', 'rolldown'), { recursive: true });
  const [built, failed] = ['0', '3'].map((status) => prepare({}, `echo chunks; exit ${status}`, folder));
  expect([built?.status, built?.stdout, built?.stderr]).toEqual([0, '', '']);
  expect([failed?.status, failed?.stdout]).toEqual([1, '']);
  expect(failed?.stderr).toBe(
    'chunks\n' +
      'error: the packages are installed, but the program could not be built; the reason stands above\n' +
      'hint:  npm run build\n',
  );
});

describe('a checkout without the bundler', () => {
  test('brings it where it is installed for everybody, since npm only links it', () => {
    const { status, stdout, stderr } = prepare({ npm_config_global: 'true' });
    expect([status, stdout, stderr]).toEqual([0, '--no-global ci --include=dev --no-audit --no-fund\n', '']);
  });

  test('says what to do elsewhere', () => {
    const { status, stdout, stderr } = prepare({});
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'error: nothing can be built without the devDependencies\nhint:  npm ci && npm prune --omit=dev\n',
    );
  });
});

interface Component {
  name: string;
  version: string;
  purl?: string;
  hashes?: unknown;
  licenses?: unknown;
}

/** These files and all that they require, or start as a thread. */
function chunksFrom(entries: string[], read: (name: string) => string): string[] {
  const seen = new Set(entries);
  for (const name of seen) {
    for (const [, other = ''] of read(name).matchAll(/["'`]\.\/([\w.-]+\.cjs)["'`]/g)) seen.add(other);
  }
  return [...seen];
}

/** As the bundler and the source maps tell it, with the versions of the lock. */
async function bundledPackages(): Promise<string[]> {
  const config = (await loadConfig(join(checkout, '.rolldown.config.mjs'))) as RolldownOptions;
  const bundle = await rolldown(config);
  const { output } = await bundle.generate({ ...config.output, sourcemap: true });
  await bundle.close();
  // A module that only passes on what others export is in no map.
  const sources = output.flatMap((file) =>
    file.type === 'chunk' ? [...file.moduleIds, ...(file.map?.sources ?? [])] : [],
  );
  const place = /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/;
  const places = sources.map((source) => place.exec(source)?.[0]);
  const { packages } = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8'));
  return [...new Set(places)]
    .filter((each) => each !== undefined)
    .map((each) => `${each.split('node_modules/').at(-1)}@${packages[each]?.version}`)
    .sort();
}
