import { chmodSync, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { AppError, usage } from '../core/error.ts';
import { systemCode, systemReason } from './system-error.ts';

export interface Directories {
  /** Holds `config.yaml` and `keyring.json`. */
  config: string;
  /** Holds the embedded database. */
  data: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The platform's own directories (XDG on Linux), unless the environment names others.
 * @throws AppError USAGE where it names none and there is no home directory
 */
export async function directoriesFrom(env: Environment): Promise<Directories> {
  const [config, data] = [env['INTEGRATIONS_CONFIG_DIR'], env['INTEGRATIONS_DATA_DIR']];
  if (config && data) return { config, data };
  const platform = await platformDirectories();
  return { config: config || platform.config, data: data || platform.data };
}

async function platformDirectories(): Promise<Directories> {
  const { config, data } = await platformPaths();
  return { config, data };
}

/** Where programs keep what they can make again. @throws AppError USAGE where there is no home directory */
export async function cacheDirectory(): Promise<string> {
  return (await platformPaths()).cache;
}

async function platformPaths(): Promise<Directories & { cache: string }> {
  try {
    // It looks for the home directory when it is loaded.
    const { default: envPaths } = await import('env-paths');
    const { config, data, cache } = envPaths('integrations', { suffix: '' });
    // An empty HOME would put them beneath wherever one stands.
    if ([config, data, cache].every(isAbsolute)) return { config, data, cache };
  } catch (error) {
    if (systemCode(error) !== 'ERR_SYSTEM_ERROR') throw error;
  }
  throw usage('there is no home directory to keep the configuration and the data in', {
    hint: 'Set HOME, or INTEGRATIONS_CONFIG_DIR and INTEGRATIONS_DATA_DIR.',
  });
}

export function configFile(directories: Directories): string {
  return join(directories.config, 'config.yaml');
}

export function keyRingFile(directories: Directories): string {
  return join(directories.config, 'keyring.json');
}

/** Makes a directory that only its owner can enter; one that is there already stays as it is. */
export function makePrivateDirectory(path: string): void {
  try {
    // The mode is set anew because the process's umask may have taken bits that the owner needs.
    if (mkdirSync(path, { recursive: true, mode: 0o700 })) chmodSync(path, 0o700);
  } catch (error) {
    throw new AppError('INTERNAL', `cannot make the directory ${path}: ${systemReason(error)}`, { cause: error });
  }
}
