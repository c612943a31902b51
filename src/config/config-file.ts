import { AppError } from '../core/error.ts';
import { isRecord } from '../core/record.ts';
import type { KeyStoreName } from '../crypto/key-sources/index.ts';
import { configFile, type Directories, makePrivateDirectory } from '../files/directories.ts';
import { withFileLock } from '../files/file-lock.ts';
import { readGuardedFile } from '../files/private-file.ts';

/** A named set of settings. Every member is optional: what is absent comes from the defaults. */
export interface NamedContext {
  databaseUrl?: string;
  keyStore?: KeyStoreName;
  tenant?: string;
  account?: string;
  output?: string;
  /** Prefix of the variables that manifests may name. */
  envPrefix?: string;
}

export interface Config {
  /** The name of the active context. */
  current: string;
  contexts: Record<string, NamedContext>;
}

export const defaultContextName = 'default';

const members: readonly (keyof NamedContext)[] = [
  'databaseUrl',
  'keyStore',
  'tenant',
  'account',
  'output',
  'envPrefix',
];

/** Reads `config.yaml`; without one there is an empty context called `default`. */
export async function readConfig(directories: Directories): Promise<Config> {
  const path = configFile(directories);
  const text = readGuardedFile(path, 'steering', 'USAGE');
  if (text === undefined) return { current: defaultContextName, contexts: {} };
  const { parse } = await import('yaml');
  let parsed: unknown;
  try {
    // Its warnings would quote the file.
    parsed = parse(text, { maxAliasCount: 0, logLevel: 'error' });
  } catch {
    throw broken(path, 'is not YAML');
  }
  return checked(parsed, path);
}

/** Reads the configuration, changes it and writes it back, while no other command does. */
export async function changeConfig(directories: Directories, change: (config: Config) => void): Promise<void> {
  makePrivateDirectory(directories.config);
  const path = configFile(directories);
  await withFileLock(path, async (file) => {
    const config = await readConfig(directories);
    change(config);
    const { stringify } = await import('yaml');
    file.replace(stringify(config));
  });
}

function checked(parsed: unknown, path: string): Config {
  if (parsed === null || parsed === undefined) return { current: defaultContextName, contexts: {} };
  if (!isRecord(parsed)) throw broken(path, 'does not hold "current" and "contexts"');
  const { current = defaultContextName, contexts = {}, ...others } = parsed;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw broken(path, 'has a member that is neither "current" nor "contexts"');
  if (typeof current !== 'string') throw broken(path, '"current" is not a name');
  if (!isRecord(contexts)) throw broken(path, '"contexts" does not hold names with settings');
  for (const [name, context] of Object.entries(contexts)) checkContext(context, `context "${name}"`, path);
  return { current, contexts: contexts as Record<string, NamedContext> };
}

function checkContext(context: unknown, where: string, path: string): void {
  if (!isRecord(context)) throw broken(path, `${where} does not hold settings`);
  for (const [key, value] of Object.entries(context)) {
    if (!members.includes(key as keyof NamedContext)) throw broken(path, `${where} has a setting that is not known`);
    if (typeof value !== 'string') throw broken(path, `${where}: ${key} is not text`);
  }
  const store = context['keyStore'];
  if (store !== undefined && store !== 'keychain' && store !== 'file') {
    throw broken(path, `${where}: keyStore is neither keychain nor file`);
  }
}

function broken(path: string, reason: string): AppError {
  return new AppError('USAGE', `${path}: ${reason}`, {
    hint: 'Correct the file, or remove it and run "integrations init".',
  });
}
