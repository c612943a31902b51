import type { Knex } from 'knex';
import { systemCode } from '../../files/system-error.ts';
import { migrationsTable } from '../migrations-table.ts';
import type { Queries } from '../queries.ts';
import { mayPass } from '../repeat.ts';
import { type Account, accounts, decoded, type HostRow, type HostTable, type Tenant, tenants } from './host-table.ts';

/** How the settings name a tenant and an account. */
export interface Names {
  tenant?: string | undefined;
  account?: string | undefined;
}

/** What a command needs to know of a database before all else. */
export interface Basis {
  /** The migrations that were applied. */
  applied: string[];
  /** Undefined where none is named, or it takes a question of its own to tell which is meant or that there is none. */
  tenant: Tenant | undefined;
  account: Account | undefined;
  /** Whether there is more than one of each. */
  several: { tenants: boolean; accounts: boolean };
}

/**
 * Reads it in one question: each is a turn over the network.
 * @returns undefined where the tables are not all there, or the host's are other than ours
 */
export async function readBasis(queries: Queries, { tenant, account }: Names): Promise<Basis | undefined> {
  const parts = [
    ...named(queries, tenants, tenant),
    ...named(queries, accounts, account),
    second(queries, tenants),
    second(queries, accounts),
  ];
  try {
    const rows: QuestionRow[] = await part(queries, migrationsTable, ['name']).unionAll(parts);
    return {
      applied: rows.filter(({ source }) => source === migrationsTable).map(({ c0 }) => String(c0)),
      tenant: theOneNamed(rows, tenants, tenant),
      account: theOneNamed(rows, accounts, account),
      several: { tenants: hasSecond(rows, tenants), accounts: hasSecond(rows, accounts) },
    };
  } catch (error) {
    // What stands in the way of each is told where it is asked by itself.
    if (systemCode(error) === undefined || mayPass(error)) throw error;
    return undefined;
  }
}

const places = ['c0', 'c1', 'c2', 'c3'] as const;

type QuestionRow = Record<'source' | (typeof places)[number], string | null>;

/** As text, so that the columns of several tables stand beneath each other whatever they are. */
function part(queries: Queries, table: string, columns: readonly string[], source = table): Knex.QueryBuilder {
  const texts = places.map((place, at) => {
    const column = columns[at];
    return column === undefined
      ? queries.raw('NULL AS ??', [place])
      : queries.raw('CAST(?? AS CHAR) AS ??', [column, place]);
  });
  return queries(table).select(queries.raw('? AS ??', [source, 'source']), ...texts);
}

/** More than one row of a name is as many as it takes to see that it does not tell which one is meant. */
const enough = 11;

/** The rows of this id, or where there is none, of this name. No index need be on a host's names. */
function named(queries: Queries, host: HostTable<HostRow>, ref: string | undefined): Knex.QueryBuilder[] {
  if (ref === undefined) return [];
  const { table, columns, nameColumn } = host;
  const byId = part(queries, table, columns).where('id', ref);
  const byName = part(queries, table, columns)
    .where(nameColumn, ref)
    .whereNotExists(queries(table).where('id', ref).select(queries.raw('1')));
  // SQLite takes no limit in a part of a union.
  return [byId, byName].map((rows, at) => queries.select('*').from(rows.limit(enough).as(`${table}${at}`)));
}

/** A row of it beside the first one, where there is one: found by the key, however many there are. */
function second(queries: Queries, { table }: HostTable<HostRow>): Knex.QueryBuilder {
  const rows = part(queries, table, [], secondOf(table)).where('id', '>', queries(table).min('id'));
  return queries.select('*').from(rows.limit(1).as(`${table}2`));
}

function hasSecond(rows: readonly QuestionRow[], { table }: HostTable<HostRow>): boolean {
  return rows.some(({ source }) => source === secondOf(table));
}

function secondOf(table: string): string {
  return `second of ${table}`;
}

/** Compared byte by byte: the host's collation may fold case. */
function theOneNamed<Row extends HostRow>(rows: readonly QuestionRow[], host: HostTable<Row>, ref: string | undefined) {
  const found = rows
    .filter(({ source }) => source === host.table)
    .map((row) => Object.fromEntries(host.columns.map((column, at) => [column, row[places[at] ?? 'c0']])));
  const matching = [found.filter(({ id }) => id === ref), found.filter((row) => row[host.nameColumn] === ref)];
  const [one, ...others] = matching.find((each) => each.length > 0) ?? [];
  return one && others.length === 0 ? decoded(host, one) : undefined;
}
