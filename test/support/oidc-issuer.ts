import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { type ProviderServer, providerServer } from './provider-server.ts';

export const audience = 'https://integrations.acme.test';

/** What GitHub says of a job: docs.github.com, "OpenID Connect reference". */
export const githubClaims = {
  sub: 'repo:acme/mobile:environment:production',
  repository: 'acme/mobile',
  repository_id: '4711',
  repository_owner: 'acme',
  ref: 'refs/heads/main',
  ref_protected: 'true',
  environment: 'production',
};

/** An issuer of this machine, with keys that can be changed. */
export interface TestIssuer {
  readonly url: string;
  readonly server: ProviderServer;
  /** A new pair of keys signs, and the old one is published no more. */
  rotate(): Promise<void>;
  /** The public key that is published now. */
  publicKey(): CryptoKey;
  /** A token of a job; whatever is given stands in place of what GitHub's would have. */
  token(claims?: JWTPayload, header?: { kid?: string }): Promise<string>;
}

const usualKeys = generateKeyPair('RS256');

export async function testIssuer(firstKeys = usualKeys): Promise<TestIssuer> {
  const server = await providerServer();
  let count = 0;
  let keys = await firstKeys;
  const kid = () => `key-${count}`;
  const publish = async () => {
    const jwk = await exportJWK(keys.publicKey);
    server.on('GET', '/jwks', { json: { keys: [{ ...jwk, kid: kid(), use: 'sig', alg: 'RS256' }] } });
  };
  server.on('GET', '/.well-known/openid-configuration', {
    json: { issuer: server.url, jwks_uri: `${server.url}/jwks` },
  });
  await publish();
  return {
    url: server.url,
    server,
    async rotate() {
      count += 1;
      keys = await generateKeyPair('RS256');
      await publish();
    },
    publicKey: () => keys.publicKey,
    token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const usual = { ...githubClaims, iss: server.url, aud: audience, iat: now, nbf: now, exp: now + 300 };
      const signed = new SignJWT({ ...usual, ...claims });
      return signed.setProtectedHeader({ alg: 'RS256', kid: kid(), ...header }).sign(keys.privateKey);
    },
  };
}
