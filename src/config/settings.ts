import { AppError, usage } from '../core/error.ts';
import { unfilledReason } from '../core/placeholder.ts';
import { quotable } from '../core/text.ts';
import type { KeyStoreName } from '../crypto/key-sources/index.ts';
import { embeddedLocation, type Location, readLocation } from '../db/location.ts';
import type { Directories } from '../files/directories.ts';
import type { Config, NamedContext } from './config-file.ts';
import { environmentPassword, filledIn, keychainPassword, type PasswordSource } from './database-password.ts';
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
  noPager: boolean;
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
    tenant: chosenRow('tenant', flags, env) ?? context.tenant,
    account: chosenRow('account', flags, env) ?? context.account,
    keyStore: context.keyStore,
    envPrefix: context.envPrefix,
    location,
    password: passwordFor(location, env, context, contextName),
  };
}

/** @throws AppError USAGE where CI left the name of a variable in the place of its value, by which `init` would make a row */
function chosenRow(noun: 'tenant' | 'account', flags: GlobalFlags, env: Environment): string | undefined {
  const variable = `INTEGRATIONS_${noun.toUpperCase()}`;
  const ref = flags[noun] ?? given(env, variable);
  const unfilled = ref === undefined ? undefined : unfilledReason(ref);
  if (unfilled === undefined) return ref;
  throw usage(`${flags[noun] === undefined ? variable : `--${noun}`} ${unfilled}`, {
    hint: `Check that whatever starts this command knows the ${noun}.`,
    field: noun,
  });
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
  if (!source) filledIn(location.password, 'the password in the address of the database');
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
