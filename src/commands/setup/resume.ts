import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CategoryName } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import type { FieldValues } from '../../core/field.ts';
import { type Directories, makePrivateDirectory } from '../../files/directories.ts';
import { readGuardedFile } from '../../files/private-file.ts';
import { writePrivateFile } from '../../files/whole-file.ts';

/** Where setup was left: never with a credential. */
export interface SetupProgress {
  category: CategoryName;
  /** Plain answers for an integration that is not stored yet. */
  draft?: { provider: string; values: FieldValues } | undefined;
}

/** Where a tenant's setup was left; a file that cannot be read is as good as none. */
export function readProgress(directories: Directories, tenantId: string): SetupProgress | undefined {
  try {
    const { tenant, progress } =
      JSON.parse(readGuardedFile(progressFile(directories), 'secret', 'USAGE') ?? 'null') ?? {};
    return tenant === tenantId ? (progress as SetupProgress) : undefined;
  } catch (error) {
    if (error instanceof AppError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function saveProgress(directories: Directories, tenantId: string, progress: SetupProgress): void {
  makePrivateDirectory(directories.config);
  writePrivateFile(progressFile(directories), `${JSON.stringify({ tenant: tenantId, progress })}\n`);
}

export function clearProgress(directories: Directories): void {
  rmSync(progressFile(directories), { force: true });
}

function progressFile({ config }: Directories): string {
  return join(config, 'setup.json');
}
