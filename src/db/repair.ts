import { restricted } from '../../migrations/20261127_6_pipeline.ts';
import { dropCascade } from '../../migrations/cascades.ts';
import { migrations } from '../../migrations/index.ts';
import { isSqlite } from '../../migrations/table.ts';
import { categories } from '../core/category.ts';
import { AppError } from '../core/error.ts';
import { systemCode } from '../files/system-error.ts';
import type { Database, Queries } from './database.ts';
import { refusalOf } from './errors.ts';
import { followHostKeys, hostKeyFaults } from './host-keys.ts';
import { requireHostTables } from './host-tables.ts';
import { exclusively } from './migrate.ts';
import { missingParts, type SchemaPart } from './schema-parts.ts';

/**
 * Puts back what a database of today's schema lacks of it: tables, indexes, triggers, and on MySQL foreign keys. A
 * column is not put back, nor a foreign key into a table of SQLite. Columns that refer to the host's ids become of the
 * type that these have by now.
 * @returns what was put back
 * @throws AppError CONFLICT when rows stand in the way
 */
export async function repairSchema(database: Database): Promise<SchemaPart[]> {
  const { queries } = database;
  const missing = (await missingParts(queries)).filter((part) => isMendable(part, database));
  const strangers = (await hostKeyFaults(queries)).filter(({ remedy }) => remedy === 'follow');
  if (missing.length + strangers.length === 0) return [];
  await exclusively(database, async (knex) => {
    await requireHostTables(knex, database.location);
    const [hostTables, ...ours] = migrations;
    await hostTables?.up(knex);
    if (!isSqlite(knex)) await followHostKeys(knex);
    // Each may run again, and then makes what is not there.
    for (const { up } of ours) await mending(() => up(knex));
    if (!isSqlite(knex)) await alterTables(knex);
  });
  const [left] = (await missingParts(queries)).filter((part) => isMendable(part, database));
  if (left) throw nameTaken(left, undefined);
  return missing;
}

export function isMendable({ kind }: SchemaPart, { engine }: Pick<Database, 'engine'>): boolean {
  return kind !== 'column' && (kind !== 'foreign key' || engine === 'mysql');
}

/** MySQL makes indexes and foreign keys with their table, and so not again. */
async function alterTables(knex: Queries): Promise<void> {
  const add = async (part: SchemaPart) => {
    const { statement } = part;
    if (statement === undefined) return;
    await mending(() => knex.raw(statement)).catch((error: unknown) => {
      throw systemCode(error) === 'ER_DUP_KEYNAME' ? nameTaken(part, error) : error;
    });
  };
  const ofPipelines = (await missingParts(knex)).find(isTenantKeyOfPipelines);
  if (ofPipelines) {
    // What pipelines restrict is to be deleted behind them: these keys are made again, as part of what is missing then.
    for (const cascade of restricted) await dropCascade(knex, cascade);
    await add(ofPipelines);
  }
  for (const part of await missingParts(knex)) await add(part);
}

function isTenantKeyOfPipelines({ kind, table, name }: SchemaPart): boolean {
  return kind === 'foreign key' && table === categories.pipeline.table && name.includes(' to tenants ');
}

/** Something else of the same name is never taken away: nobody knows what for it is there. */
function nameTaken({ kind, table, name }: SchemaPart, cause: unknown): AppError {
  return new AppError('CONFLICT', `the ${kind} ${name} of ${table} cannot be put back: something else bears its name`, {
    hint: 'Drop or rename what bears it, then: integrations db migrate',
    cause,
  });
}

async function mending(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    throw new AppError('CONFLICT', 'what is missing cannot be put back: rows stand in the way that break its rule', {
      hint: 'integrations doctor',
      cause: error,
    });
  }
}
