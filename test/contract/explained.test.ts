import { expect, test } from 'vitest';
import { subjectsOf } from '../../src/app/verify-all.ts';
import { categoryList } from '../../src/core/category.ts';
import { lately } from '../../src/core/time.ts';
import { newRingKey } from '../../src/crypto/key-ring.ts';
import type { Database, Queries } from '../../src/db/queries.ts';
import { accessTokenStore } from '../../src/db/stores/access-tokens.ts';
import { apiRequestStore } from '../../src/db/stores/api-requests.ts';
import { countOthers, otherRows } from '../../src/db/stores/reseal.ts';
import { runStore, unresolvedRuns } from '../../src/db/stores/runs.ts';
import { storeVerdicts } from '../../src/db/stores/verdict.ts';
import { analyze, seed, seededTenant, seedHistory } from '../bench/seed.ts';
import { aRun, openBox } from '../support/builders.ts';
import type { Environment, Sandbox } from '../support/cli.ts';
import { everyVerb } from '../support/command-tree.ts';
import { type Engine, forEachEngine } from '../support/engines.ts';
import { flawsOf, listen, type Statement } from '../support/explained.ts';
import { runHere } from '../support/in-process.ts';
import { addCommand } from '../support/samples.ts';

/* Every statement that commands send, explained at a database that has many rows of many tenants. */

const busy = seededTenant('b', 0);
const manifest = 'tenant: Acme\nscm:\n  - { name: code, type: github, defaultBranch: other, accessToken: keep }\n';

/** What reads all of a table, or sorts it, and may. */
const allowed: readonly (readonly [statement: RegExp, reason: string])[] = [
  [/ AS own, EXISTS /, 'ends at the first sealed value, and reads all where none is sealed under our keys'],
  [/^select count\(\*\) as `n` from/, 'doctor, and the progress of what reads all anyway, count once'],
  [/^select `tenantId`, count\(\*\) as `n` from `\w+` group by `tenantId`$/, 'what reads all tenants counts once'],
  [/ from `(tenants|accounts)` order by `id` asc$/, 'lists all tenants, or all accounts'],
  [
    /^delete from `(tenants|accounts)` where `id` = \?$/,
    'SQLite has no index for what an account set up, and for what was replaced',
  ],
  [/ and `(scm|target)IntegrationId` = \? order by `id` asc$/, 'all that is sorted is answered'],
  [/ from `tenant_access_tokens` where `tenantId` = \? order by `id` asc$/, 'all that is sorted is answered'],
  [
    / from `tenant_integration_history` order by `occurredAt` desc, `id` desc limit \?$/,
    'of a short history a server takes all',
  ],
  [
    / from `tenant_integration_runs` where `category` = \? and `id` >= \? order by `id` desc limit \?$/,
    'a job may be the job of several tenants: what any of them has begun lately is told apart',
  ],
  [
    / FROM information_schema\.STATISTICS WHERE TABLE_SCHEMA = /,
    'doctor asks what indexes there are; no rows are read',
  ],
];

/** What asks no table that grows, or cannot be run here: it takes a file, a thread that is built, or a person. */
const elsewhere =
  /^(context |provider |completion$|help|schema$|version$|db (grants|migrate|rollback)$|key (activate|export|import)$|key rotate$|setup$|serve$)/;

const filters = ['', '--status NOT_VERIFIED', '--active', '--inactive'];
const whose = ['', `--tenant ${busy}`, '--all-tenants'];

const lists = categoryList.flatMap(({ name, idPrefix }) => {
  const own = [...filters, `--after ${idPrefix}_b`, ...(name === 'pipeline' ? ['--include scm,target'] : [])];
  return own.flatMap((filter) => whose.map((tenants) => `${name} list --limit 1100 ${filter} ${tenants}`));
});

const histories = [
  ...['', '--category scm', '--account ops@acme.test', '--since 1h'].flatMap((filter) =>
    whose.map((tenants) => `history --limit 1100 ${filter} ${tenants}`),
  ),
  ...['history code', 'history pastof', `history pastof --tenant ${busy}`],
];

/** What reads all of all tenants, for which the many rows are not waited for. */
const whole = [
  'status --all-tenants',
  'status --all-tenants -o prometheus',
  'expiring --all-tenants',
  'export --all-tenants',
  'doctor',
  'key list',
  'key rotate --dry-run',
];

