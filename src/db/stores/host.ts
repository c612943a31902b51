import { AppError } from '../../core/error.ts';
import { once } from '../../core/once.ts';
import { quotable } from '../../core/text.ts';
import { systemCode } from '../../files/system-error.ts';
import { refusalOf } from '../errors.ts';
import type { Queries } from '../queries.ts';
import { type Actor, type HistoryEntry, record } from './history.ts';
import {
  type Account,
  accounts,
  decoded,
  type HostRow,
  type HostTable,
  type Tenant,
  tenants,
  textOf,
} from './host-table.ts';

export type { Account, HostRow, Tenant } from './host-table.ts';

/** Reads and writes the host's tenants or accounts. */
export interface HostStore<Row extends HostRow> {
  list(): Promise<Row[]>;
  /** Rows with this id, else rows with this name, compared byte by byte. */
  find(ref: string): Promise<Row[]>;
  /** Tells the history too; to be run in a transaction. @throws AppError CONFLICT when the id or the name is taken */
  insert(row: Row, actor: Actor): Promise<Row>;
  /** Tells the history too; to be run in a transaction. @throws AppError CONFLICT when other rows need it */
  remove(row: Row, actor: Actor): Promise<void>;
  /** Makes whoever locks or refers to the same row wait until this transaction ends. @throws AppError NOT_FOUND */
  lock(id: string): Promise<void>;
}

export function tenantStore(queries: Queries): HostStore<Tenant> {
  return createHostStore(queries, tenants);
}

export function accountStore(queries: Queries): HostStore<Account> {
  return createHostStore(queries, accounts);
}

/** Reads rows as far as their table has them. */
function hostRows<Row extends HostRow>(queries: Queries, host: HostTable<Row>) {
  const columns = once(async (): Promise<readonly string[]> => {
    const info = await queries(host.table).columnInfo();
    return host.columns.filter((column) => column in info);
  });

  async function where(column: string, value: string): Promise<Row[]> {
    const shown = await columns();
    if (!shown.includes(column)) return [];
    const rows = await queries(host.table)
      .where(column, value)
      .orderBy('id')
      .limit(11)
      .select(shown)
      .catch(noneWhereIncomparable);
    // The host's collation may fold case; a reference does not.
    return rows.filter((row) => textOf(row[column]) === value).map((row) => decoded(host, row));
  }

  async function list(): Promise<Row[]> {
    const rows = await queries(host.table)
      .orderBy('id')
      .select(await columns());
    return rows.map((row: Record<string, unknown>) => decoded(host, row));
  }

  return { columns, where, list };
}

function createHostStore<Row extends HostRow>(queries: Queries, host: HostTable<Row>): HostStore<Row> {
  const { columns, where, list } = hostRows(queries, host);

  function nameOf(row: Row): string | null {
    return Object.entries(row).find(([column]) => column === host.nameColumn)?.[1] ?? null;
  }

  async function noted(action: 'create' | 'remove', row: Row, actor: Actor): Promise<void> {
    const fields = Object.entries(row).flatMap(([name, value]) => {
      if (value === null || name === 'createdAt') return [];
      return [action === 'create' ? { name, before: null, after: value } : { name, before: value, after: null }];
    });
    const displayName = nameOf(row) ?? row.id;
    const entry: HistoryEntry = { action, category: host.noun, integrationId: null, displayName, fields };
    const tenant = host.noun === 'tenant' ? { id: row.id, displayName } : null;
    await record(queries, { tenant, actor }, [entry]);
  }

  return {
    list,

    async find(ref) {
      const byId = await where('id', ref);
      return byId.length > 0 ? byId : where(host.nameColumn, ref);
    },

    async insert(row, actor) {
      const shown = await columns();
      const given = { ...row } as Record<string, unknown>;
      const values = Object.fromEntries(
        shown.filter((column) => given[column] != null).map((column) => [column, given[column]]),
      );
      for (const column of ['id', host.nameColumn]) {
        const [taken] = await where(column, String(given[column] ?? ''));
        if (taken) throw exists(host, String(given[column]), taken.id);
      }
      try {
        await queries(host.table).insert(values);
      } catch (error) {
        throw refusalOf(error) === 'duplicate'
          ? exists(host, String(given[host.nameColumn]), undefined)
          : insertRefused(error, host);
      }
      const [stored] = await where('id', row.id);
      if (!stored) throw new Error(`a row of ${host.table} that was just written is not there`);
      await noted('create', stored, actor);
      return stored;
    },

    async lock(id) {
      if (await queries(host.table).where({ id }).forUpdate().first('id')) return;
      throw new AppError('NOT_FOUND', `the ${host.noun} ${quotable(id)} no longer exists`);
    },

    async remove(row, actor) {
      const { id } = row;
      try {
        await queries(host.table).where({ id }).delete();
      } catch (error) {
        if (refusalOf(error) !== 'referenced') throw error;
        throw new AppError('CONFLICT', `other rows of the database need the ${host.noun} ${id}`, { cause: error });
      }
      await noted('remove', row, actor);
    },
  };
}

/** MySQL refuses to compare a column with a text that its character set cannot hold; no row has that text. */
function noneWhereIncomparable(error: unknown): never[] {
  const code = systemCode(error);
  if (code === 'ER_CANNOT_CONVERT_STRING' || code === 'ER_CANT_AGGREGATE_2COLLATIONS') return [];
  throw error;
}

function exists(host: Pick<HostTable<HostRow>, 'noun'>, name: string, id: string | undefined): AppError {
  return new AppError('CONFLICT', `${host.noun} "${quotable(name)}" exists already${id ? ` (${id})` : ''}`, {
    hint: `integrations ${host.noun} use ${id ?? JSON.stringify(name)}`,
    details: id ? { id } : undefined,
  });
}

/** A host's table may want columns that we know nothing of, or ids of another kind, or fill a column by itself. */
function insertRefused(error: unknown, host: Pick<HostTable<HostRow>, 'noun' | 'table'>): unknown {
  const errno = error instanceof Error ? (error as { errno?: unknown }).errno : undefined;
  if (!misfits.has(systemCode(error) ?? '') && !misfitsOfServers.has(Number(errno))) return error;
  return new AppError(
    'CONFLICT',
    `the host application's table ${host.table} does not accept this row: it needs other columns, or other values in them`,
    { hint: `Create the ${host.noun} in the host application, then: integrations ${host.noun} use ID`, cause: error },
  );
}

const misfits = new Set([
  'SQLITE_CONSTRAINT_NOTNULL',
  'SQLITE_CONSTRAINT_CHECK',
  'SQLITE_MISMATCH',
  'SQLITE_CONSTRAINT_FOREIGNKEY',
  'SQLITE_CONSTRAINT_TRIGGER',
]);

/** By number: of MariaDB's own errors the driver does not know the names. */
const misfitsOfServers = new Set([
  1048, // a column is NULL that may not be
  1264, // a number out of range
  1265, // a value cut, such as an id that is no number
  1292, // a wrong date or number
  1364, // a column without a default
  1366, // a text that a column cannot hold
  1406, // a text that is too long
  1452, // a reference to a row that is not there
  1644, // a trigger's own refusal
  1906, // MariaDB: a column that is generated
  3105, // MySQL: a column that is generated
  3819, // MySQL: a CHECK
  4025, // MariaDB: a CHECK
]);
