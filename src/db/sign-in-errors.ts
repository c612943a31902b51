import { quotable, sentenceList } from '../core/text.ts';
import { systemCode } from '../files/system-error.ts';

/** Why nobody could be signed in, and what to do. */
export interface SignInFault {
  /** As in the sentence `the database … cannot be used: it …`. */
  reason: string;
  hint: string;
}

const address = 'INTEGRATIONS_DATABASE_URL';
const unchecked = `ssl=require in ${address} encrypts without checking it.`;
const otherPlugin = 'Give the user caching_sha2_password, mysql_native_password or, on MariaDB, ed25519.';

const faults: Readonly<Record<string, SignInFault>> = {
  ENOENT: { reason: 'there is no such socket', hint: `Check the socket in ${address}, and that the server runs.` },
  EACCES: { reason: 'its socket is not open to this user', hint: `Check the mode of the socket and of its folder.` },
  PROTOCOL_NOT_MYSQL: { reason: 'what answers there is no MySQL', hint: `Check the host and port in ${address}.` },
  AUTH_SERVER_NAMES_KEY: {
    reason: 'it asks for the password under a key that it names itself, over an unencrypted connection',
    hint: `Let the server offer TLS, or add socket=PATH to ${address}; ssl=off there sends the password anyway.`,
  },
  AUTH_PLANTED_SOCKET: {
    reason: 'it asks for the password itself, and anybody could have put its socket into that folder',
    hint: `Give the server's socket a folder of its own (/run/mysqld), or add ssl-ca=PATH to ${address}.`,
  },
  MYSQL_CLEAR_PASSWORD_NOT_ENABLED: {
    reason: 'it asks for the password in clear text',
    hint: `ssl=verify (or ssl=require) in ${address} gives it, over an encrypted connection.`,
  },
  HANDSHAKE_NO_SSL_SUPPORT: {
    reason: 'the server offers no encryption',
    hint: `Switch TLS on there; ssl=off in ${address} does without.`,
  },
};

/** What went wrong before the server knew who asks; undefined for any other error. */
export function signInFault(error: unknown): SignInFault | undefined {
  const code = systemCode(error);
  if (code === undefined || !(error instanceof Error) || (error as { fatal?: unknown }).fatal !== true)
    return undefined;
  if (code === 'HANDSHAKE_SSL_ERROR') return tlsFault(error);
  if (code === 'AUTH_SWITCH_PLUGIN_ERROR' || code === 'HANDSHAKE_UNKNOWN_ERROR') return pluginFault(error);
  return faults[code];
}

function pluginFault({ message }: Error): SignInFault {
  const name = /unknown plugin (\w*)/.exec(message)?.[1];
  if (name === undefined) return { reason: "it does not follow MySQL's way to sign in", hint: otherPlugin };
  // The oldest way has no name.
  const told = name === '' || name === 'undefined' ? 'mysql_old_password' : quotable(name);
  return { reason: `it asks for a way to sign in that is unknown here (${told})`, hint: otherPlugin };
}

/** What OpenSSL says of a certificate: the driver keeps its words and not its code. */
const certificateFaults: readonly [words: RegExp, SignInFault][] = [
  [/has expired/, { reason: 'its certificate has expired', hint: `Have it renewed; until then, ${unchecked}` }],
  [
    /not yet valid/,
    { reason: 'its certificate is not valid yet', hint: "Check this machine's clock, and the certificate." },
  ],
  [
    /certificate chain|issuer certificate|first certificate/,
    {
      reason: 'its certificate is signed by an authority that is unknown here',
      hint: `Add ssl-ca=PATH to ${address}, the certificate of that authority; ${unchecked}`,
    },
  ],
  [
    /self.signed certificate/,
    {
      reason: 'its certificate is self-signed',
      hint: `Add ssl-ca=PATH to ${address}, a copy of that certificate; ${unchecked}`,
    },
  ],
  [
    /too weak|too small/,
    { reason: 'its certificate is too weak', hint: `Give the server a new one; until then, ${unchecked}` },
  ],
  [
    /certificate/,
    { reason: 'its certificate was not accepted', hint: `Give the server another one; until then, ${unchecked}` },
  ],
];

function tlsFault(error: Error & { host?: unknown; cert?: unknown }): SignInFault {
  if (error.cert !== undefined) return otherName(error);
  return (
    certificateFaults.find(([words]) => words.test(error.message))?.[1] ?? {
      reason: 'no encryption could be agreed on',
      hint: 'The server has to offer TLS 1.2 or newer.',
    }
  );
}

function otherName({ host, cert }: { host?: unknown; cert?: unknown }): SignInFault {
  const { subjectaltname = '', subject } = cert as { subjectaltname?: string; subject?: { CN?: unknown } };
  const names = [...subjectaltname.matchAll(/(?:DNS|IP Address):([^,\s"]+)/g)].map(([, name = '']) => quotable(name));
  if (names.length > 0) {
    const more = names.length > 5 ? [...names.slice(0, 5), 'others'] : names;
    return {
      reason: `its certificate is not for ${quotable(String(host))}, but for ${sentenceList(more)}`,
      hint: `Write in ${address} the host that it is for; ${unchecked}`,
    };
  }
  const own = /Auto_Generated_Server_Certificate/.test(String(subject?.CN)) ? ', as the server made it for itself' : '';
  return {
    reason: `its certificate names no host${own}`,
    hint: `Give the server one for ${quotable(String(host))}; ssl=require with ssl-ca=PATH in ${address} checks only who signed it.`,
  };
}
