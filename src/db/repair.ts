import { migrations } from '../../migrations/index.ts';
import { isSqlite } from '../../migrations/table.ts';
import { AppError } from '../core/error.ts';
import { refusalOf } from './errors.ts';
import { followHostKeys, hostKeyFaults } from './host-keys.ts';
import { exclusively } from './migrate.ts';
import type { Database, Queries } from './queries.ts';
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
    // Each may run again, and then makes what is not there.
    for (const { up } of migrations) await mending(() => up(knex));
    if (isSqlite(knex)) return;
    await followHostKeys(knex);
    await alterTables(knex);
  });
  return missing;
}

export function isMendable({ kind }: SchemaPart, { engine }: Pick<Database, 'engine'>): boolean {
  return kind !== 'column' && (kind !== 'foreign key' || engine === 'mysql');
}

/** MySQL makes indexes and foreign keys with their table, and so not again. */
async function alterTables(knex: Queries): Promise<void> {
  for (const { statement } of await missingParts(knex)) if (statement) await mending(() => knex.raw(statement));
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
