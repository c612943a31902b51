import type { CategoryName } from '../../src/core/category.ts';
import { openDatabase } from '../../src/db/database.ts';
import { readLocation, withPassword } from '../../src/db/location.ts';
import { migrateUp } from '../../src/db/migrate.ts';
import type { Database, Queries } from '../../src/db/queries.ts';
import type { Integration, StoredValue } from '../../src/db/stores/codec.ts';
import type { Actor } from '../../src/db/stores/history.ts';
import type { TenantAttribution } from '../../src/db/stores/rows.ts';
import { type WritableStores, writableStoresOf } from '../../src/db/stores/writable-stores.ts';
import { atEnd } from './at-end.ts';
import type { Sandbox } from './cli.ts';
import type { Engine } from './engines.ts';

/** The sandbox's database, opened as the product opens it; it is closed at the end of the test (or file). */
export async function openBox(box: Sandbox): Promise<Database> {
  const { INTEGRATIONS_DATABASE_URL: url = '', INTEGRATIONS_DATABASE_PASSWORD: password } = box.env;
  const database = await openDatabase(withPassword(readLocation(url, 'the test'), password));
  atEnd(() => database.close());
  return database;
}

export const tenantA = '00000000-0000-7000-8000-00000000000a';
export const tenantB = '00000000-0000-7000-8000-00000000000b';
export const account = 'account_1';

export const actor: Actor = {
  accountId: account,
  accountName: 'ops@acme.test',
  osUser: 'root',
  host: 'ci',
  command: 'test',
};

type Values = Record<string, StoredValue>;
export type NewRow = Values & { id: string; displayName: string };

/** Stores that take any text for a sealed credential, as the product's own types do not. */
type RawWrites<Store> = Omit<Store, 'insert' | 'insertMany' | 'update' | 'updateMany'> & {
  insert(row: NewRow): Promise<Integration>;
  insertMany(rows: readonly NewRow[]): Promise<void>;
  update(before: Integration, changes: Values): Promise<Integration>;
  updateMany(many: readonly { before: Integration; changes: Values }[]): Promise<void>;
};

export type RawStores = { [Name in CategoryName]: RawWrites<WritableStores[Name]> };

/** A tenant's stores, for changing what is in them as the actor. */
export function storesIn(
  queries: Queries,
  tenantId: string,
  by = actor,
  more: Partial<TenantAttribution> = {},
): RawStores {
  const displayName = tenantId === tenantB ? 'Bmce' : 'Acme';
  return writableStoresOf(queries, { tenant: { id: tenantId, displayName }, actor: by, ...more }) as RawStores;
}

export interface Workspace {
  box: Sandbox;
  database: Database;
  a: RawStores;
  b: RawStores;
}

/** A database of today's schema with two tenants and one account. */
export async function workspace(engine: Engine): Promise<Workspace> {
  const box = await engine.sandbox();
  const database = await openBox(box);
  await migrateUp(database);
  const { queries } = database;
  await addHostRows(database);
  return { box, database, a: storesIn(queries, tenantA), b: storesIn(queries, tenantB) };
}

export async function addHostRows({ queries }: Database): Promise<void> {
  await queries('tenants').insert({ id: tenantA, displayName: 'Acme' });
  await queries('tenants').insert({ id: tenantB, displayName: 'Bmce' });
  await queries('accounts').insert({ id: account, email: 'ops@acme.test' });
}

let made = 0;

/** A row that its table takes, named and numbered anew each time. */
export function aRow(category: CategoryName, values: Values = {}): NewRow {
  made += 1;
  const number = String(made).padStart(8, '0');
  return {
    id: `${category === 'communication' ? 'comm' : category}_${number}`,
    displayName: `${category} ${made}`,
    configuredByAccountId: account,
    ...needed[category](number),
    ...values,
  };
}

/** A run that its table takes, of an integration that need not be there. */
export function aRun(tenantId: string, values: Record<string, string> = {}): Record<string, string> {
  made += 1;
  return {
    id: `run_${String(made).padStart(8, '0')}`,
    tenantId,
    ...{ kind: 'build', category: 'pipeline', integrationId: 'pipeline_1', displayName: 'ios' },
    ...{ requestDigest: '0'.repeat(64), state: 'queued', about: '{}', place: '{}' },
    ...values,
  };
}

const needed: Record<CategoryName, (number: string) => Values> = {
  scm: (number) => ({
    scmType: 'GITHUB',
    organization: `org${number}`,
    repositoryUrl: 'https://github.com/acme/mobile',
    accessToken: 'sealed',
  }),
  target: () => ({ targetType: 'APP_STORE' }),
  pipeline: () => ({ pipelineType: 'GITHUB_ACTIONS', scmIntegrationId: 'scm_1', targetIntegrationId: 'target_1' }),
  communication: () => ({ communicationType: 'SLACK' }),
  ticket: () => ({ ticketSystemType: 'JIRA' }),
};

export async function collect<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
