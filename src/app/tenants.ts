import type { Context } from '../context.ts';
import { invalid } from '../core/error.ts';
import { hasUnprintable } from '../core/text.ts';
import type { Database } from '../db/queries.ts';
import type { Actor } from '../db/stores/history.ts';
import { type Account, accountStore, type HostRow, type Tenant, tenantStore } from '../db/stores/host.ts';
import { actorSoFar } from './recorded.ts';

/** Where a row of the host's is made, and by whom. */
export interface Making {
  database: Database;
  actor: Actor;
}

export async function makingOf(context: Context): Promise<Making> {
  return { database: await context.database(), actor: await actorSoFar(context) };
}

/** @throws AppError VALIDATION, or CONFLICT when the name or the id is taken */
export async function addTenant({ database, actor }: Making, name: string, id: string): Promise<Tenant> {
  const displayName = tenantName(name);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
    throw invalid('the id of a tenant is a UUID in lower case', { field: 'id' });
  }
  const row = { id, displayName, createdAt: null };
  return database.transaction((queries) => tenantStore(queries).insert(row, actor));
}

/** @throws AppError VALIDATION, or CONFLICT when the e-mail or the id is taken */
export async function addAccount({ database, actor }: Making, account: Omit<Account, 'createdAt'>): Promise<Account> {
  const email = accountEmail(account.email ?? '');
  if (!/^[\u0021-\u007e]{1,255}$/.test(account.id)) {
    throw invalid('the id of an account is 1 to 255 ASCII characters without blanks', { field: 'id' });
  }
  const name = account.name === null ? null : checkedText(account.name, 'name', 'the name of an account');
  const row = { id: account.id, email, name, createdAt: null };
  return database.transaction((queries) => accountStore(queries).insert(row, actor));
}

/** @throws AppError VALIDATION */
export function tenantName(given: string): string {
  return checkedText(given, 'displayName', 'the name of a tenant');
}

/** @throws AppError VALIDATION */
export function accountEmail(given: string): string {
  const email = checkedText(given, 'email', 'the e-mail of an account');
  if (/^[^\s@]+@[^\s@]+$/.test(email)) return email;
  throw invalid('the e-mail of an account looks like ops@acme.test', { field: 'email' });
}

function checkedText(given: string, field: string, what: string): string {
  const text = given.trim().normalize('NFC');
  if (text === '') throw invalid(`${what} is empty`, { field });
  if ([...text].length > 255)
    throw invalid(`${what} is ${[...text].length} characters long; at most 255 fit`, { field });
  if (hasUnprintable(text)) throw invalid(`${what} has control characters or invisible marks in it`, { field });
  return text;
}

/** Whether a reference from the settings names this row. */
export function isCurrent(row: HostRow, name: string | null, current: string | undefined): boolean {
  return current !== undefined && (row.id === current || name === current);
}
