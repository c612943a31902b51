import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { OidcIssuer, OidcRule } from '../../config/oidc-map.ts';
import { fitsPattern } from '../../core/claim-pattern.ts';
import type { Secret } from '../../core/secret.ts';
import type { Sender } from '../../verify/send.ts';
import { IssuerSilent, issuerKeys } from './issuer-keys.ts';

/** A job of a CI that proved who it is. */
export interface Workload {
  issuer: string;
  /** Which job, in the issuer's words. */
  subject: string;
  rule: OidcRule;
}

export type Judgement =
  | { outcome: 'known'; workload: Workload }
  /** @param reason for the log; nothing that the token says stands in it */
  | { outcome: 'refused'; reason: string }
  /** No issuer that is known made it. */
  | { outcome: 'foreign' }
  /** Its issuer does not answer, so that nobody knows. */
  | { outcome: 'undecided'; reason: string };

export type JudgeToken = (token: Secret) => Promise<Judgement>;

/** Signatures with a pair of keys: with a shared secret, whoever knows the public key could sign. */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** GitHub's have some 2,000 characters. */
const mostCharacters = 8_192;
const clockToleranceSeconds = 30;

/** Judges tokens of these issuers, and of no other. */
export function createJudge(issuers: readonly OidcIssuer[], sender: Sender): JudgeToken {
  const known = new Map(issuers.map((each) => [each.issuer, { ...each, keys: issuerKeys(each.issuer, sender) }]));

  return async (token) => {
    const text = token.reveal();
    if (text.length > mostCharacters) return { outcome: 'foreign' };
    const issuer = known.get(issuerOf(text) ?? '');
    if (!issuer) return { outcome: 'foreign' };
    try {
      const claims = await verified(text, issuer);
      if (typeof claims.sub !== 'string') return refused('it names no subject');
      const rule = issuer.rules.find((each) => fits(each, claims));
      if (!rule) return refused('no rule allows it');
      return { outcome: 'known', workload: { issuer: issuer.issuer, subject: claims.sub, rule } };
    } catch (error) {
      if (error instanceof IssuerSilent) return { outcome: 'undecided', reason: error.message };
      if (!(error instanceof errors.JOSEError)) throw error;
      // Its class says what is wrong; its text may quote the token.
      return refused(reasons[error.code] ?? 'it is not valid');
    }
  };
}

const reasons: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'it has expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'it is not meant for here, or not yet valid',
  ERR_JWKS_NO_MATCHING_KEY: 'its key is not known',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'its signature is wrong',
  ERR_JOSE_ALG_NOT_ALLOWED: 'its algorithm is not allowed',
};

function refused(reason: string): Judgement {
  return { outcome: 'refused', reason };
}

function issuerOf(text: string): string | undefined {
  try {
    return decodeJwt(text).iss;
  } catch {
    return undefined;
  }
}

async function verified(
  text: string,
  { issuer, audience, keys }: OidcIssuer & { keys: JWTVerifyGetKey },
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(text, keys, {
    issuer,
    audience,
    algorithms,
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['sub', 'exp', 'iat'],
  });
  return payload;
}

/** What is not said, or is no single value, fits nothing. */
function fits({ claims }: OidcRule, said: JWTPayload): boolean {
  return Object.entries(claims).every(([name, pattern]) => {
    const claim = Object.hasOwn(said, name) ? said[name] : undefined;
    const isSingle = typeof claim === 'string' || typeof claim === 'boolean' || typeof claim === 'number';
    return isSingle && fitsPattern(pattern, String(claim));
  });
}
