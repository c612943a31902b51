import { digestOf, isAccessToken } from '../core/access-token.ts';
import type { Secret } from '../core/secret.ts';
import { moment } from '../core/time.ts';
import { accessTokenStore, everyTenant, type StoredToken } from '../db/stores/access-tokens.ts';
import { openedRights, type Rights } from './access-tokens.ts';
import type { Deps } from './deps.ts';

/** What a token that somebody presents allows. */
export interface PresentedToken extends Pick<Rights, 'scopes' | 'accountId'> {
  id: string;
  /** Null for all tenants. */
  tenantId: string | null;
}

const noteEveryMs = 60_000;

/** The token that a text is; undefined for one that there is not, is no more, or has ended. */
export type ReadToken = (deps: Deps, text: Secret) => Promise<PresentedToken | undefined>;

/** Whatever a text is, the same is done with it: its digest is looked up, and what is sealed of a token opened. */
export function createTokenReader(): ReadToken {
  /** What is opened in place of a token that there is not. */
  let decoy: StoredToken | undefined;

  return async (deps, text) => {
    if (!isAccessToken(text.reveal())) return undefined;
    const { queries } = await deps.database();
    const store = accessTokenStore(queries);
    const row = await store.findByDigest(digestOf(text));
    decoy = row ?? decoy;
    if (!decoy) return undefined;
    const { scopes, accountId, expiresAt } = await openedRights(deps, decoy);
    if (!row || scopes.length === 0 || (expiresAt !== null && expiresAt <= moment(new Date()))) return undefined;
    const { id, tenantId } = row;
    if (isOfOld(row)) await store.use(id).catch((error: unknown) => deps.warn(unnoted(error)));
    return { id, tenantId: tenantId === everyTenant ? null : tenantId, scopes, accountId };
  };
}

function isOfOld({ lastUsedAt }: StoredToken): boolean {
  return lastUsedAt === null || Date.now() - Date.parse(lastUsedAt) >= noteEveryMs;
}

/** Whoever may only read the database may not note it: that keeps nobody out. */
function unnoted(error: unknown): string {
  return `That a token was used is not noted (${error instanceof Error ? error.name : typeof error}).`;
}
