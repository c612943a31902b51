import { AppError, invalid } from '../core/error.ts';
import { hasUnprintable, quotable } from '../core/text.ts';
import { accessTokenStore } from '../db/stores/access-tokens.ts';
import { apiRequestStore } from '../db/stores/api-requests.ts';
import { type Account, accountStore, type Tenant, tenantStore } from '../db/stores/host.ts';
import type { Deps } from './deps.ts';
import { everythingIn, type Removal, removeAll } from './removal.ts';
import { inTenant } from './scope.ts';

type HostDeps = Pick<Deps, 'database' | 'actorSoFar'>;

/** @throws AppError VALIDATION, or CONFLICT when the name or the id is taken */
export async function addTenant(deps: HostDeps, name: string, id: string): Promise<Tenant> {
  const displayName = tenantName(name);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
    throw invalid('the id of a tenant is a UUID in lower case', { field: 'id' });
  }
  const row = { id, displayName, createdAt: null };
  const [database, actor] = [await deps.database(), await deps.actorSoFar()];
  return database.transaction((queries) => tenantStore(queries).insert(row, actor));
}

/** @throws AppError VALIDATION, or CONFLICT when the e-mail or the id is taken */
export async function addAccount(deps: HostDeps, account: Omit<Account, 'createdAt'>): Promise<Account> {
  const email = accountEmail(account.email ?? '');
  if (!/^[\u0021-\u007e]{1,255}$/.test(account.id)) {
    throw invalid('the id of an account is 1 to 255 ASCII characters without blanks', { field: 'id' });
  }
  const name = account.name === null ? null : checkedText(account.name, 'name', 'the name of an account');
  const row = { id: account.id, email, name, createdAt: null };
  const [database, actor] = [await deps.database(), await deps.actorSoFar()];
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

/** What a person called something, trimmed and NFC. @throws AppError VALIDATION */
export function checkedText(given: string, field: string, what: string): string {
  const text = given.trim().normalize('NFC');
  if (text === '') throw invalid(`${what} is empty`, { field });
  if ([...text].length > 255)
    throw invalid(`${what} is ${[...text].length} characters long; at most 255 fit`, { field });
  if (hasUnprintable(text)) throw invalid(`${what} has control characters or invisible marks in it`, { field });
  return text;
}

/**
 * Removes a tenant and everything in it.
 * @param shown what whoever asked for it was told; what came since is not removed
 * @throws AppError CONFLICT
 */
export async function removeTenant(deps: Deps, tenant: Tenant, shown: readonly Removal[]): Promise<void> {
  const actor = await deps.actorSoFar();
  await inTenant(deps, { tenant, actor }, async (stores, transaction) => {
    const hosts = tenantStore(transaction);
    await hosts.lock(tenant.id);
    const present = await everythingIn(stores);
    refuseUnseen(tenant, shown, present);
    await removeAll(stores, present);
    await hosts.remove(tenant, actor);
    await accessTokenStore(transaction).removeAll(tenant.id);
    await apiRequestStore(transaction).removeAll(tenant.id);
  });
}

function refuseUnseen(tenant: Tenant, shown: readonly Removal[], present: readonly Removal[]): void {
  const seen = new Set(shown.map(({ row }) => row.id));
  const added = present
    .filter(({ row }) => !seen.has(row.id))
    .map(({ category, row: { id, displayName } }) => ({ category: category.name, id, displayName }));
  if (added.length === 0) return;
  const names = added.map(({ displayName }) => `"${quotable(displayName)}"`);
  throw new AppError(
    'CONFLICT',
    `in the tenant "${quotable(tenant.displayName ?? tenant.id)}" there is new meanwhile: ${names.join(', ')}`,
    { hint: 'Look at it with --dry-run, then try again.', details: { added } },
  );
}

/** @throws AppError CONFLICT when it set something up */
export async function removeAccount(deps: HostDeps, account: Account): Promise<void> {
  const [database, actor] = [await deps.database(), await deps.actorSoFar()];
  await database.transaction((queries) => accountStore(queries).remove(account, actor));
}
