import { fromStored } from '../../core/time.ts';

/** A row of a host table. Of a table that the host made, only `id` is sure to exist: the rest is null then. */
export interface HostRow {
  id: string;
  createdAt: string | null;
}

export interface Tenant extends HostRow {
  displayName: string | null;
}

export interface Account extends HostRow {
  email: string | null;
  name: string | null;
}

/** @template Row what a row of it is to the program */
export interface HostTable<Row> {
  table: 'tenants' | 'accounts';
  noun: 'tenant' | 'account';
  columns: readonly string[];
  /** Names a row for people. */
  nameColumn: string;
  rowOf(text: (column: string) => string | null): Row;
}

export const tenants: HostTable<Tenant> = {
  table: 'tenants',
  noun: 'tenant',
  columns: ['id', 'displayName', 'createdAt'],
  nameColumn: 'displayName',
  rowOf: (text) => ({ id: text('id') ?? '', displayName: text('displayName'), createdAt: text('createdAt') }),
};

export const accounts: HostTable<Account> = {
  table: 'accounts',
  noun: 'account',
  columns: ['id', 'email', 'name', 'createdAt'],
  nameColumn: 'email',
  rowOf: (text) => ({
    id: text('id') ?? '',
    email: text('email'),
    name: text('name'),
    createdAt: text('createdAt'),
  }),
};

/** A row as it was read, whatever kinds the host's columns are of. */
export function decoded<Row>(host: HostTable<Row>, row: Readonly<Record<string, unknown>>): Row {
  return host.rowOf((column) => {
    const value = textOf(row[column]);
    const isTime = column === 'createdAt' && value !== null && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(value);
    return isTime ? fromStored(value.slice(0, 19)) : value;
  });
}

export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Date ? value.toISOString() : String(value);
}
