import type { Location } from './location.ts';

/** Asks for rows. Names stand in backticks, which both engines read. */
export type Ask = (sql: string, ...values: (string | number)[]) => Promise<Record<string, unknown>[]>;

/** A way to read that makes no file, brings nothing up to date and writes nothing. Knex is left out where it may be. */
export async function openReadOnly(location: Location): Promise<Ask> {
  if (location.engine === 'sqlite') {
    const { default: Sqlite } = await import('better-sqlite3');
    const database = new Sqlite(location.path, { readonly: true, fileMustExist: true });
    return async (sql, ...values) => database.prepare<unknown[], Record<string, unknown>>(sql).all(...values);
  }
  const { openMysql } = await import('./mysql.ts');
  const { knex } = openMysql(location, () => undefined);
  return async (sql, ...values) => (await knex.raw(sql, values))[0];
}
