import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { type Migration, migrations } from '../../migrations/index.ts';
import { ForeignTable, mysqlTableOptions } from '../../migrations/table.ts';
import { AppError } from '../core/error.ts';
import { sentenceList } from '../core/text.ts';
import { refuseBeforeRelease } from './before-release.ts';
import { clusterOf } from './cluster.ts';
import { copyBeside } from './copy.ts';
import { isMissingTable } from './errors.ts';
import { requireHostTables } from './host-tables.ts';
import { withLease } from './lease.ts';
import { describeLocation, type Location } from './location.ts';
import { migrationsTable } from './migrations-table.ts';
import type { Database } from './queries.ts';

const table = migrationsTable;
const lockPatienceSeconds = 60;
// Such locks are the server's, not the database's; and in a cluster those of a single node.
const lockName = `LEFT(CONCAT('${table}/', SHA2(DATABASE(), 256)), 64)`;

export interface SchemaState {
  applied: string[];
  pending: string[];
  /** Applied by another version of this tool: a newer one, if none from before the first release. */
  unknown: string[];
}

export async function schemaState(queries: Knex): Promise<SchemaState> {
  return stateOf(await appliedNames(queries));
}

function stateOf(names: readonly string[]): SchemaState {
  const known = migrations.map(({ name }) => name);
  const applied = [...names].sort();
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/**
 * Refuses a schema that this version cannot work on.
 * @param applied the names of the migrations, where they are known
 * @throws AppError SCHEMA_OUTDATED
 */
export async function requireSchema(database: Database, applied?: readonly string[]): Promise<void> {
  const state = applied ? stateOf(applied) : await schemaState(database.queries);
  refuseStrange(state, database.location);
  if (state.pending.length === 0) return;
  if (database.engine === 'sqlite') {
    await applyPending(database);
    return;
  }
  const missing = state.applied.length === 0 ? 'has no tables yet' : `lacks ${state.pending.length} of the migrations`;
  throw new AppError('SCHEMA_OUTDATED', `the database ${describeLocation(database.location)} ${missing}`, {
    hint: 'integrations db migrate',
    details: { pending: state.pending },
  });
}

/** Applies what is pending, one migrator at a time. @returns the names applied */
export async function migrateUp(database: Database): Promise<string[]> {
  const applied = await applyPending(database);
  if (applied.length > 0) database.effects.note('tables', 'the tables');
  return applied;
}

const begunMigrations = 'some of the tables: integrations db migrate makes the rest';

function applyPending(database: Database): Promise<string[]> {
  let toApply: string[] | undefined;
  return exclusively(database, async (knex, confirm) => {
    const state = await schemaState(knex);
    refuseStrange(state, database.location);
    toApply ??= state.pending;
    if (state.pending.length === 0) return toApply;
    try {
      await requireHostTables(knex, database.location);
      await copyBeside(database, `before-${state.pending[0]}`);
      await makeBookkeeping(knex, database);
      // A server stores each of its statements at once; the file has all of them in one transaction.
      if (database.engine !== 'sqlite') database.effects.note('tables', begunMigrations);
      await knex.migrate.latest({ ...settings, beforeEach: confirm });
    } catch (error) {
      throw error instanceof ForeignTable ? foreignTable(error, database.location) : error;
    }
    return toApply;
  });
}

/** Knex would make its tables in the character set and collation of the server, which another server may not have. */
async function makeBookkeeping(knex: Knex, { engine }: Database): Promise<void> {
  if (engine === 'sqlite') return;
  const id = 'INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY';
  for (const [name, columns] of [
    [table, `id ${id}, name VARCHAR(255) NULL, batch INT NULL, migration_time TIMESTAMP NULL`],
    [`${table}_lock`, `\`index\` ${id}, is_locked INT NULL`],
  ]) {
    await knex.raw(`CREATE TABLE IF NOT EXISTS ${name} (${columns}) ${mysqlTableOptions}`);
  }
}

/** Takes back the newest migration. @returns its name; undefined when none is applied */
export async function migrateDown(database: Database): Promise<string | undefined> {
  let newest: string | undefined;
  return exclusively(database, async (knex, confirm) => {
    const state = await schemaState(knex);
    refuseStrange(state, database.location);
    newest ??= state.applied.at(-1);
    if (newest === undefined || !state.applied.includes(newest)) return newest;
    await copyBeside(database, `before-rollback-${newest}`);
    await knex.migrate.down({ ...settings, beforeEach: confirm, name: newest });
    return newest;
  });
}

const settings: Knex.MigratorConfig = {
  tableName: table,
  disableTransactions: true,
  migrationSource: {
    getMigrations: async () => [...migrations],
    getMigrationName: (migration: Migration) => migration.name,
    getMigration: async (migration: Migration) => migration,
  },
};

async function appliedNames(queries: Knex): Promise<string[]> {
  try {
    return (await queries(table).select('name')).map((row: { name: string }) => row.name);
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
}

/** Refuses a schema that this version cannot bring up to date. */
function refuseStrange({ applied, unknown }: SchemaState, location: Location): void {
  refuseBeforeRelease(applied, location);
  if (unknown.length === 0) return;
  throw new AppError(
    'SCHEMA_OUTDATED',
    `the database ${describeLocation(location)} was migrated by a newer version of integrations`,
    { hint: 'Install the newer version.', details: { unknown } },
  );
}

function foreignTable(error: ForeignTable, location: Location): AppError {
  const { table, missing } = error;
  return new AppError(
    'CONFLICT',
    `the database ${describeLocation(location)} has another table called ${table}: it lacks ${sentenceList(missing)}`,
    {
      hint: 'Rename that table, or give integrations a database of its own.',
      details: { table, missing: [...missing] },
      cause: error,
    },
  );
}

/**
 * Keeps other migrators out by a lock that dies with its holder. Under it, a lock that Knex's own table shows was left
 * behind by a killed migration and is taken over. On a server that goes away the work is begun again, lock and all.
 */
export async function exclusively<T>(
  database: Database,
  work: (knex: Knex, confirm: Confirm) => Promise<T>,
): Promise<T> {
  if (database.engine === 'sqlite') {
    return database.transaction(async (transaction) => {
      await takeOverLock(transaction);
      return work(transaction, async () => undefined);
    });
  }
  const knex = database.queries;
  const holder = randomUUID();
  return database.repeated(() =>
    locked(knex, holder, async (confirm) => {
      await takeOverLock(knex);
      return work(knex, confirm);
    }),
  );
}

/**
 * Looks whether the lock is still ours, before each step: a process that was stopped for long has lost it.
 * @throws AppError CONFLICT, or what tells that its connection is gone
 */
export type Confirm = () => Promise<void>;

async function locked<T>(knex: Knex, holder: string, work: (confirm: Confirm) => Promise<T>): Promise<T> {
  const connection: unknown = await knex.client.acquireConnection();
  let heartbeat: NodeJS.Timeout | undefined;
  try {
    const [[answer]] = await knex
      .raw(`SELECT GET_LOCK(${lockName}, ?) AS got`, [lockPatienceSeconds])
      .connection(connection);
    if (answer.got !== 1) throw migrating();
    // The lock goes with its connection, which the server ends where it hears nothing for a minute.
    heartbeat = setInterval(
      () =>
        void knex
          .raw('DO 1')
          .connection(connection)
          .catch(() => undefined),
      20_000,
    );
    const confirm = async () => {
      const [[{ own }]] = await knex
        .raw(`SELECT IS_USED_LOCK(${lockName}) = CONNECTION_ID() AS own`)
        .connection(connection);
      if (own !== 1) throw migrating();
    };
    if (!(await clusterOf(async (sql) => (await knex.raw(sql))[0]))) return await work(confirm);
    const outcome = await withLease(knex, { holder, patienceMs: lockPatienceSeconds * 1_000 }, (isOurs) =>
      work(async () => {
        await confirm();
        if (!(await isOurs())) throw migrating();
      }),
    );
    if (!outcome) throw migrating();
    return outcome.done;
  } finally {
    clearInterval(heartbeat);
    await knex
      .raw(`SELECT RELEASE_LOCK(${lockName})`)
      .connection(connection)
      .catch(() => undefined);
    await knex.client.releaseConnection(connection);
  }
}

function migrating(): AppError {
  return new AppError('CONFLICT', 'another command is migrating the database', {
    hint: 'Wait for it, then try again.',
  });
}

async function takeOverLock(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable(`${table}_lock`)) await knex.migrate.forceFreeMigrationsLock(settings);
}
