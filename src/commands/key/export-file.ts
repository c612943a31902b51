import { closeSync, rmSync, writeFileSync } from 'node:fs';
import { exportRing } from '../../app/keys/ring.ts';
import type { Context } from '../../context.ts';
import { AppError, usage } from '../../core/error.ts';
import { openNewFile } from '../../files/private-file.ts';
import { systemCode, systemReason } from '../../files/system-error.ts';

/** Writes the ring to a new file. @throws AppError CONFLICT where it exists, USAGE where it cannot be written */
export async function exportRingTo(context: Context, path: string): Promise<void> {
  let isWritten = false;
  try {
    await exportRing(context, (text) => {
      writeNewFile(path, text);
      isWritten = true;
    });
  } catch (error) {
    // What the history does not tell is not given out.
    if (isWritten) rmSync(path, { force: true });
    throw error;
  }
  context.note(`Wrote the ring to ${path}, readable by you alone.`);
}

function writeNewFile(path: string, text: string): void {
  let isOurs = false;
  try {
    const file = openNewFile(path);
    isOurs = true;
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // No part of a key stays behind.
    if (isOurs) rmSync(path, { force: true });
    throw systemCode(error) === 'EEXIST'
      ? new AppError('CONFLICT', `${path} exists already`, { hint: 'Name a new file.', cause: error })
      : usage(`cannot write ${path}: ${systemReason(error)}`, { field: 'file', cause: error });
  }
}
