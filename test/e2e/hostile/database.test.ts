import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { categoryList } from '../../../src/core/category.ts';
import { providersOf } from '../../../src/providers/index.ts';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { populated, providerWorld, type World } from '../../support/provider-world.ts';
import { samples } from '../../support/samples.ts';
import { tracer } from '../../support/traces.ts';
import { thieves } from './thieves.ts';

/*
 * Somebody who can write the database, past every constraint, and has no key. After each change everything that uses a
 * credential runs: nothing reaches a thief, no provider is sent what is another's, and nothing is shown.
 */

let world: World;
let box: Sandbox;
let elsewhere: Awaited<ReturnType<typeof thieves>>;
let file: string;

beforeAll(async () => {
  world = await providerWorld({ elsewhere: { status: 404, json: { message: 'Not Found' } } });
  ({ box } = await populated(sqlite, world));
  elsewhere = await thieves(world.server.url);
  file = join(box.dataDir, 'integrations.db');
  edit((database) => void database.pragma('wal_checkpoint(TRUNCATE)'));
  copyFileSync(file, `${file}.good`);
});

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']) vi.stubEnv(name, undefined);
  return () => vi.unstubAllEnvs();
});

afterEach(() => {
  edit((database) => void database.pragma('wal_checkpoint(TRUNCATE)'));
  copyFileSync(`${file}.good`, file);
});

function edit(work: (database: Database.Database) => void): void {
  const database = new Database(file);
  try {
    for (const pragma of ['foreign_keys = OFF', 'ignore_check_constraints = ON']) database.pragma(pragma);
    work(database);
  } finally {
    database.close();
  }
}

/** Whose credentials may be in a request, by the first word of its path. */
const owners: Readonly<Record<string, readonly string[]>> = {
  github: ['github'],
  ...{
    gitlab: ['gitlab'],
    code: ['gitlab'],
    api: ['gitlab'],
    bitbucket: ['bitbucket'],
    apple: ['app-store'],
    google: ['play-store'],
  },
  ...{
    jenkins: ['jenkins'],
    slack: ['slack'],
    hooks: ['slack'],
    jira: ['jira'],
    linear: ['linear'],
    azure: ['azure-devops'],
  },
};

const find = tracer(
  samples.flatMap(({ provider, credentials }) => credentials.map(({ core }) => ({ name: provider, value: core }))),
);

/** Everything that uses what is stored; what is malformed by now may be refused, in whatever way. */
async function useAll(what: string): Promise<void> {
  const first = world.server.requests.length;
  for (const args of [
    ['verify', '--all-tenants', '--timeout', '5', '--debug', '--json'],
    ['pipeline', 'list', '--include', 'scm,target', '--tenant', 'Pipes', '--json'],
  ]) {
    const { stdout, stderr } = await runHere(box, {}, ...args);
    expect([what, find(stdout + stderr)]).toEqual([what, []]);
  }
  expect([what, elsewhere.got()]).toEqual([what, []]);
  const { host } = new URL(world.server.url);
  for (const { path, query, headers, body } of world.server.requests.slice(first)) {
    const [, place = ''] = path.split('/');
    const sent = find([path, query, JSON.stringify(headers), body].join('\n')).map((trace) => trace.split(' as ')[0]);
    const others = sent.filter((provider) => !(owners[place] ?? []).includes(provider ?? ''));
    expect([what, path, headers['host'], others]).toEqual([what, path, host, []]);
  }
}

const tables = categoryList.map(({ name, table }) => ({
  table,
  sealed: [
    ...new Set(
      providersOf(name).flatMap(({ fields }) => fields.filter((field) => field.credential).map((field) => field.name)),
    ),
  ],
}));

