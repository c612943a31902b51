import { lstatSync } from 'node:fs';
import { AppError, usage } from '../core/error.ts';
import { type Draft, realPath, startDraft } from './draft.ts';
import { refuseExposedFolder } from './private-file.ts';
import { systemCode, systemReason } from './system-error.ts';

/**
 * Writes a new file that its owner alone can read, whole or not at all. A link is not followed.
 * @param field what names the path
 * @throws AppError CONFLICT where there is something already, USAGE where it cannot be written
 */
export function writeNewFile(path: string, text: string, field: string): void {
  // Before anything is made beside a device or in another's folder.
  if (lstatSync(path, { throwIfNoEntry: false })) throw exists(path);
  try {
    withDraft(path, (draft) => draft.create(text));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw exists(path, error);
    const reason = systemCode(error) === 'ENOENT' ? 'its folder does not exist' : systemReason(error);
    throw usage(`cannot write ${path}: ${reason}`, { field, cause: error });
  }
}

function exists(path: string, cause?: unknown): AppError {
  return new AppError('CONFLICT', `${path} exists already`, { hint: 'Name a new file.', cause });
}

/**
 * Replaces a file whole or not at all; only its owner can read it.
 * @throws AppError USAGE where others can change what lies in its folder
 */
export function writePrivateFile(path: string, text: string): void {
  try {
    const place = realPath(path);
    refuseExposedFolder(place);
    withDraft(place, (draft) => draft.replace(text));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('INTERNAL', `cannot write ${path}: ${systemReason(error)}`, { cause: error });
  }
}

function withDraft(path: string, write: (draft: Draft) => void): void {
  const draft = startDraft(path);
  try {
    write(draft);
  } finally {
    draft.discard();
  }
}
