import { closeSync, rmSync } from 'node:fs';
import type { Knex } from 'knex';
import { type Migration, migrations } from '../../migrations/index.ts';
import { ForeignTable } from '../../migrations/table.ts';
import { AppError } from '../core/error.ts';
import { sentenceList } from '../core/text.ts';
import { openNewFile } from '../files/private-file.ts';
import { systemReason } from '../files/system-error.ts';
import { isMissingTable } from './errors.ts';
import { isCluster, withLease } from './lease.ts';
import { describeLocation, type Location } from './location.ts';
import type { Database } from './queries.ts';
import { openSqlite } from './sqlite.ts';

const table = 'integrations_migrations';
const lockPatienceSeconds = 60;
// Such locks are the server's, not the database's; and in a cluster those of a single node.
const lockName = `CONCAT('${table}/', MD5(DATABASE()))`;

export interface SchemaState {
  applied: string[];
  pending: string[];
  /** Applied by a newer version of this tool. */
  unknown: string[];
}

export async function schemaState(queries: Knex): Promise<SchemaState> {
  const known = migrations.map(({ name }) => name);
  const applied = (await appliedNames(queries)).sort();
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/** Refuses a schema that this version cannot work on. @throws AppError SCHEMA_OUTDATED */
export async function requireSchema(database: Database): Promise<void> {
  const state = await schemaState(database.queries);
  refuseNewer(state, database);
  if (state.pending.length === 0) return;
  if (database.engine === 'sqlite') {
    await migrateUp(database);
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
  return exclusively(database, async (knex) => {
    const state = await schemaState(knex);
    refuseNewer(state, database);
    if (state.pending.length === 0) return [];
    await copyBeside(database.location, `before-${state.pending[0]}`);
    await knex.migrate.latest(settings).catch((error: unknown) => {
      throw error instanceof ForeignTable ? foreignTable(error, database.location) : error;
    });
    return state.pending;
  });
}

/** Takes back the newest migration. @returns its name; undefined when none is applied */
export async function migrateDown(database: Database): Promise<string | undefined> {
  return exclusively(database, async (knex) => {
    const state = await schemaState(knex);
    refuseNewer(state, database);
    const newest = state.applied.at(-1);
    if (newest === undefined) return undefined;
    await copyBeside(database.location, `before-rollback-${newest}`);
    await knex.migrate.down({ ...settings, name: newest });
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

function refuseNewer(state: SchemaState, database: Database): void {
  if (state.unknown.length === 0) return;
  throw new AppError(
    'SCHEMA_OUTDATED',
    `the database ${describeLocation(database.location)} was migrated by a newer version of integrations`,
    { hint: 'Install the newer version.', details: { unknown: state.unknown } },
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
 * behind by a killed migration and is taken over.
 */
export async function exclusively<T>(database: Database, work: (knex: Knex) => Promise<T>): Promise<T> {
  if (database.engine === 'sqlite') {
    return database.transaction(async (transaction) => {
      await takeOverLock(transaction);
      return work(transaction);
    });
  }
  const knex = database.queries;
  const connection: unknown = await knex.client.acquireConnection();
  try {
    const [[answer]] = await knex
      .raw(`SELECT GET_LOCK(${lockName}, ?) AS got`, [lockPatienceSeconds])
      .connection(connection);
    if (answer.got !== 1) throw migrating();
    const alone = async () => {
      await takeOverLock(knex);
      return work(knex);
    };
    if (!(await isCluster(knex))) return await alone();
    const outcome = await withLease(knex, lockPatienceSeconds * 1_000, alone);
    if (!outcome) throw migrating();
    return outcome.done;
  } finally {
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

/**
 * Copies a SQLite file that holds tables to `<file>.<suffix>`, so that a migration can be taken back whole. On a
 * connection of its own: the one that keeps other migrators out is in a transaction, where nothing can be copied.
 */
async function copyBeside(location: Location, suffix: string): Promise<void> {
  if (location.engine !== 'sqlite') return;
  const copy = `${location.path}.${suffix}`;
  const reader = openSqlite(location);
  try {
    if ((await reader('sqlite_master').select('name').limit(1)).length === 0) return;
    makeAnew(copy);
    await reader.raw('VACUUM INTO ?', [copy]).catch((error: unknown) => {
      rmSync(copy, { force: true });
      throw error;
    });
  } finally {
    await reader.destroy();
  }
}

/** SQLite fills an empty file and refuses any other; made here, it is private from its first byte. */
function makeAnew(path: string): void {
  try {
    rmSync(path, { force: true });
    closeSync(openNewFile(path));
  } catch (error) {
    throw new AppError('DATABASE_UNAVAILABLE', `cannot copy the database to ${path}: ${systemReason(error)}`, {
      hint: 'A database is copied beside itself before it migrates.',
      cause: error,
    });
  }
}
