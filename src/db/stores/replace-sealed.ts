import type { Queries } from '../database.ts';
import { previousCredentials } from './previous.ts';
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

/** The rows of integrations tell when they were changed; previous credentials do not. */
export function hasUpdatedAt(table: string): boolean {
  return table !== previousCredentials.table;
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

async function onSqlite(queries: Queries, rows: Rows): Promise<number> {
  const { table, columns } = rows[0].table;
  const old = columns.map((_, index) => `old${index}`);
  const fresh = columns.map((_, index) => `new${index}`);
  const set = columns.map((column, index) => `${column} = v.new${index}`).join(', ');
  const asRead = columns.map((column, index) => `t.${column} IS v.old${index}`).join(' AND ');
  const oldOf = ({ row }: Renewed) => columns.map((column) => row[column]);
  const freshOf = ({ sealed }: Renewed) => columns.map((column) => sealed[column]);

  async function update(set: string, where: string, names: string[], valuesOf: (row: Renewed) => unknown[]) {
    const given = `(${['id', ...names].map(() => '?').join(', ')})`;
    const { changes } = await queries.raw(
      `WITH v (${['id', ...names].join(', ')}) AS (VALUES ${rows.map(() => given).join(', ')})
        UPDATE ${table} AS t SET ${set} FROM v WHERE t.id = v.id AND ${where}`,
      rows.flatMap((each) => [each.row['id'], ...valuesOf(each)]) as string[],
    );
    return changes;
  }

  if (!hasUpdatedAt(table)) {
    return update(set, asRead, [...old, ...fresh], (row) => [...oldOf(row), ...freshOf(row)]);
  }
  // A trigger sets `updatedAt` where a change leaves it as it was. So the rows that are as they were read are marked
  // first, and get their time back with the new values.
  const timed = [asRead, 't.updatedAt IS v.time'].join(' AND ');
  await update(`updatedAt = '${marked}'`, timed, [...old, 'time'], (row) => [...oldOf(row), row.row['updatedAt']]);
  return update(`${set}, updatedAt = v.time`, `t.updatedAt = '${marked}'`, [...fresh, 'time'], (row) => [
    ...freshOf(row),
    row.row['updatedAt'],
  ]);
}
