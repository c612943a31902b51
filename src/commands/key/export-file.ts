import { rmSync } from 'node:fs';
import { exportRing } from '../../app/keys/ring.ts';
import type { Context } from '../../context.ts';
import { writeNewFile } from '../../files/whole-file.ts';

/** Writes the ring to a new file, and says nothing. @throws AppError CONFLICT where it exists, USAGE where it cannot be written */
export async function exportRingTo(context: Context, path: string): Promise<void> {
  let isWritten = false;
  try {
    await exportRing(context, (text) => {
      writeNewFile(path, text, 'file');
      isWritten = true;
    });
  } catch (error) {
    // What the history does not tell is not given out.
    if (isWritten) rmSync(path, { force: true });
    throw error;
  }
}

export function tellExported(context: Context, path: string): void {
  context.note(`Wrote the ring to ${path}, readable by you alone.`);
}
