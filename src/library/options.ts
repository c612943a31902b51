import { existsSync } from 'node:fs';
import { readConfig } from '../config/config-file.ts';
import { readSettings } from '../config/environment.ts';
import { resolveSettings, type Settings } from '../config/settings.ts';
import { AppError, type ErrorCode, usage } from '../core/error.ts';
import { once } from '../core/once.ts';
import { readKeyRing } from '../crypto/key-ring.ts';
import { environmentSource, type KeySource, openKeyStore } from '../crypto/key-sources/index.ts';
import { type Location, readLocation } from '../db/location.ts';
import { directoriesFrom } from '../files/directories.ts';
import { cautionOf, readNamedSecret } from '../files/named-secret.ts';
import type { Actor, Environment, OpenOptions, TextSource } from './types.ts';

/** Where everything is that the library works with. */
export interface Surroundings {
  actor: Actor;
  environment: Environment;
  connections: number;
  /** For so long a read is sent again while the database is gone; for as long as a failover takes where it is not said. */
  readsForMs?: number;
  location(): Promise<Location>;
  /** Of the database's user; undefined where the location has it, or there is none. */
  password(): Promise<string | undefined>;
  keySource(): Promise<KeySource>;
}

const mostConnections = 1_000;

/** @throws AppError USAGE for what a program without types may give */
export function readOptions(options: OpenOptions): Surroundings {
  const { actor, database, keys, environment } = options;
  for (const name of ['account', 'purpose'] as const) requireText(actor?.[name], `actor.${name}`);
  for (const name of ['database', 'keys'] as const) {
    // What was meant to be named, and came to nothing, is not looked for elsewhere.
    if (options[name] !== undefined || (environment !== undefined && !(name in options))) continue;
    throw usage(`missing: ${name}`, {
      hint: 'Name the database and the keys, or give an environment that does.',
      field: name,
    });
  }
  const { url, password, connections = 10 } = typeof database === 'object' ? database : { url: database };
  if (!Number.isInteger(connections) || connections < 1 || connections > mostConnections) {
    throw usage(`database.connections is a whole number from 1 to ${mostConnections}`, { field: 'connections' });
  }
  const env = readSettings(environment ?? {});
  const settled = once(async () => {
    const directories = await directoriesFrom(env);
    const settings = resolveSettings(noFlags, env, await readConfig(directories), directories);
    return { directories, settings };
  });
  return {
    actor: { ...actor, purpose: actor.purpose.trim() },
    environment: env,
    connections,
    location: once(async () =>
      url === undefined ? (await settled()).settings.location : readLocation(url, 'database'),
    ),
    password: async () => {
      if (password !== undefined) return lineOf(await textOf(password, 'database.password', 'DATABASE_UNAVAILABLE'));
      return url === undefined ? passwordOf((await settled()).settings) : undefined;
    },
    keySource: once(async () => {
      if (keys !== undefined) return sourceOf(keys);
      const { directories, settings } = await settled();
      return environmentSource(env) ?? openKeyStore(settings.keyStore ?? 'file', directories);
    }),
  };
}

const noFlags = { noInput: true, yes: false, quiet: true, debug: false, noColor: true, noPager: true };

function passwordOf({ password }: Settings): Promise<string | undefined> | undefined {
  return password?.load();
}

/** @throws AppError USAGE */
export function requireText(value: unknown, field: string): asserts value is string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 255) return;
  throw usage(`${field} is a text of 1 to 255 characters`, { field });
}

function sourceOf(keys: TextSource): KeySource {
  const caution =
    typeof keys === 'object' && 'file' in keys
      ? cautionOf({ variable: 'keys', path: keys.file, mayBeSecret: false })
      : undefined;
  const load = async () => readKeyRing(await textOf(keys, 'keys', 'KEY_UNAVAILABLE'), 'keys');
  return { origin: 'keys', store: undefined, caution, load };
}

/** What a source holds now. @throws AppError `code`; what it holds is not quoted */
async function textOf(source: TextSource, origin: string, code: ErrorCode): Promise<string> {
  const text = await read(source, origin, code);
  if (typeof text === 'string' && text.trim() !== '') return text;
  throw new AppError(code, `${origin} holds nothing`, { field: origin });
}

async function read(source: TextSource, origin: string, code: ErrorCode): Promise<unknown> {
  if (typeof source === 'string') return source;
  if (typeof source === 'function') {
    try {
      return await source();
    } catch {
      // What the host's own error says may hold the secret.
      throw new AppError(code, `the function that is given for ${origin} failed`, { field: origin });
    }
  }
  if ('file' in source) {
    return readNamedSecret({ variable: origin, path: source.file, mayBeSecret: !existsSync(source.file) }, code);
  }
  const { outputOf } = await import('../files/program-output.ts');
  return outputOf(source.command, { origin, code });
}

/** Editors and `echo` end a text with a line break. */
function lineOf(text: string): string {
  return text.replace(/\r?\n$/, '');
}