/** In this order: the last of them take away what the first have made. */
const commands = [
  ...lists,
  ...['status', 'graph', 'export', 'expiring'],
  ...['tenant list', 'tenant show', 'tenant show Acme', 'tenant add Other', 'tenant use Acme'],
  ...['account list', 'account show', 'account add x@acme.test', 'account use ops@acme.test'],
  ...['db status', 'key add'],
  ...['plan -f -', 'apply -f - --yes', 'plan -f -'],
  ...[
    ['scm', 'code'],
    ['target', 'app'],
    ['pipeline', 'build'],
    ['communication', 'chat'],
    ['ticket', 'board'],
  ].flatMap(([category, name]) => [
    ...['show', 'disable', 'enable', 'verify'].map((verb) => `${category} ${verb} ${name}`),
    ...[`${category} update ${name} --name other`, `${category} update other --name ${name}`],
    ...[`${category} show pastof`, `${category} show ${name} --reveal --yes`, `${category} verify --stale 24h`],
  ]),
  ...['pipeline link build --scm code --target app', 'verify', 'runs', 'runs --category pipeline'],
  ...['pipeline trigger ci --run-id one', 'pipeline runs ci', 'pipeline watch pastof', 'pipeline cancel pastof --yes'],
  ...['create board --release 2.4.0', 'find board --key 2.4.0', 'close board --key 2.4.0'].map(
    (words) => `ticket ${words}`,
  ),
  'exec build --with communication,ticket -- true',
  ...['notify release_started --var app=Acme --key one', 'communication test chat --yes'],
  ...['scm rotate code --access-token env:NEW --no-verify', 'scm rotate code --undo', 'scm rotate code --forget'],
  ...['target rotate app', 'pipeline rotate ci', 'communication rotate chat', 'ticket rotate board'].map(
    (words) => `${words} --forget`,
  ),
  ...['scm remove code', 'scm remove code --cascade --yes', ...histories, 'history purge --before 2020-01-01 --yes'],
  ...[
    'target remove app --yes',
    'communication remove chat --yes',
    'ticket remove board --yes',
    'pipeline remove build',
  ],
  ...['token add --name ci --scope read', 'token list', 'token remove ci --yes'],
  ...['key remove none', 'tenant remove Other --yes', 'account remove x@acme.test --yes'],
];

/** It runs every command, and asks the server for its way to each answer. */
const patience = { timeout: 300_000 };

forEachEngine((engine: Engine) => {
  test('no statement reads or sorts all there is', patience, async () => {
    const box = await engine.sandbox();
    const sent = new Map<string, Statement[]>();
    const note = (statement: Statement) => {
      const shape = statement.sql.replace(/\(\?(, \?)+\)/g, '(?, …)');
      const [first = statement] = sent.get(shape) ?? [];
      // The first page, and a deep one.
      sent.set(shape, [first, statement]);
    };
    listen(note);
    const ran = await tryAll(box, engine);
    const database = await openBox(box);
    await askDirectly(database);

    const statements = [...sent].filter(
      ([sql]) => /^(select|update|delete)/i.test(sql) && !sql.includes('sqlite_master'),
    );
    expect(statements.length).toBeGreaterThan(150);
    const found = new Set<string>();
    for (const [shape, asked] of statements) {
      if (allowed.some(([statement]) => statement.test(shape))) continue;
      for (const each of asked) {
        for (const flaw of await flawsOf(engine.name, database.queries, each)) found.add(`${flaw}: ${shape}`);
      }
    }
    expect([...found]).toEqual([]);
    const verbs = (await everyVerb()).map(({ path }) => path).filter((path) => !elsewhere.test(path));
    expect(verbs.filter((verb) => !ran.some((words) => `${words} `.startsWith(`${verb} `)))).toEqual([]);
  });
});

/** Runs all commands at a database with many rows of other tenants. @returns their words */
async function tryAll(box: Sandbox, engine: Engine): Promise<string[]> {
  const nobody = 'http://127.0.0.1:9';
  const env: Environment = {
    NEW: `ghp_${'b'.repeat(36)}`,
    INTEGRATIONS_GITHUB_API_URL: nobody,
    INTEGRATIONS_SLACK_API_URL: nobody,
  };
  const run = (words: string) => runHere(box, { env, input: manifest }, ...words.split(' ').filter(Boolean));
  const init = 'init --tenant Acme --account ops@acme.test --key-store file';
  expect((await run(init)).status).toBe(0);
  for (const [provider, name] of Object.entries(added)) {
    const { args, env: credentials } = addCommand(provider, name);
    const { status, stderr } = await runHere(box, { env: credentials }, ...args);
    expect(status, stderr).toBe(0);
  }
  const runAll = async (lines: readonly string[]) => {
    for (const words of lines) {
      const { status, stderr } = await run(words);
      expect([1, 64], `${words}: ${stderr}`).not.toContain(status);
    }
  };
  await runAll(whole);
  await fill((await openBox(box)).queries, engine);
  await runAll(commands);
  return [init, ...categoryList.map(({ name }) => `${name} add`), ...whole, ...commands];
}

