import { type AccessScope, accessScopes } from '../core/access-token.ts';
import { namesOwner } from '../core/claim-pattern.ts';
import { usage } from '../core/error.ts';
import { isLoopback } from '../core/loopback.ts';
import { isRecord } from '../core/record.ts';
import { quotable, sentenceList } from '../core/text.ts';
import { readGuardedFile } from '../files/private-file.ts';

/** Whose tokens are taken beside our own, and what they may do. Nothing that is not said is allowed. */
export interface OidcIssuer {
  /** As its tokens name it. */
  issuer: string;
  /** What a token must have been made for. */
  audience: string;
  /** The first that a token fits says what it may do. */
  rules: readonly OidcRule[];
}

export interface OidcRule {
  /** What the token must say, all of it; patterns as `fitsPattern` reads them. */
  claims: Readonly<Record<string, string>>;
  /** By id or name; undefined for all tenants. */
  tenant: string | undefined;
  scopes: readonly AccessScope[];
  /** Who sets up what is made with it, by id or e-mail. */
  account: string;
}

/**
 * Claims that say whose job asks. A public issuer makes tokens for everybody, so that a rule without one of them would
 * let everybody in.
 */
const owningClaims: readonly string[] = [
  ...['sub', 'client_id'],
  ...['repository', 'repository_id', 'repository_owner', 'repository_owner_id'],
  ...['project_path', 'project_id', 'namespace_path', 'namespace_id'],
];

/** @throws AppError USAGE with what is wrong with the file, and where */
export async function readOidcMap(path: string): Promise<OidcIssuer[]> {
  const text = readGuardedFile(path, 'steering', 'USAGE');
  if (text === undefined) throw usage(`there is no ${path}`, { field: 'oidc-map' });
  const { parse } = await import('yaml');
  let parsed: unknown;
  try {
    parsed = parse(text, { maxAliasCount: 0, logLevel: 'error' });
  } catch {
    throw usage(`${path} is not YAML`, { field: 'oidc-map' });
  }
  const fail: Fail = (where, reason) => {
    throw usage(`${path}: ${where}${reason}`, { hint: 'integrations help serve', field: 'oidc-map' });
  };
  const issuers = listIn(parsed, '', fail).map((each, at) => readIssuer(each, `issuer ${at + 1}: `, fail));
  const twice = issuers.find(({ issuer }, at) => issuers.findIndex((each) => each.issuer === issuer) !== at);
  if (twice) fail('', `two entries are for ${quotable(twice.issuer, 255)}`);
  return issuers;
}

type Fail = (where: string, reason: string) => never;

function readIssuer(value: unknown, where: string, fail: Fail): OidcIssuer {
  const { issuer, audience, rules } = membersOf(value, ['issuer', 'audience', 'rules'], where, fail);
  const address = textIn(issuer, `${where}issuer`, fail);
  const url = URL.parse(address);
  if (url?.search !== '' || url.hash !== '' || url.username !== '') fail(where, 'issuer is no address');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    fail(where, 'the address of the issuer does not begin with https://');
  }
  return {
    issuer: address,
    audience: textIn(audience, `${where}audience`, fail),
    rules: listIn(rules, `${where}rules: `, fail).map((each, at) => readRule(each, `${where}rule ${at + 1}: `, fail)),
  };
}

function readRule(value: unknown, where: string, fail: Fail): OidcRule {
  const known = ['claims', 'tenant', 'allTenants', 'scopes', 'account'];
  const { claims, tenant, allTenants, scopes, account } = membersOf(value, known, where, fail);
  if ((tenant === undefined) === (allTenants !== true)) fail(where, 'name a tenant, or write allTenants: true');
  return {
    claims: readClaims(claims, where, fail),
    tenant: tenant === undefined ? undefined : textIn(tenant, `${where}tenant`, fail),
    scopes: listIn(scopes, `${where}scopes: `, fail).map((each) => scopeIn(each, where, fail)),
    account: textIn(account, `${where}account`, fail),
  };
}

function readClaims(value: unknown, where: string, fail: Fail): OidcRule['claims'] {
  if (!isRecord(value)) fail(where, 'claims does not hold what a token must say');
  const claims = Object.fromEntries(
    Object.entries(value).map(([name, pattern]) => {
      // A token's ids are text; of a long number YAML would lose the end.
      if (typeof pattern === 'boolean' || Number.isSafeInteger(pattern)) return [name, String(pattern)];
      return [name, textIn(pattern, `${where}the claim ${quotable(name)}`, fail)];
    }),
  );
  if (Object.entries(claims).some(([name, pattern]) => owningClaims.includes(name) && namesOwner(pattern))) {
    return claims;
  }
  return fail(
    where,
    `no claim says whose token it is: one of ${sentenceList(owningClaims, 'or')}, without "*" before its first "/"`,
  );
}

function scopeIn(value: unknown, where: string, fail: Fail): AccessScope {
  const scope = accessScopes.find((known) => known === value);
  return scope ?? fail(where, `a scope is one of ${accessScopes.join(', ')}`);
}

function membersOf(value: unknown, known: readonly string[], where: string, fail: Fail): Record<string, unknown> {
  if (!isRecord(value)) fail(where, `does not hold ${sentenceList(known)}`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) fail(where, `"${quotable(unknown)}" is not one of ${known.join(', ')}`);
  return value;
}

function listIn(value: unknown, where: string, fail: Fail): unknown[] {
  if (!Array.isArray(value) || value.length === 0) fail(where, 'a list with at least one entry is expected');
  return value;
}

function textIn(value: unknown, what: string, fail: Fail): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > 1024) fail('', `${what} is not text`);
  return value;
}
