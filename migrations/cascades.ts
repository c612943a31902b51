import type { Knex } from 'knex';
import { columnNames, createTable, type ForeignKey, isSqlite, mysqlConstraint, type Table } from './table.ts';

/** A cascade of a deleted tenant that must come behind another one. */
export interface Cascade {
  table: string;
  key: ForeignKey;
}

/**
 * Makes a table that restricts others, so that a tenant can be deleted with all rows: its own go first. SQLite runs
 * cascades in the order of the tables, the newest first, and MySQL in that in which the keys were made, where each
 * ALTER TABLE makes all keys of its table anew. May be killed anywhere, and repeated.
 * @throws ForeignTable
 */
export async function createBefore(knex: Knex, table: Table, cascades: readonly Cascade[]): Promise<void> {
  if (isSqlite(knex)) {
    await createTable(knex, table);
    await makeNewest(knex, table.name, cascades);
    return;
  }
  const isNew = (await columnNames(knex, table.name)).size === 0;
  if (isNew) for (const cascade of cascades) await dropCascade(knex, cascade);
  await createTable(knex, table);
  for (const cascade of cascades) await addCascade(knex, cascade);
}

/** A key is dropped and added in two statements: MySQL refuses both in one. */
export async function dropCascade(knex: Knex, cascade: Cascade): Promise<void> {
  for (const name of await namesOf(knex, cascade))
    await knex.raw('ALTER TABLE ?? DROP FOREIGN KEY ??', [cascade.table, name]);
}

/** Adds a key that is not there. */
export async function addCascade(knex: Knex, cascade: Cascade): Promise<void> {
  if ((await namesOf(knex, cascade)).length > 0) return;
  await knex.raw(`ALTER TABLE \`${cascade.table}\` ADD ${mysqlConstraint(cascade.key)}`);
}

/** Whether MySQL deletes rows of the cascades before those of the table, which was altered after theirs. */
export async function areOvertaken(knex: Knex, table: string, cascades: readonly Cascade[]): Promise<boolean> {
  if (isSqlite(knex)) return false;
  // Only MySQL from 9.6 on has it, and with it the order in which the keys were made.
  const [[native]] = await knex.raw("SHOW VARIABLES LIKE 'innodb_native_foreign_keys'");
  if (native?.['Value'] !== 'OFF') return false;
  const [rows] = await knex.raw(
    'SELECT 1 FROM information_schema.TABLES own JOIN information_schema.TABLES other ' +
      'ON other.TABLE_SCHEMA = own.TABLE_SCHEMA AND other.CREATE_TIME < own.CREATE_TIME ' +
      'WHERE own.TABLE_SCHEMA = DATABASE() AND own.TABLE_NAME = ? AND other.TABLE_NAME IN (?)',
    [table, cascades.map((cascade) => cascade.table)],
  );
  return rows.length > 0;
}

/** What the keys of these columns to that table are called, whoever made them. */
async function namesOf(knex: Knex, { table, key }: Cascade): Promise<string[]> {
  const [rows] = await knex.raw(
    'SELECT DISTINCT CONSTRAINT_NAME AS name FROM information_schema.KEY_COLUMN_USAGE ' +
      'WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME IN (?) AND REFERENCED_TABLE_NAME = ?',
    [table, [...key.columns], key.table],
  );
  return rows.map(({ name }: { name: string }) => name);
}

/** Makes a table anew, with the columns that it has by now, where one of the others was put back after it. */
async function makeNewest(knex: Knex, name: string, others: readonly Cascade[]): Promise<void> {
  const newest = await knex('sqlite_master')
    .where({ type: 'table' })
    .whereIn('name', [name, ...others.map(({ table }) => table)])
    .orderBy('rowid', 'desc')
    .first('name');
  if (newest?.name === name) return;
  const parts: { sql: string }[] = await knex('sqlite_master')
    .where({ tbl_name: name })
    .whereNotNull('sql')
    .orderByRaw("type = 'table' DESC")
    .select('sql');
  const [definition, ...rest] = parts.map(({ sql }) => sql);
  const older = `${name}_older`;
  // Rows may refer to what was in the table that was lost.
  await knex.raw('PRAGMA defer_foreign_keys = ON');
  await knex.raw(`ALTER TABLE "${name}" RENAME TO "${older}"`);
  await knex.raw(definition ?? '');
  await knex.raw(`INSERT INTO "${name}" SELECT * FROM "${older}"`);
  await knex.raw(`DROP TABLE "${older}"`);
  for (const sql of rest) await knex.raw(sql);
}
