import { createTokenReader } from '../app/presented-token.ts';
import type { AccessScope } from '../core/access-token.ts';
import { Secret } from '../core/secret.ts';
import type { ActingFor, Host } from '../library/host.ts';

/** Who calls, and what is allowed to them. */
export interface Caller {
  /** Of the token, as the history and the log tell it. */
  id: string;
  /** The one tenant that is reached; `all` for each. */
  tenantId: string | 'all';
  scopes: readonly AccessScope[];
  /** Who sets up what is new. */
  accountId: string;
  /** The job that its issuer vouches for, where it is no token of ours. */
  workload?: { issuer: string; subject: string };
}

/** Who acts, as the history tells it: the account, by which token, and whose job that is. */
export function actingFor({ id, accountId, workload }: Caller): ActingFor {
  const own = { account: accountId, purpose: `serve ${id}` };
  return workload ? { ...own, user: workload.subject, host: workload.issuer } : own;
}

/** Whom a credential names; undefined where it names nobody, for whatever reason. */
export type Authenticate = (credential: Secret) => Promise<Caller | undefined>;

/** By the tokens that `integrations token add` made. */
export function byAccessToken(host: Host): Authenticate {
  const readToken = createTokenReader();
  return (credential) =>
    host.run('read', async (deps) => {
      const token = await readToken(deps, credential);
      if (!token) return undefined;
      const { id, tenantId, scopes, accountId } = token;
      return { id, tenantId: tenantId ?? 'all', scopes, accountId };
    });
}

/** The credential of an `Authorization` header (RFC 6750); undefined where it holds none. */
export function bearerCredential(header: string | undefined): Secret | undefined {
  const [, credential] = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header ?? '') ?? [];
  return credential === undefined ? undefined : new Secret(credential, []);
}
