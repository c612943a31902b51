import { closeSync, fchmodSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, type ErrorCode, usage } from '../core/error.ts';
import { shellWord } from '../core/text.ts';
import { type Exposure, exposureAt, exposureOf } from './exposure.ts';
import { systemCode, systemReason } from './system-error.ts';

/** What others may not do with a file: read or change a secret; change what only steers the program. */
export type Guard = 'secret' | 'steering';

const refusedModes: Readonly<Record<Guard, { bits: number; others: string }>> = {
  secret: { bits: 0o077, others: 'can be read or changed by others' },
  steering: { bits: 0o022, others: 'can be changed by others' },
};

/**
 * Reads a file that is guarded by its mode.
 * @returns undefined where there is none
 * @throws AppError `code` when others can do with it or its folder what they may not, or it cannot be read
 */
export function readGuardedFile(path: string, guard: Guard, code: ErrorCode): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new AppError(code, `cannot read ${path}: ${systemReason(error)}`, { cause: error });
  }
  try {
    const { bits, others } = refusedModes[guard];
    if ((fstatSync(file).mode & bits) !== 0 && process.platform !== 'win32') {
      throw new AppError(code, `${path} ${others}`, { hint: `chmod 600 ${shellWord(path)}` });
    }
    const exposure = exposureAt(path);
    if (exposure) throw new AppError(code, exposure.fault, { hint: exposure.remedy });
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(code, `cannot read ${path}: ${systemReason(error)}`, { cause: error });
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a new file that is its owner's alone, whatever the umask.
 * @throws what the operating system refuses, EEXIST where there is one already
 */
export function openNewFile(path: string): number {
  const file = openSync(path, 'wx', 0o600);
  fchmodSync(file, 0o600);
  return file;
}

/** @throws AppError USAGE where others can change what lies in the folder of a file: whatever is put there may be theirs */
export function refuseExposedFolder(path: string): void {
  const folder = dirname(path);
  let exposure: Exposure | undefined;
  try {
    exposure = exposureOf(folder, statSync(folder));
  } catch {
    // Writing there says why.
    return;
  }
  if (exposure) throw usage(exposure.fault, { hint: exposure.remedy });
}
