import { restricted } from '../../migrations/20261127_6_pipeline.ts';
import { addCascade, areOvertaken, dropCascade } from '../../migrations/cascades.ts';
import { migrations } from '../../migrations/index.ts';
import { isSqlite } from '../../migrations/table.ts';
import { categories } from '../core/category.ts';
import { AppError } from '../core/error.ts';
import { systemCode } from '../files/system-error.ts';
import { refusalOf } from './errors.ts';
import { faultsOfFile } from './file-check.ts';
import { followHostKeys, hostKeyFaults } from './host-keys.ts';
import { requireHostTables } from './host-tables.ts';
import { exclusively } from './migrate.ts';
import type { Database, Queries } from './queries.ts';
import { missingParts, type SchemaPart } from './schema-parts.ts';

const pipelines = categories.pipeline.table;

/**
 * Whether MySQL refuses to delete a tenant that has pipelines, because their table was altered: their keys are newer by
 * that than those of what they restrict.
 */
export function areCascadesOvertaken(queries: Queries): Promise<boolean> {
  return areOvertaken(queries, pipelines, restricted);
}

const tenantKey = '(tenantId) to tenants (id)';

async function faultyParts(queries: Queries): Promise<SchemaPart[]> {
  const missing = await missingParts(queries);
  if (!(await areCascadesOvertaken(queries))) return missing;
  const overtaken = restricted.map(({ table }): SchemaPart => ({ kind: 'foreign key', table, name: tenantKey }));
  return [...missing.filter((part) => !isRestrictedCascade(part)), ...overtaken];
}

/**
 * Puts back what a database of today's schema lacks of it: tables, indexes, triggers, and on MySQL foreign keys. A
 * column is not put back, nor a foreign key into a table of SQLite. Columns that refer to the host's ids become of the
 * type that these have by now, and MySQL's cascades are put in order.
 * @returns what was put back
 * @throws AppError CONFLICT when rows stand in the way
 */
export async function repairSchema(database: Database): Promise<SchemaPart[]> {
  const { queries } = database;
  const faulty = (await faultyParts(queries)).filter((part) => isMendable(part, database));
  const strangers = (await hostKeyFaults(queries)).filter(({ remedy }) => remedy === 'follow');
  const remade = await remakeIndexes(database);
  if (faulty.length + strangers.length === 0) return remade;
  await exclusively(database, async (knex, confirm) => {
    await requireHostTables(knex, database.location);
    const [hostTables, ...ours] = migrations;
    await hostTables?.up(knex);
    if (!isSqlite(knex)) await mending(() => followHostKeys(knex));
    // Each may run again, and then makes what is not there.
    for (const { up } of ours) {
      await confirm();
      await mending(() => up(knex));
    }
    await confirm();
    if (!isSqlite(knex)) await alterTables(knex);
  });
  const [left] = (await missingParts(queries)).filter((part) => isMendable(part, database));
  if (left) throw nameTaken(left, undefined);
  return [...faulty, ...remade];
}

/** Makes the indexes of a SQLite file anew that do not agree with their tables. */
async function remakeIndexes(database: Database): Promise<SchemaPart[]> {
  const { location, queries } = database;
  if (location.engine !== 'sqlite') return [];
  const { indexes = [] } = (await faultsOfFile(location, mostFaults)) ?? {};
  if (indexes.length === 0) return [];
  const parts: { name: string; table: string }[] = await queries('sqlite_master')
    .where({ type: 'index' })
    .whereIn('name', indexes)
    .select('name', { table: 'tbl_name' });
  await exclusively(database, async (knex) => {
    for (const { name } of parts) await mending(() => knex.raw('REINDEX ??', [name]));
  });
  return parts.map(({ name, table }) => ({ kind: 'index', table, name }));
}

const mostFaults = 1000;

export function isMendable({ kind }: SchemaPart, { engine }: Pick<Database, 'engine'>): boolean {
  return kind !== 'column' && (kind !== 'foreign key' || engine === 'mysql');
}

/** MySQL makes indexes and foreign keys with their table, and so not again. */
async function alterTables(knex: Queries): Promise<void> {
  const missing = await missingParts(knex);
  if (missing.some(({ table }) => table === pipelines) || (await areCascadesOvertaken(knex))) {
    for (const cascade of restricted) await dropCascade(knex, cascade);
  }
  for (const part of missing.filter((each) => !isRestrictedCascade(each))) await add(knex, part);
  for (const cascade of restricted) await mending(() => addCascade(knex, cascade));
}

function isRestrictedCascade({ kind, table, name }: SchemaPart): boolean {
  return kind === 'foreign key' && name === tenantKey && restricted.some((each) => each.table === table);
}

async function add(knex: Queries, part: SchemaPart): Promise<void> {
  const { statement } = part;
  if (statement === undefined) return;
  await mending(() => knex.raw(statement)).catch((error: unknown) => {
    throw systemCode(error) === 'ER_DUP_KEYNAME' ? nameTaken(part, error) : error;
  });
}

/** Something else of the same name is never taken away: nobody knows what for it is there. */
function nameTaken({ kind, table, name }: SchemaPart, cause: unknown): AppError {
  return new AppError('CONFLICT', `the ${kind} ${name} of ${table} cannot be put back: something else has its name`, {
    hint: 'Drop or rename that, then: integrations db migrate',
    cause,
  });
}

async function mending(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    throw new AppError('CONFLICT', 'what is missing cannot be put back: some rows break its rule', {
      hint: 'integrations doctor',
      cause: error,
    });
  }
}
