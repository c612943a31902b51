import { AppError, usage } from '../core/error.ts';
import { quotable } from '../core/text.ts';
import type { KeyStoreName } from '../crypto/key-sources/index.ts';
import { embeddedLocation, type Location, readLocation } from '../db/location.ts';
import type { Directories } from '../files/directories.ts';
import type { Config, NamedContext } from './config-file.ts';
import { environmentPassword, keychainPassword, type PasswordSource } from './database-password.ts';
import type { Environment } from './environment.ts';

/** The flags of every command, as typed. */
export interface GlobalFlags {
  tenant?: string | undefined;
  account?: string | undefined;
  context?: string | undefined;
  output?: string | undefined;
  fields?: readonly string[] | undefined;
  noInput: boolean;
  yes: boolean;
  quiet: boolean;
  debug: boolean;
  noColor: boolean;
}

/** What holds for one run: flag before environment before context before default. */
export interface Settings {
  contextName: string;
  tenant: string | undefined;
  account: string | undefined;
  /** Undefined: the context or the environment names none. */
  keyStore: KeyStoreName | undefined;
  envPrefix: string | undefined;
  location: Location;
  /** Where the password for the location is to be read; undefined: the address has it, or there is none. */
  password: PasswordSource | undefined;
}

export function resolveSettings(
  flags: GlobalFlags,
  env: Environment,
  config: Config,
  directories: Directories,
): Settings {
  const contextName = flags.context ?? given(env, 'INTEGRATIONS_CONTEXT') ?? config.current;
  const context = namedContext(config, contextName);
  const location = locationOf(env, context, contextName, directories);
  return {
    contextName,
    tenant: flags.tenant ?? given(env, 'INTEGRATIONS_TENANT') ?? context.tenant,
    account: flags.account ?? given(env, 'INTEGRATIONS_ACCOUNT') ?? context.account,
    keyStore: context.keyStore,
    envPrefix: context.envPrefix,
    location,
    password: passwordFor(location, env, context, contextName),
  };
}

/** The context's format, where neither a flag nor the environment names one. */
export function outputSetting(flags: GlobalFlags, env: Environment, config: Config): string | undefined {
  const name = flags.context ?? given(env, 'INTEGRATIONS_CONTEXT') ?? config.current;
  return flags.output ?? given(env, 'INTEGRATIONS_OUTPUT') ?? config.contexts[name]?.output;
}

function namedContext(config: Config, name: string): NamedContext {
  const context = Object.hasOwn(config.contexts, name) ? config.contexts[name] : undefined;
  if (context) return context;
  // Before the first `init` there is none, and none is needed.
  if (name === config.current && Object.keys(config.contexts).length === 0) return {};
  throw new AppError('NOT_FOUND', `no context named "${quotable(name)}"`, {
    hint: 'integrations context list',
    details: { contexts: Object.keys(config.contexts) },
  });
}

function locationOf(env: Environment, context: NamedContext, contextName: string, directories: Directories): Location {
  const address = given(env, 'INTEGRATIONS_DATABASE_URL');
  if (address) return readLocation(address, 'INTEGRATIONS_DATABASE_URL');
  if (context.databaseUrl) return readLocation(context.databaseUrl, `the databaseUrl of context "${contextName}"`);
  return embeddedLocation(directories);
}

function passwordFor(
  location: Location,
  env: Environment,
  { keyStore }: NamedContext,
  contextName: string,
): PasswordSource | undefined {
  if (location.engine === 'sqlite') return undefined;
  const source = environmentPassword(env);
  if (source || location.password !== undefined || keyStore !== 'keychain') return source;
  return keychainPassword(contextName);
}

/** An environment variable; an empty one counts as unset. */
export function given(env: Environment, name: string): string | undefined {
  return env[name] || undefined;
}

/** Whether a switch such as INTEGRATIONS_NO_INPUT or CI is on. */
export function isOn(env: Environment, name: string): boolean {
  const value = given(env, name);
  return value !== undefined && value !== '0' && value.toLowerCase() !== 'false';
}

export function refuseUnknownFormat(format: string, known: readonly string[], origin: string): void {
  if (known.includes(format)) return;
  throw usage(`${origin} is not one of ${known.join(', ')}`, { field: 'output' });
}
