import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Environment, sandbox } from '../support/cli.ts';
import { choose, personAt, type Reply } from '../support/conversation.ts';
import { runHere } from '../support/in-process.ts';
import { mishapOf } from '../support/provider-answers.ts';
import { addThere, providerWorld, type World } from '../support/provider-world.ts';
import { sampleOf } from '../support/samples.ts';
import { shown } from '../support/shown.ts';
import { openTerminal } from '../support/terminal.ts';

/*
 * The screens that people see most, at three widths, each kept as it is in `screens`: a change of one is to be read as its
 * reader would. Renewed by `-u`, as `test/README.md` says.
 */

const widths = [60, 80, 120];
/** The id of a key that `setup` makes. */
const newKey = /(?<=A new key )[\w-]{16}/;
const now = new Date('2026-11-27T12:00:00Z');

// Ids that are the same in each run.
vi.mock('uuid', () => {
  let count = 0;
  return { v7: () => `01a21eca-e85e-7166-b7e4-${String(++count).padStart(12, '0')}` };
});

let world: World;
let root: string;
/** The tenants Acme, which is small, and Globex, which is not. */
let env: Environment;
const cwd = process.cwd();

beforeAll(async () => {
  world = await providerWorld();
  // Their clocks are right.
  world.through((handler) => async (exchange) => {
    const reply = typeof handler === 'function' ? await handler(exchange) : handler;
    return typeof reply === 'function' ? reply : { ...reply, headers: { ...reply.headers, date: now.toUTCString() } };
  });
  ({ root, env } = place());
  // Where people stand: what a screen shows of its folders does not depend on this machine.
  process.chdir(root);
  vi.setSystemTime(now);
  await seed();
});

afterAll(() => {
  vi.useRealTimers();
  process.chdir(cwd);
});

/** An empty place of its own, told by paths that are the same in each run. */
function place(): { root: string; env: Environment } {
  const box = sandbox({
    INTEGRATIONS_CONFIG_DIR: '.config/integrations',
    INTEGRATIONS_DATA_DIR: '.local/share/integrations',
  });
  const ring = Buffer.alloc(32, 7).toString('base64');
  return { root: box.root, env: { ...box.env, ...world.env, INTEGRATIONS_KEYRING: ring, CI: 'true', PAGER: 'cat' } };
}

async function done(args: string[], more: Environment = {}, status = 0): Promise<void> {
  const result = await runHere({ env }, { env: more }, ...args);
  if (result.status !== status) throw new Error(`${args.join(' ')}: ${result.status}\n${result.stderr}`);
}

async function add(provider: string, name: string, ...more: string[]): Promise<void> {
  const command = addThere(world, provider, name, ...more);
  await done(command.args, command.env);
}

async function seed(): Promise<void> {
  await done(['init', '--tenant', 'Acme', '--account', 'ops@acme.test']);
  await add('github', 'mobile', '--repository-url', 'https://github.com/acme/ci');
  await add('app-store', 'ios');
  await add('play-store', 'android');
  await add('github-actions', 'ios-release', '--scm', 'mobile', '--target', 'ios');
  await add('github-actions', 'android-release', '--scm', 'mobile', '--target', 'android');
  await add('slack', 'releases');
  await add('linear', 'board', '--expires-at', '2026-12-05');
  await done(['tenant', 'add', 'Globex Deutschland']);
  writeFileSync('globex.yaml', globex());
  await done(['apply', '-f', 'globex.yaml', '--yes'], { GLOBEX_TOKEN: `ghp_${'g'.repeat(36)}` });
  settle();
}

/** Forty repositories. */
function globex(): string {
  const items = Array.from({ length: 40 }, (_, index) => {
    const name = `app-${String(index + 1).padStart(2, '0')}`;
    const repository = `https://github.com/globex-${index + 1}/${name}`;
    return `  - { name: ${name}, type: github, organization: globex-${index + 1}, repositoryUrl: "${repository}", accessToken: env:GLOBEX_TOKEN }`;
  });
  return ['tenant: Globex Deutschland', 'scm:', ...items, ''].join('\n');
}

/** The database has a clock of its own. */
function settle(): void {
  const database = new Database('.local/share/integrations/integrations.db');
  const columns = database
    .prepare(
      `SELECT t.name AS "table", c.name AS "column" FROM sqlite_master t, pragma_table_info(t.name) c
       WHERE t.type = 'table' AND c.name IN ('createdAt', 'updatedAt', 'occurredAt')`,
    )
    .all() as { table: string; column: string }[];
  for (const { table, column } of columns) database.exec(`UPDATE "${table}" SET "${column}" = '2026-11-27 11:42:00'`);
  database.close();
}

async function isKept(name: string, at: (cols: number) => Promise<string>): Promise<void> {
  const parts: string[] = [];
  for (const cols of widths) {
    const screen = (await at(cols))
      .replace(/127\.0\.0\.1:\d{5}/g, '127.0.0.1:40000')
      .replace(newKey, 'kQ4v0yq1Zc8s2bXe');
    parts.push(`${`── ${cols} columns `.padEnd(cols, '─')}\n${screen}\n`);
  }
  await expect(parts.join('\n')).toMatchFileSnapshot(join('screens', `${name}.txt`));
}

