import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { isLoopback } from '../../core/loopback.ts';
import { isRecord } from '../../core/record.ts';
import type { Answer } from '../../core/verification.ts';
import type { Sender } from '../../verify/send.ts';

/** The keys of an issuer cannot be had, so that nothing is known of a token that says it is from there. */
export class IssuerSilent extends Error {}

const timeoutMs = 5_000;
/** How long a failure stands: a token costs its sender nothing, and the issuer is not asked for each. */
const failureMs = 10_000;

/**
 * The keys that an issuer signs with, found as OpenID Connect Discovery 1.0 says. They are asked for when a token comes
 * that needs them, at most once in half a minute, and hold for ten.
 * @throws IssuerSilent when they are asked
 */
export function issuerKeys(issuer: string, sender: Sender): JWTVerifyGetKey {
  let failed: { at: number; error: IssuerSilent } | undefined;
  const discovery = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

  async function fetchKeys(signal: AbortSignal): Promise<Response> {
    if (failed && Date.now() - failed.at < failureMs) throw failed.error;
    try {
      const found = documentIn(await sender.send({ url: discovery }, signal));
      const address = found['jwks_uri'];
      if (found['issuer'] !== issuer || typeof address !== 'string') throw new Error('it is not what it says it is');
      if (!isAsSafe(address, issuer)) throw new Error('its keys are at an address that is not https');
      const keys = documentIn(await sender.send({ url: address }, signal));
      if (!Array.isArray(keys['keys']) || !keys['keys'].every(isRecord)) throw new Error('it has no keys');
      failed = undefined;
      return Response.json(keys);
    } catch (error) {
      failed = { at: Date.now(), error: new IssuerSilent(`the keys of ${issuer} cannot be read`, { cause: error }) };
      throw failed.error;
    }
  }

  return createRemoteJWKSet(new URL(discovery), {
    timeoutDuration: timeoutMs,
    [customFetch]: (_, { signal }) => fetchKeys(signal),
  });
}

/** @throws Error, or Undecided where it is not JSON */
function documentIn(answer: Answer): Record<string, unknown> {
  const document = answer.status === 200 ? answer.json() : undefined;
  if (!isRecord(document)) throw new Error(`it answers ${answer.status}`);
  return document;
}

/** An issuer of this machine may do without https; no other one leads there. */
function isAsSafe(address: string, issuer: string): boolean {
  const url = URL.parse(address);
  if (url?.protocol === 'https:') return true;
  return url?.protocol === 'http:' && isLoopback(url.hostname) && isLoopback(new URL(issuer).hostname);
}
