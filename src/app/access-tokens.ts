import { type AccessScope, accessScopes, digestOf, newAccessToken } from '../core/access-token.ts';
import { AppError, invalid } from '../core/error.ts';
import { newId } from '../core/id.ts';
import { Secret } from '../core/secret.ts';
import { quotable } from '../core/text.ts';
import { accessTokenStore, everyTenant, rightsSlot, type StoredToken } from '../db/stores/access-tokens.ts';
import { type Tenant, tenantStore } from '../db/stores/host.ts';
import type { Deps } from './deps.ts';
import { checkedText } from './tenants.ts';

/** What a token may do, for whom, and until when: what is sealed of it. */
export interface Rights {
  scopes: readonly AccessScope[];
  /** Who sets up what is made with it. */
  accountId: string;
  /** Null where it does not end. */
  expiresAt: string | null;
}

/** A token as it is told: everything but its text. */
export interface AccessToken extends Rights {
  id: string;
  name: string;
  /** Null for all tenants. */
  tenantId: string | null;
  /** Null for all tenants, and for one that is gone. */
  tenantName: string | null;
  createdAt: string;
  lastUsedAt: string | null;
}

type Asked = Pick<Rights, 'scopes' | 'expiresAt'> & {
  name: string;
  /** Undefined for all tenants. */
  tenant: Tenant | undefined;
};

/**
 * Makes a token for the account of the run. Its text is handed out this once: only its digest is stored.
 * @throws AppError VALIDATION, or CONFLICT where the tenant has a token of this name
 */
export async function addAccessToken(deps: Deps, asked: Asked): Promise<{ text: Secret; token: AccessToken }> {
  const name = checkedText(asked.name, 'name', 'the name of a token');
  const { scopes, expiresAt, tenant } = asked;
  if (scopes.length === 0) throw invalid('a token needs at least one scope', { field: 'scope' });
  const text = newAccessToken();
  const rights: Rights = { scopes, accountId: (await deps.account()).id, expiresAt };
  const [id, digest, tenantId] = [newId('token'), digestOf(text), tenant?.id ?? everyTenant];
  const sealer = (await deps.sealers())(tenantId);
  const sealed = sealer.seal(new Secret(JSON.stringify({ digest, ...rights }), []), rightsSlot(id));
  const row = { id, tenantId, name, digest, rights: sealed, createdAt: '', lastUsedAt: null };
  const fields = Object.entries({ scopes: scopes.join(), expiresAt }).map(([field, after]) => ({
    name: field,
    before: null,
    after,
  }));
  const [database, actor] = [await deps.database(), await deps.actor()];
  const stored = await database.transaction(async (queries) => {
    const store = accessTokenStore(queries);
    await store.insert(row, { actor, tenant: tenant ?? null, fields });
    await deps.confirmKey();
    return (await store.list(tenantId)).find((each) => each.id === id) ?? row;
  });
  return { text, token: told(stored, rights, tenant ?? undefined) };
}

/** The tokens of a tenant, or of all; those for all tenants too. Of one whose rights do not open there are none. */
export async function listAccessTokens(deps: Deps, tenant: Tenant | undefined): Promise<AccessToken[]> {
  const { queries } = await deps.database();
  const store = accessTokenStore(queries);
  const tenants = tenant ? [tenant] : await tenantStore(queries).list();
  const rows = tenant ? [...(await store.list(everyTenant)), ...(await store.list(tenant.id))] : await store.list();
  const tokens: AccessToken[] = [];
  for (const row of rows) {
    tokens.push(
      told(
        row,
        await openedRights(deps, row),
        tenants.find(({ id }) => id === row.tenantId),
      ),
    );
  }
  return tokens.sort((a, b) => a.id.localeCompare(b.id));
}

/** Whether there is any, of whatever tenant. */
export async function hasAccessTokens(deps: Deps): Promise<boolean> {
  return accessTokenStore((await deps.database()).queries).hasAny();
}

/** @param ref its id or its name @throws AppError NOT_FOUND, or CONFLICT where the tenant and all have one of this name */
export async function findAccessToken(deps: Deps, tenant: Tenant, ref: string): Promise<AccessToken> {
  const tokens = await listAccessTokens(deps, tenant);
  const exact = tokens.find(({ id }) => id === ref);
  if (exact) return exact;
  const [found, another] = tokens.filter(({ name }) => name === ref.trim().normalize('NFC'));
  if (!found) {
    throw new AppError('NOT_FOUND', `no token named "${quotable(ref)}"`, { hint: 'integrations token list' });
  }
  if (!another) return found;
  throw new AppError('CONFLICT', `several tokens are named "${quotable(ref)}": ${found.id}, ${another.id}`, {
    hint: 'Name it by its id.',
  });
}

/** What it may do ends at once. @throws AppError NOT_FOUND when it is gone already */
export async function removeAccessToken(deps: Deps, tenant: Tenant, token: AccessToken): Promise<void> {
  const [database, actor] = [await deps.database(), await deps.actorSoFar()];
  const of = token.tenantId === null ? null : tenant;
  await database.transaction((queries) => accessTokenStore(queries).remove(token, { actor, tenant: of, fields: [] }));
}

const none: Rights = { scopes: [], accountId: '', expiresAt: null };

/** What is sealed of a token; nothing where that does not open, or is of another token. */
export async function openedRights(deps: Deps, row: StoredToken): Promise<Rights> {
  const openers = await deps.openers();
  try {
    const opened = await deps.withNewKeys(() => openers(row.tenantId).open(row.rights, rightsSlot(row.id)));
    const { digest, ...rights } = JSON.parse(opened.reveal()) as Rights & { digest: string };
    return digest === row.digest ? rights : none;
  } catch (error) {
    if (error instanceof AppError) return none;
    throw error;
  }
}

function told(row: StoredToken, rights: Rights, tenant: Tenant | undefined): AccessToken {
  const { id, name, createdAt, lastUsedAt } = row;
  const tenantId = row.tenantId === everyTenant ? null : row.tenantId;
  return { id, name, tenantId, tenantName: tenant?.displayName ?? null, ...rights, createdAt, lastUsedAt };
}

/** @throws AppError USAGE with the scopes there are */
export function readScopes(text: string): AccessScope[] {
  const given = text.split(',').map((scope) => scope.trim());
  const unknown = given.find((scope) => !accessScopes.some((known) => known === scope));
  if (unknown === undefined) return accessScopes.filter((scope) => given.includes(scope));
  throw invalid(`"${quotable(unknown)}" is not a scope; the scopes are ${accessScopes.join(', ')}`, { field: 'scope' });
}