const commands: readonly [name: string, line: string][] = [
  ['help', '--help'],
  ['help-scm', 'scm --help'],
  ['help-scm-add', 'scm add --help'],
  ['help-environment', 'help environment'],
  ['help-exit-codes', 'help exit-codes'],
  ['help-keys', 'help keys'],
  ['help-manifest', 'help manifest'],
  ['status-new', 'status'],
  ['list', 'scm list'],
  ['list-empty', 'communication list --type teams'],
  ['show', 'scm show mobile'],
  ['history', 'history'],
  ['expiring', 'expiring --within 30d'],
  ['provider-list', 'provider list'],
  ['provider-show', 'provider show github'],
  ['key-list', 'key list'],
  ['tenant-list', 'tenant list'],
  ['graph', 'graph'],
  ['status-large', 'status --tenant Globex\u00a0Deutschland'],
  ['status-all-tenants', 'status --all-tenants'],
  ['list-large', 'scm list --tenant Globex\u00a0Deutschland'],
  ['error-not-found', 'scm show mobil'],
  ['error-command', 'scm lst'],
  ['error-flag', 'scm add github --nam mobile'],
  ['error-missing', 'scm add github --name mobile'],
  ['error-credential', 'scm add github --access-token ghp_0123456789'],
];

test('setup, its first steps', async () => {
  await isKept('setup', async (cols) => {
    const fresh = place();
    const { CI: _, INTEGRATIONS_KEYRING: __, ...own } = fresh.env;
    const terminal = openTerminal(['setup'], { env: own, cwd: fresh.root, cols, rows: 24 });
    const answers: Readonly<Record<string, Reply>> = {
      'Database:': choose('A file'),
      'Keep the key in:': choose('A file'),
      'Copy of the key to:': '',
      'First tenant:': 'Acme',
      'Your e-mail:': 'ops@acme.test',
    };
    const replyTo = (question: string) => {
      const [, reply] = Object.entries(answers).find(([start]) => question.startsWith(start)) ?? [];
      if (reply === undefined) throw new Error(`not expected: ${question}`);
      return reply;
    };
    await personAt(terminal).answer(replyTo, 'What now:');
    await terminal.waitFor('select');
    return terminal.screen();
  });
});

test('a first command on a machine that has nothing', async () => {
  const fresh = place().env;
  await isKept('error-first', (cols) =>
    shown(['status'], { env: { ...fresh, INTEGRATIONS_CONFIG_DIR: 'first', INTEGRATIONS_DATA_DIR: 'first' }, cols }),
  );
});

test.each(commands)('%s', async (name, line) => {
  const args = line.split(' ').map((word) => word.replaceAll('\u00a0', ' '));
  await isKept(name, (cols) => shown(args, { env, cols }));
});

test('verify: all well', () => isKept('verify', (cols) => shown(['verify', '--concurrency', '1'], { env, cols })));

test('verify and status: one is refused, one cannot be asked', async () => {
  world.mishaps(mishapOf('INVALID', 'play-store'), mishapOf('UNREACHABLE', 'linear'));
  await isKept('verify-refused', (cols) => shown(['verify', '--concurrency', '1'], { env, cols }));
  await isKept('status', (cols) => shown(['status'], { env, cols }));
  world.mishaps();
});

test('plan and apply', async () => {
  writeFileSync('acme.yaml', acme);
  const slackToken = sampleOf('slack').credentials[0]?.value ?? '';
  const given = { ...env, NEW_TOKEN: `ghp_${'n'.repeat(36)}`, SLACK_TOKEN: slackToken };
  await isKept('plan', (cols) => shown(['plan', '-f', 'acme.yaml', '--prune'], { env: given, cols }));
  await isKept('apply', async (cols) => {
    const screen = await shown(['apply', '-f', 'acme.yaml', '--verify', '--concurrency', '1', '--yes'], {
      env: given,
      cols,
    });
    await done(['communication', 'remove', 'builds', '--yes']);
    await done(['scm', 'update', 'mobile', '--default-branch', 'main']);
    return screen;
  });
  await isKept('plan-none', (cols) => shown(['plan', '-f', 'globex.yaml', '--no-credentials'], { env, cols }));
  writeFileSync('wrong.yaml', acme.replace('organization', 'organisation').replace('NEW_TOKEN', 'OTHER_TOKEN'));
  await isKept('error-manifest', (cols) => shown(['plan', '-f', 'wrong.yaml'], { env, cols }));
});

const acme = `tenant: Acme
scm:
  - name: mobile
    type: github
    organization: acme
    repositoryUrl: https://github.com/acme/ci
    defaultBranch: trunk
    accessToken: env:NEW_TOKEN
communication:
  - { name: builds, type: slack, slackBotToken: env:SLACK_TOKEN, slackChannels: [C0123456789], notifyOnEvents: [build_failed] }
`;

test('doctor', () => isKept('doctor', (cols) => shown(['doctor'], { env, cols })));

test('errors of the database and of the key', async () => {
  const nowhere = { ...env, INTEGRATIONS_DATABASE_URL: 'mysql://release@127.0.0.1:1/platform' };
  await isKept('error-database', (cols) => shown(['scm', 'list'], { env: nowhere, cols }));
  const another = { ...env, INTEGRATIONS_KEYRING: Buffer.alloc(32, 8).toString('base64') };
  await isKept('error-key', (cols) => shown(['scm', 'show', 'mobile', '--reveal', '--yes'], { env: another, cols }));
});