/** The columns of a table that are not sealed. */
function plainColumns(table: string, sealed: readonly string[]): string[] {
  let columns: string[] = [];
  edit((database) => {
    columns = (database.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  });
  return columns.filter((name) => !sealed.includes(name));
}

test('what it finds is what is sent', async () => {
  const first = world.server.requests.length;
  await useAll('nothing');
  const sent = world.server.requests.slice(first).flatMap(({ headers, path }) => find(JSON.stringify(headers) + path));
  expect(new Set(sent.map((trace) => trace.split(' as ')[0])).size).toBeGreaterThanOrEqual(7);
});

test.each([
  ['an address elsewhere', (thief: string) => `${thief}/acme/mobile`],
  ['a list with one', (thief: string) => JSON.stringify([thief, `@${new URL(thief).host}/`])],
  ['a way out of a path', (thief: string) => `../../..//${new URL(thief).host}/x?y#z`],
])('every column of every table holds %s', async (_, valueFor) => {
  const plain = tables.map(({ table, sealed }) => ({ table, columns: plainColumns(table, sealed) }));
  const most = Math.max(...plain.map(({ columns }) => columns.length));
  for (let index = 0; index < most; index += 1) {
    const value = valueFor(elsewhere.urls[index % 3] ?? '');
    const changed = plain.flatMap(({ table, columns }) => (columns[index] ? [`${table}.${columns[index]}`] : []));
    edit((database) => {
      for (const each of changed) {
        const [table, column] = each.split('.');
        const isId = column === 'id' || column === 'displayName';
        // A unique key cannot be switched off.
        const set = isId ? `'${value}' || rowid` : `'${value}'`;
        try {
          database.exec(`UPDATE ${table} SET ${column} = ${set}`);
        } catch (error) {
          expect(String(error)).toMatch(/UNIQUE|NOT NULL|malformed JSON/);
        }
      }
    });
    await useAll(changed.join(' '));
    edit((database) => void database.pragma('wal_checkpoint(TRUNCATE)'));
    copyFileSync(`${file}.good`, file);
  }
});

test('each sealed value stands in the place of each other one', async () => {
  const slots: { table: string; column: string; id: string; value: string }[] = [];
  edit((database) => {
    for (const { table, sealed } of tables) {
      for (const column of sealed) {
        const rows = database.prepare(`SELECT id, ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`).all();
        for (const row of rows as { id: string; value: string }[]) slots.push({ table, column, ...row });
      }
    }
  });
  expect(slots.length).toBeGreaterThan(15);
  for (let by = 1; by < slots.length; by += 1) {
    edit((database) => {
      slots.forEach(({ table, column, id }, index) => {
        const { value } = slots[(index + by) % slots.length] ?? { value: '' };
        database.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`).run(value, id);
      });
    });
    const first = world.server.requests.length;
    await useAll(`moved by ${by}`);
    const sent = world.server.requests
      .slice(first)
      .flatMap(({ headers, body }) => find(JSON.stringify(headers) + body));
    expect([by, sent]).toEqual([by, []]);
  }
});

test('the rows of one tenant stand in the other', async () => {
  edit((database) => {
    const ids = database.prepare('SELECT id FROM tenants').all() as { id: string }[];
    for (const { table } of tables) {
      const move = database.prepare(`UPDATE ${table} SET tenantId = ? WHERE tenantId = ?`);
      move.run('between', ids[0]?.id);
      move.run(ids[0]?.id, ids[1]?.id);
      move.run(ids[1]?.id, 'between');
    }
  });
  const first = world.server.requests.length;
  await useAll('other tenants');
  const sent = world.server.requests.slice(first).flatMap(({ headers, body }) => find(JSON.stringify(headers) + body));
  expect(sent).toEqual([]);
});

test('an address is led elsewhere by a trigger, after it was read', async () => {
  const [thief = ''] = elsewhere.urls;
  edit((database) => {
    for (const [table, column] of [
      ['tenant_ticket_integrations', 'jiraUrl'],
      ['tenant_pipeline_integrations', 'jenkinsUrl'],
      ['tenant_scm_integrations', 'repositoryUrl'],
    ]) {
      database.exec(
        `CREATE TRIGGER thief_${column} AFTER UPDATE ON ${table} WHEN NEW.${column} NOT LIKE '${thief}%' ` +
          `BEGIN UPDATE ${table} SET ${column} = '${thief}/x' WHERE id = NEW.id AND ${column} IS NOT NULL; END`,
      );
    }
  });
  for (const round of [1, 2]) await useAll(`trigger, round ${round}`);
});