/** A tenant of many rows, whose ids lie between those of others. */
async function fill(queries: Queries, { name }: Engine): Promise<void> {
  await queries('accounts').insert({ id: 'account_bench', email: 'bench@acme.test' });
  await seed(queries, name, { group: 'a', tenants: 150, perTenant: 100 });
  await seed(queries, name, { group: 'b', tenants: 1, perTenant: 10_000 });
  await seed(queries, name, { group: 'c', tenants: 150, perTenant: 100 });
  await seedHistory(queries, name, 20_000);
  await seedRuns(queries);
  await analyze(queries, name);
}

/** Of many tenants some runs, and of one of them many; most are over. */
async function seedRuns(queries: Queries): Promise<void> {
  const ids: { id: string }[] = await queries('tenants').whereNot({ id: busy }).limit(200).select('id');
  const rows = [...ids.map(({ id }) => ({ id, count: 20 })), { id: busy, count: 4_000 }].flatMap(({ id, count }) =>
    Array.from({ length: count }, (_, index) =>
      aRun(id, {
        integrationId: `pipeline_${id}_${index % 4}`,
        key: `key ${index}`,
        state: index === 0 ? 'unknown' : 'succeeded',
        ...(index < 2 ? {} : { endedAt: '2026-01-02 03:04:05' }),
      }),
    ),
  );
  await queries.batchInsert('tenant_integration_runs', rows, 500);
}

const added = {
  github: 'code',
  'app-store': 'app',
  'github-actions': 'build',
  jenkins: 'ci',
  slack: 'chat',
  linear: 'board',
};

/** What commands ask that cannot be run here, or not for all tenants. */
async function askDirectly(database: Database): Promise<void> {
  const { queries } = database;
  const names = categoryList.map(({ name }) => name);
  const take = async (pages: AsyncIterable<unknown>, most: number) => {
    for await (const _ of pages) if (--most === 0) break;
  };
  for (const filter of [{}, { notVerified: lately(1_000) }]) {
    for (const name of names) {
      await take(subjectsOf({ database: async () => database }, { names: [name], filter }), 1_100);
      await take(subjectsOf({ database: async () => database }, { names: [name], filter, tenantId: busy }), 1_100);
    }
  }
  for await (const { category, row } of subjectsOf(
    { database: async () => database },
    { names: ['scm'], filter: { limit: 1 } },
  )) {
    const decision = { uses: {}, status: 'INVALID', reason: 'tried', expiresAt: null, decidedAt: new Date() } as const;
    await database.transaction((transaction) => storeVerdicts(transaction, [{ category, row, ...decision }]));
  }
  const runs = runStore(queries, busy);
  const integrationId = `pipeline_${busy}_1`;
  for (const filter of [{}, { category: 'pipeline' }, { integrationId }]) await take(runs.list(filter), 3);
  await runs.open(integrationId);
  await runs.withKey(integrationId, 'key 1', '');
  await runs.findByIdPart('pastof');
  await database.transaction(async (transaction) => {
    await runStore(transaction, busy).tell('run_none', { state: 'unknown' }, ['dispatching', 'unknown']);
  });
  await unresolvedRuns(queries, { limit: 10 });
  await unresolvedRuns(queries, { tenantId: busy, limit: 10 });
  await database.transaction(async (transaction) => {
    const requests = apiRequestStore(transaction);
    const request = { id: 'a', tenantId: busy, digest: 'b' };
    for (const _ of [1, 2]) await requests.begin(request);
    await requests.answer('a', '{}');
    await requests.removeOld();
    await requests.release('a');
  });
  const tokens = accessTokenStore(queries);
  await tokens.findByDigest('a');
  await tokens.use('a');
  const { kid } = newRingKey();
  await countOthers(queries, kid);
  await take(otherRows(queries, kid), 40);
}
