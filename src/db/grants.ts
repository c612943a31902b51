import { categoryList } from '../core/category.ts';
import { migrationsTable } from './migrations-table.ts';
import type { Purpose } from './purpose.ts';
import { accessRefusalsTable } from './stores/access-refusals.ts';
import { accessTokens } from './stores/access-tokens.ts';
import { apiRequests } from './stores/api-requests.ts';
import { historyTable } from './stores/history.ts';
import { previousCredentials } from './stores/previous.ts';
import { runsTable } from './stores/run-row.ts';
import { observedColumns } from './stores/verdict.ts';

/** A user of the server, and the machines that it comes from: `%` for all. */
export interface ServerAccount {
  user: string;
  host: string;
}

export interface Grant {
  /** `*` for all of the database's. */
  table: string;
  privileges: string[];
  /** Without a semicolon. */
  statement: string;
}

/** What a user must be granted to do just that, as both MySQL and MariaDB take it. */
export function grantsFor(purpose: Purpose, database: string, account: ServerAccount): Grant[] {
  const to = `TO ${text(account.user)}@${text(account.host)}`;
  if (purpose === 'migrate') {
    const privileges = ['ALL PRIVILEGES'];
    return [{ table: '*', privileges, statement: `GRANT ${privileges} ON ${identifier(literally(database))}.* ${to}` }];
  }
  return [...rights[purpose]].map(([table, privileges]) => ({
    table,
    privileges: [...privileges],
    statement: `GRANT ${privileges.join(', ')} ON ${identifier(database)}.${identifier(table)} ${to}`,
  }));
}

const categoryTables = categoryList.map(({ table }) => table);
const read = ['SELECT'];
const write = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

const reading: [table: string, privileges: readonly string[]][] = [
  ...categoryTables,
  previousCredentials.table,
  accessTokens.table,
  runsTable,
  accessRefusalsTable,
  apiRequests,
  historyTable,
  'tenants',
  'accounts',
  migrationsTable,
].map((table) => [table, read]);

const rights: Record<Exclude<Purpose, 'migrate'>, ReadonlyMap<string, readonly string[]>> = {
  read: new Map(reading),
  verify: new Map([
    ...reading,
    ...forEach(categoryTables, ['SELECT', `UPDATE (${observedColumns.map(identifier).join(', ')})`]),
  ]),
  apply: new Map([
    ...reading,
    ...forEach(
      [...categoryTables, previousCredentials.table, accessTokens.table, apiRequests, accessRefusalsTable, runsTable],
      write,
    ),
    // What was told stays told.
    [historyTable, ['SELECT', 'INSERT']],
    // MySQL locks a row only for who may change it.
    ['tenants', ['SELECT', 'UPDATE']],
  ]),
};

function forEach(tables: readonly string[], privileges: readonly string[]): typeof reading {
  return tables.map((table) => [table, privileges]);
}

function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** For all tables of a database its name is a pattern. */
function literally(database: string): string {
  return database.replace(/[\\_%]/g, '\\$&');
}
