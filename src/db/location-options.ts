import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AppError, usage } from '../core/error.ts';
import { systemReason } from '../files/system-error.ts';
import { typedPath } from '../files/typed-path.ts';

/**
 * - `verify`: the certificate must be signed by a known authority and made for the host, or the address, that is dialled.
 * - `require`: only encrypts; where `ca` is given, it must have signed the certificate.
 * - `offered`: encrypts where the server offers it. Nobody writes it: it is what holds on loopback.
 * - `off`: not even where the server offers it, and the password may go under a key that the server names.
 */
export interface Tls {
  mode: 'verify' | 'require' | 'offered' | 'off';
  ca: string | undefined;
}

/** What stands behind the `?` of a MySQL address. */
export interface LocationOptions {
  tls: Tls;
  socketPath: string | undefined;
}

const writable = ['verify', 'require', 'off'] as const;
const known = ['ssl', 'ssl-ca', 'socket'];

/**
 * @param isLocal whether every host of the address is this machine
 * @param malformed the error of an address for a reason
 */
export function readOptions(
  query: string,
  { isLocal, malformed }: { isLocal: boolean; malformed: (reason: string, hint?: string) => AppError },
): LocationOptions {
  // A form's `+` for a blank is none here: it may be part of a path.
  const given = new URLSearchParams(query.replaceAll('+', '%2B'));
  for (const name of given.keys()) {
    if (!known.includes(name)) throw malformed(...foreignParameter(name, given.get(name) ?? ''));
    if (given.getAll(name).length > 1) throw malformed(`says ${name} twice`);
  }
  const socketPath = pathIn(given, 'socket');
  if (socketPath !== undefined && !socketPath.startsWith('/'))
    throw malformed('has a socket that is not an absolute path');

  const caPath = pathIn(given, 'ssl-ca');
  const written = given.get('ssl') ?? undefined;
  const mode = writable.find((each) => each === written);
  if (written !== undefined && !mode) {
    throw malformed('has an ssl that is not verify, require or off', hintFor(written));
  }
  if (mode === 'off' && caPath !== undefined)
    throw malformed('switches encryption off, but names an authority (ssl-ca)');
  const byDefault = caPath !== undefined ? 'verify' : socketPath !== undefined ? 'off' : isLocal ? 'offered' : 'verify';
  return { tls: { mode: mode ?? byDefault, ca: caPath === undefined ? undefined : readAuthority(caPath) }, socketPath };
}

function pathIn(given: URLSearchParams, name: string): string | undefined {
  const path = given.get(name);
  return path === null ? undefined : typedPath(path);
}

function readAuthority(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(`cannot read the certificate ${path} (ssl-ca): ${systemReason(error)}`, { cause: error });
  }
  try {
    void new X509Certificate(text);
    return text;
  } catch (error) {
    throw usage(`there is no certificate in ${path} (ssl-ca)`, {
      hint: 'It is a PEM file, which begins with -----BEGIN CERTIFICATE-----.',
      cause: error,
    });
  }
}

/** What other drivers, and the addresses that clouds show, call what we have. */
const foreignNames: Readonly<Record<string, string>> = {
  sslmode: 'ssl',
  sslaccept: 'ssl',
  tls: 'ssl',
  usessl: 'ssl',
  requiressl: 'ssl',
  sslverifycert: 'ssl',
  sslverifyservercert: 'ssl',
  verifyservercertificate: 'ssl',
  trustservercertificate: 'ssl',
  allowpublickeyretrieval: 'ssl',
  sslca: 'ssl-ca',
  sslcert: 'ssl-ca',
  sslrootcert: 'ssl-ca',
  serversslcert: 'ssl-ca',
  unixsocket: 'socket',
  socketpath: 'socket',
  localsocket: 'socket',
};

/** What others write for our modes, where it means the same in every one of these parameters. */
const foreignModes: Readonly<Record<string, string>> = {
  required: 'ssl=require',
  require: 'ssl=require',
  skipverify: 'ssl=require',
  trust: 'ssl=require',
  verifyca: 'ssl=require with ssl-ca=PATH',
  verifyidentity: 'ssl=verify',
  verifyfull: 'ssl=verify',
  strict: 'ssl=verify',
  disabled: 'ssl=off',
  disable: 'ssl=off',
};

/** The address is not quoted: only a name that stands in the table is told. */
function foreignParameter(name: string, value: string): [reason: string, hint?: string] {
  const ours = foreignNames[plain(name)];
  if (ours === undefined) return ['has a parameter other than ssl, ssl-ca and socket'];
  return [`has the parameter ${name} of another driver`, ours === 'ssl' ? hintFor(value) : `Here it is ?${ours}=PATH.`];
}

function hintFor(value: string): string {
  const mode = foreignModes[plain(value)];
  return mode
    ? `Here it is ?${mode}.`
    : 'Here ?ssl=verify checks the certificate, ?ssl=require only encrypts, ?ssl=off does not.';
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '');
}
