import type { Socket } from 'node:net';
import { type AuthPlugin, authPlugins } from 'mysql2';
import { mayBePlanted } from '../files/exposure.ts';
import { dial } from './dial.ts';
import type { Host, MysqlLocation } from './location.ts';
import type { Tls } from './location-options.ts';

/** What the driver is told of one connection, beside what is the same for all. */
export interface SignIn {
  host: string;
  port: number;
  socketPath: string | undefined;
  stream: Socket;
  ssl: object | undefined;
  enableCleartextPlugin: boolean;
  authPlugins: Readonly<Record<string, AuthPlugin>>;
  connectTimeout: number;
}

/**
 * Dials a host of the location, and says how to sign in there. Who listens is not known before, so what the server may
 * ask for depends on what guards the connection. The password itself leaves
 * - over a socket of this machine, where not everybody could have put it;
 * - over TLS: with `verify` to whom the certificate belongs; with `require` to anyone, which is what it says; on
 *   loopback to anyone, because a stock server can prove nothing, but not in the clear text that only clouds ask for;
 * - over plain TCP only with `ssl=off`, under a key that the server names.
 * Everything else that leaves is an answer to a challenge.
 */
export function signInFor({ tls, password }: MysqlLocation): (host: Host, timeoutMs: number) => Promise<SignIn> {
  // One object for all connections: the driver keeps TLS sessions with it.
  const ssl = tlsOptions(tls);
  const client_ed25519 = ed25519Plugin(password);
  return async (host, timeoutMs) => {
    const begun = Date.now();
    const { stream, offersTls } = await dial(host, timeoutMs);
    const isPlanted = host.socketPath !== undefined && mayBePlanted(host.socketPath);
    const socketPath = isPlanted ? undefined : host.socketPath;
    const encrypts = tls.mode === 'offered' ? offersTls : tls.mode !== 'off';
    const mayNameKey = encrypts || (tls.mode === 'off' && !isPlanted);
    return {
      host: host.host,
      port: host.port,
      // For the driver, which sends the password over any socket.
      socketPath,
      ssl: encrypts ? ssl : undefined,
      // Node compares a certificate with the host of the socket, and remembers names only: in place of an address it
      // would take `localhost`.
      stream: Object.assign(stream, { _host: host.host }),
      connectTimeout: Math.max(1, timeoutMs - (Date.now() - begun)),
      enableCleartextPlugin: socketPath !== undefined || tls.mode === 'verify' || tls.mode === 'require',
      authPlugins: { client_ed25519, ...(mayNameKey ? {} : withoutServersKey(isPlanted)) },
    };
  };
}

function tlsOptions({ mode, ca }: Tls): object {
  const rejectUnauthorized = mode === 'verify' || (mode === 'require' && ca !== undefined);
  return { rejectUnauthorized, verifyIdentity: mode === 'verify', ...(ca === undefined ? {} : { ca }) };
}

/** The driver would encrypt the password with whatever key it is given. */
function withoutServersKey(isPlanted: boolean): Record<string, AuthPlugin> {
  const code = isPlanted ? 'AUTH_PLANTED_SOCKET' : 'AUTH_SERVER_NAMES_KEY';
  const refuseKey = {
    onServerPublicKey() {
      throw Object.assign(new Error('the server names a key'), { code });
    },
  };
  return {
    caching_sha2_password: authPlugins.caching_sha2_password(refuseKey),
    sha256_password: authPlugins.sha256_password(refuseKey),
  };
}

function ed25519Plugin(password = ''): AuthPlugin {
  return () => async (challenge) => {
    const { signEd25519 } = await import('./mariadb-ed25519.ts');
    return signEd25519(password, challenge.subarray(0, 32));
  };
}
