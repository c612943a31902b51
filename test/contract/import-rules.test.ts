import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox } from '../support/cli.ts';
import { checkout } from '../support/programs.ts';

interface Import {
  /** A file of ours from the root of the checkout, or the name of a package. */
  target: string;
  kind: 'static' | 'type' | 'dynamic';
}

const files = ['src', 'migrations'].flatMap((folder) =>
  readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => posix.join(folder, name.replaceAll('\\', '/'))),
);
const sources = new Map(files.map((file) => [file, readFileSync(join(checkout, file), 'utf8')]));
const imports = new Map([...sources].map(([file, source]) => [file, importsOf(file, source)]));

function importsOf(file: string, source: string): Import[] {
  const resolve = (target: string) => (target.startsWith('.') ? posix.join(posix.dirname(file), target) : target);
  const statements = [...source.matchAll(/^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm)];
  const calls = [...source.matchAll(/(typeof\s+)?\bimport\('([^']+)'\)/g)];
  return [
    ...statements.map(
      ([, type, target = '']) => ({ target: resolve(target), kind: type ? 'type' : 'static' }) as const,
    ),
    ...calls.map(([, type, target = '']) => ({ target: resolve(target), kind: type ? 'type' : 'dynamic' }) as const),
  ];
}

/** Who imports what from where, for those of the imports that break a rule. */
function breaches(breaks: (file: string, target: string) => boolean): string[] {
  return [...imports].flatMap(([file, all]) =>
    all.filter(({ target }) => breaks(file, target)).map(({ target }) => `${file} imports ${target}`),
  );
}

const isOurs = (target: string) => /^(src|migrations)\/|^package\.json$/.test(target);
const within = (path: string, ...folders: string[]) => folders.some((folder) => path.startsWith(`${folder}/`));
const packageOf = (target: string) => /^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target;

test('the walk sees the files and their imports', () => {
  expect(files.length).toBeGreaterThan(60);
  for (const [file, all] of imports) {
    const ours = all.filter(({ target }) => target.endsWith('.ts'));
    for (const { target } of ours) expect(files, file).toContain(target);
  }
  const seen = [...imports.values()].flat();
  expect(seen.filter(({ kind }) => kind === 'dynamic').length).toBeGreaterThan(20);
  expect(imports.get('src/db/queries.ts')).toContainEqual({ target: 'knex', kind: 'type' });
  expect(imports.get('src/db/sqlite.ts')).toContainEqual({ target: 'knex', kind: 'static' });
});

describe('direction', () => {
  test('core knows nothing of the rest', () => {
    expect(
      breaches((file, target) => within(file, 'src/core') && isOurs(target) && !within(target, 'src/core')),
    ).toEqual([]);
  });

  test('core reads no file, no network and no environment', () => {
    const effects = /^node:(fs|net|http|https|child_process|process|os|tty|readline)/;
    expect(breaches((file, target) => within(file, 'src/core') && effects.test(target))).toEqual([]);
    expect(files.filter((file) => within(file, 'src/core', 'src/providers') && /\bprocess\./.test(code(file)))).toEqual(
      [],
    );
  });

  test.each<[folder: string, ...allowed: string[]]>([
    ['src/providers', 'src/core', 'src/providers'],
    ['src/files', 'src/core', 'src/files'],
    ['src/crypto', 'src/core', 'src/crypto', 'src/files'],
    ['src/output', 'src/core', 'src/output', 'src/files'],
    ['src/db', 'src/core', 'src/db', 'src/files', 'src/crypto', 'src/providers', 'migrations'],
    ['migrations', 'migrations'],
    ['src/config', 'src/core', 'src/config', 'src/files', 'src/db', 'src/crypto'],
    ['src/verify', 'src/core', 'src/verify', 'src/config', 'src/crypto', 'src/db', 'src/providers'],
    ['src/manifest', 'src/core', 'src/manifest', 'src/files', 'src/crypto', 'src/db', 'src/input', 'src/providers'],
    ['src/input', 'src/core', 'src/input', 'src/files', 'src/output', 'src/providers'],
    [
      'src/app',
      'src/core',
      'src/app',
      'src/files',
      'src/crypto',
      'src/db',
      'src/providers',
      'src/verify',
      'src/manifest',
    ],
  ])('%s imports of ours only from %s %s %s %s %s %s %s', (folder, ...allowed) => {
    const foreign = (file: string, target: string) =>
      within(file, folder) && isOurs(target) && target !== 'package.json' && !within(target, ...allowed);
    expect(breaches(foreign)).toEqual([]);
  });

  test('imports point down the map of the sources', () => {
    const map = readFileSync(join(checkout, 'src/README.md'), 'utf8');
    const rows = [...map.matchAll(/^\| `([a-z]+(?:\/|\.ts))` \|/gm)].map(([, name]) => `src/${name}`);
    const rankOf = (path: string) => rows.findIndex((row) => path.startsWith(row));
    const folders = new Set(files.filter((file) => /^src\/\w+\//.test(file)).map((file) => file.split('/')[1]));
    expect(rows.filter((row) => row.endsWith('/')).sort()).toEqual([...folders].map((name) => `src/${name}/`).sort());
    expect(breaches((file, target) => rankOf(target) !== -1 && rankOf(target) < rankOf(file))).toEqual([]);
  });

  test('commands do not know the command line, and only the process starts it', () => {
    const callers = breaches((file, target) => within(target, 'src/cli') && !within(file, 'src/cli'));
    expect(callers.filter((breach) => !breach.startsWith('src/main.ts '))).toEqual([]);
  });

  test('the use cases know no terminal', () => {
    const terminal = /^node:(tty|readline|os|child_process)|^src\/(commands|cli|input|output|config|context)/;
    expect(breaches((file, target) => within(file, 'src/app') && terminal.test(target))).toEqual([]);
    expect(files.filter((file) => within(file, 'src/app') && /\bprocess\./.test(code(file)))).toEqual([]);
  });

  test('the library knows no terminal either, and no process but for what it is given', () => {
    const terminal = /^node:(tty|readline|child_process)|^src\/(commands|cli|input|output|context|host-rows|main)/;
    expect(breaches((file, target) => within(file, 'src/library') && terminal.test(target))).toEqual([]);
    expect(files.filter((file) => within(file, 'src/library') && /\b(process|console)\./.test(code(file)))).toEqual([]);
    const callers = breaches(
      (file, target) => within(target, 'src/library') && !within(file, 'src/library', 'src/http'),
    );
    expect(callers.filter((breach) => !breach.startsWith('src/commands/serve.ts '))).toEqual([]);
  });

  test('the API knows no terminal, and only the commands that start or describe it load it', () => {
    const terminal = /^node:(tty|readline|child_process)|^src\/(commands|cli|input|output|context|host-rows|main)/;
    expect(breaches((file, target) => within(file, 'src/http') && terminal.test(target))).toEqual([]);
    const callers = breaches((file, target) => within(target, 'src/http') && !within(file, 'src/http'));
    const commands = ['src/commands/serve.ts', 'src/commands/schema.ts'];
    expect(callers.filter((breach) => !commands.some((file) => breach.startsWith(`${file} `)))).toEqual([]);
    const loaded = commands.flatMap((file) => [...loadedBy(file)]);
    expect(loaded.filter((target) => within(target, 'src/http'))).toEqual([]);
  });

  test('what writes in a tenant is made in one place, and what is sealed in another', () => {
    const naming = (name: RegExp) => files.filter((file) => name.test(code(file))).sort();
    expect(naming(/\bwritableStoresOf\b/)).toEqual(['src/app/scope.ts', 'src/db/stores/writable-stores.ts']);
    expect(naming(/\bas (Sealed|SealedValues|NewIntegration)\b/)).toEqual([
      'src/crypto/seal.ts',
      'src/db/stores/sealed-row.ts',
    ]);
  });

  test('no verb imports another', () => {
    const verbs = files.filter(
      (file) =>
        within(file, 'src/commands') &&
        /^export (const|function) \w+(: Command\b|\([^)]*\): Command\b)/m.test(code(file)),
    );
    expect(verbs.length).toBeGreaterThan(20);
    const isGroup = (file: string) => /\/index\.ts$/.test(file);
    expect(breaches((file, target) => verbs.includes(file) && verbs.includes(target) && !isGroup(file))).toEqual([]);
  });

  test('nothing imports the commands but the command line', () => {
    expect(
      breaches((file, target) => within(target, 'src/commands') && !within(file, 'src/commands', 'src/cli')),
    ).toEqual([]);
  });

  test('no file imports itself through others, for its types or while it runs', () => {
    const circular = files.filter((file) => reachedFrom(file, () => true).has(file));
    expect(circular).toEqual([]);
  });
});

describe('packages', () => {
  test('the README names each that is bundled, and no other', () => {
    const [, table = ''] =
      /\n\| bundled \| why \|\n([\s\S]*?)\n\n/.exec(readFileSync(join(checkout, 'README.md'), 'utf8')) ?? [];
    const named = [...table.matchAll(/^\| ([a-z@].*?) \|/gm)].flatMap(([, names = '']) => names.split(', '));
    // Those that are installed beside it, and what makes the page when the product is built.
    const others = ['better-sqlite3', 'keytar', 'rolldown'];
    const used = new Set([...imports.values()].flat().map(({ target }) => packageOf(target)));
    const bundled = [...used].filter(
      (name) => !/^(node:|src$|migrations$|package\.json$)/.test(name) && !others.includes(name),
    );
    expect(named.sort()).toEqual(bundled.sort());
  });

  test.each([
    ['knex', ['src/db', 'migrations']],
    ['commander', ['src/cli']],
    ['@inquirer/prompts', ['src/input']],
    ['@inquirer/core', ['src/input']],
    ['chalk', ['src/output', 'src/input']],
    ['cli-table3', ['src/output']],
    ['string-width', ['src/output']],
    ['ora', ['src/output']],
    ['env-paths', ['src/files']],
    ['yaml', ['src/config', 'src/output', 'src/providers', 'src/manifest']],
    ['undici', ['src/verify']],
    ['nodemailer', ['src/verify']],
    ['uuid', ['src/core']],
    ['shlex', ['src/files']],
    ['@noble/ed25519', ['src/db']],
    ['mysql2', ['src/db']],
    ['hono', ['src/http']],
    ['@hono/node-server', ['src/http']],
    ['ajv', ['src/http']],
    ['jose', ['src/http']],
    ['rolldown', ['src/http/page']],
  ])('%s is imported only by %s', (name, folders) => {
    expect(breaches((file, target) => packageOf(target) === name && !within(file, ...folders))).toEqual([]);
  });

  test('there are no others', () => {
    const known = ['knex', 'commander', '@inquirer/prompts', '@inquirer/core', 'chalk', 'cli-table3', 'string-width'];
    known.push('ora', 'env-paths', 'yaml', 'uuid', 'undici', 'nodemailer', 'shlex');
    known.push('@noble/ed25519', 'mysql2', 'better-sqlite3', 'hono', '@hono/node-server', 'ajv', 'jose');
    known.push('rolldown');
    const foreign = (_: string, target: string) =>
      !isOurs(target) && !target.startsWith('node:') && !known.includes(packageOf(target));
    expect(breaches(foreign)).toEqual([]);
  });

  test('keytar is named in one file', () => {
    expect(files.filter((file) => /keytar/.test(code(file)))).toEqual(['src/crypto/key-sources/keychain.ts']);
  });

  test('the drivers are named where Knex is told of them, where one signs in, where a child looks at a file, and where completion reads', () => {
    expect(files.filter((file) => /'(mysql2|better-sqlite3)'/.test(code(file))).sort()).toEqual([
      'src/db/file-check.ts',
      'src/db/mysql.ts',
      'src/db/read-only.ts',
      'src/db/sign-in.ts',
      'src/db/sqlite.ts',
    ]);
  });
});

describe('what is loaded before it is needed', () => {
  const heavy = [
    'undici',
    'nodemailer',
    'knex',
    'mysql2',
    'better-sqlite3',
    '@inquirer',
    'ora',
    'keytar',
    'yaml',
    'chalk',
    'cli-table3',
    'hono',
    '@hono/node-server',
    'ajv',
    'jose',
  ];

  test.each([
    'src/main.ts',
    'src/cli/root.ts',
    'src/cli/run.ts',
    'src/cli/program.ts',
    'src/cli/help.ts',
    'src/library/index.ts',
  ])('%s', (file) => {
    const loaded = [...loadedBy(file)].filter((target) => heavy.some((name) => target.startsWith(name)));
    expect(loaded).toEqual([]);
  });

  test('the entry imports no package at all', () => {
    expect([...loadedBy('src/main.ts')].filter((target) => !isOurs(target) && !target.startsWith('node:'))).toEqual([]);
  });

  test('the product answers --version and --help with what it bundles', async () => {
    const box = sandbox();
    const probe = join(box.root, 'probe.cjs');
    writeFileSync(
      probe,
      `process.on('exit', () => require('node:fs').writeFileSync(2, Object.keys(require.cache).join('\\n')));`,
    );
    for (const flag of ['--version', '--help']) {
      const result = await box.runWith({ env: { NODE_OPTIONS: `--require ${probe}` } }, flag);
      expect(result.status).toBe(0);
      const loaded = result.stderr.split('\n').filter((path) => path !== '' && path !== probe);
      expect(loaded.filter((path) => path.includes('node_modules'))).toEqual([]);
      expect(loaded.map((path) => relative(checkout, path))).toContain(join('dist', 'main.cjs'));
    }
  });
});

test('a credential is revealed where it is sealed, read, or asked for, and nowhere else', () => {
  const sites = files.flatMap((file) => {
    const count = [...code(file).matchAll(/\breveal\b(?!\s*\(\): string)/g)].filter((match) =>
      isCall(file, match.index),
    );
    return count.length > 0 ? [`${file}: ${count.length}`] : [];
  });
  expect(sites.sort()).toEqual(revealSites);
});

/**
 * Each with its reason: sealing; reading what was given; what a rotation replaces, sealed together and taken apart;
 * a token for the API, printed once and digested, and its rights; one of a CI, whose signature is checked; `show --reveal`; what `exec` gives to a command; `key import`; the keyed digests of a plan; the requests to providers.
 */
const revealSites = [
  'src/app/access-tokens.ts: 1',
  'src/app/exec/open.ts: 1',
  'src/app/keys/ring.ts: 1',
  'src/app/presented-token.ts: 1',
  'src/app/previous.ts: 2',
  'src/app/reveal.ts: 1',
  'src/commands/integration/field-flags.ts: 2',
  'src/commands/token.ts: 1',
  'src/core/access-token.ts: 1',
  'src/core/authorization.ts: 8',
  'src/core/field-builders.ts: 1',
  'src/crypto/seal.ts: 1',
  'src/http/oidc/judge-token.ts: 1',
  'src/input/dialogue.ts: 2',
  'src/manifest/plan-file.ts: 1',
  'src/verify/asking.ts: 2',
  'src/verify/send.ts: 2',
];

/** Whether `.reveal` of a Secret stands there, called or not; `reveal` is a flag and a function of `show` as well. */
function isCall(file: string, at: number): boolean {
  return code(file)[at - 1] === '.';
}

/** A source without its comments. */
function code(file: string): string {
  return (sources.get(file) ?? '').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

/** Every file and package that is loaded with a file, by static imports. */
function loadedBy(file: string): Set<string> {
  return new Set([file, ...reachedFrom(file, ({ kind }) => kind === 'static')]);
}

/** What is imported from a file on. */
function reachedFrom(file: string, follows: (each: Import) => boolean): Set<string> {
  const reached = new Set<string>();
  const visit = (from: string) => {
    for (const each of imports.get(from) ?? []) {
      if (!follows(each) || reached.has(each.target)) continue;
      reached.add(each.target);
      visit(each.target);
    }
  };
  visit(file);
  return reached;
}
