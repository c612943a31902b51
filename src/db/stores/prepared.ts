import type { Knex } from 'knex';
import type { Queries } from '../queries.ts';

type Row = Record<string, unknown>;

/** What stands in a statement until it is run. */
const placeholder = (name: string) => `\u0000${name}`;

/**
 * A SELECT that differs in its values alone. Knex writes it once: to write a short one takes it longer than to have it
 * answered.
 * @param write is given what stands in the place of each value
 */
export function prepared<Name extends string>(
  names: readonly Name[],
  write: (queries: Queries, values: Readonly<Record<Name, string>>) => Knex.QueryBuilder,
): (queries: Queries, values: Readonly<Record<Name, string | number>>) => Promise<Row[]> {
  const places = Object.fromEntries(names.map((name) => [name, placeholder(name)])) as Record<Name, string>;
  const byPlace = new Map<unknown, Name>(names.map((name) => [placeholder(name), name]));
  const written = new Map<string, { sql: string; bindings: readonly unknown[] }>();

  return async (queries, values) => {
    const { dialect } = queries.client;
    const statement = written.get(dialect) ?? write(queries, places).toSQL();
    written.set(dialect, statement);
    const bindings = statement.bindings.map((each) => {
      const name = byPlace.get(each);
      return name === undefined ? each : values[name];
    });
    const answer: Row[] | [Row[], unknown] = await queries.raw(statement.sql, bindings as Knex.RawBinding[]);
    return dialect === 'sqlite3' ? (answer as Row[]) : (answer as [Row[], unknown])[0];
  };
}
