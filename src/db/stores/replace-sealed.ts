import { categoryList } from '../../core/category.ts';
import type { Queries } from '../queries.ts';
import type { SealedTable } from './sealed.ts';

/** A row of a table with sealed values. */
export interface ReadRow {
  table: SealedTable;
  /** As it was read: `id`, `tenantId`, the sealed columns, and `updatedAt` where it has one. */
  row: Readonly<Record<string, string | null>>;
}

export interface Renewed extends ReadRow {
  /** The sealed columns as they are to be. */
  sealed: Readonly<Record<string, string | null>>;
}

type Rows = readonly [Renewed, ...Renewed[]];

/** The rows of integrations tell when they were changed; others do not. */
export function hasUpdatedAt(table: string): boolean {
  return categoryList.some((category) => category.table === table);
}

/**
 * Replaces the sealed values of those rows of one table that are as they were read; `updatedAt` stays. To be run in a
 * transaction.
 * @returns how many rows those are
 */
export function replaceSealed(queries: Queries, rows: Rows): Promise<number> {
  return queries.client.dialect === 'sqlite3' ? onSqlite(queries, rows) : onMysql(queries, rows);
}

/** By cases and not by a join, for which MySQL would fill a table on its disk. */
async function onMysql(queries: Queries, rows: Rows): Promise<number> {
  const { table, columns } = rows[0].table;
  const cases = `CASE id ${rows.map(() => 'WHEN ? THEN ?').join(' ')} END`;
  const set = columns.map((column) => `${column} = ${cases}`);
  if (hasUpdatedAt(table)) set.push('updatedAt = updatedAt');
  const asRead = `(id = ? AND ${columns.map((column) => `${column} <=> ?`).join(' AND ')})`;
  const [{ affectedRows }] = await queries.raw(
    `UPDATE ${table} SET ${set.join(', ')} WHERE ${rows.map(() => asRead).join(' OR ')}`,
    [
      ...columns.flatMap((column) => rows.flatMap(({ row, sealed }) => [row['id'], sealed[column]])),
      ...rows.flatMap(({ row }) => [row['id'], ...columns.map((column) => row[column])]),
    ] as string[],
  );
  return affectedRows;
}

// A time that no row has outside of the transaction.
const marked = '0001-01-01 00:00:00';

/** A connection of the driver. */
interface Connection {
  prepare(sql: string): { run(...values: unknown[]): { changes: number } };
}

/** Row by row with the driver's own statements: Knex would have each one prepared anew. */
async function onSqlite(queries: Queries, rows: Rows): Promise<number> {
  const { table, columns } = rows[0].table;
  const connection: Connection = await queries.client.acquireConnection();
  const set = columns.map((column) => `${column} = ?`).join(', ');
  const asRead = ['id', ...columns].map((column) => `${column} IS ?`).join(' AND ');
  const readOf = ({ row }: Renewed) => [row['id'], ...columns.map((column) => row[column])];
  const freshOf = ({ sealed }: Renewed) => columns.map((column) => sealed[column]);

  function prepare(sql: string) {
    queries.client.emit('query', { sql });
    return connection.prepare(sql);
  }

  if (!hasUpdatedAt(table)) {
    const replace = prepare(`UPDATE ${table} SET ${set} WHERE ${asRead}`);
    return rows.filter((row) => replace.run(...freshOf(row), ...readOf(row)).changes > 0).length;
  }
  // A trigger sets `updatedAt` where a change leaves it as it was. So each row is marked with its new values, and all get
  // their times back at once.
  const replace = prepare(`UPDATE ${table} SET ${set}, updatedAt = '${marked}' WHERE ${asRead} AND updatedAt IS ?`);
  const replaced = rows.filter(
    (each) => replace.run(...freshOf(each), ...readOf(each), each.row['updatedAt']).changes > 0,
  );
  if (replaced.length === 0) return 0;
  const times = replaced.map(() => '(?, ?)').join(', ');
  const giveBack = `UPDATE ${table} SET updatedAt = times.column2 FROM (VALUES ${times}) AS times WHERE id = times.column1`;
  prepare(giveBack).run(...replaced.flatMap(({ row }) => [row['id'], row['updatedAt']]));
  return replaced.length;
}
