import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { AppError } from '../core/error.ts';
import { reasonOf } from './system-error.ts';

export interface Directories {
  /** Holds `config.yaml` and `keyring.json`. */
  config: string;
  /** Holds the embedded database. */
  data: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The platform's own directories (XDG on Linux), unless the environment names others. */
export function directoriesFrom(env: Environment): Directories {
  const platform = envPaths('integrations', { suffix: '' });
  return {
    config: env['INTEGRATIONS_CONFIG_DIR'] || platform.config,
    data: env['INTEGRATIONS_DATA_DIR'] || platform.data,
  };
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
    throw new AppError('INTERNAL', `cannot make the directory ${path}: ${reasonOf(error)}`, { cause: error });
  }
}
