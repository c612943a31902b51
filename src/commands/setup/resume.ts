import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CategoryName } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import type { FieldValues } from '../../core/field.ts';
import { type Directories, makePrivateDirectory } from '../../files/directories.ts';
import { readGuardedFile, writePrivateFile } from '../../files/private-file.ts';

/** Where setup was left: never with a credential. */
export interface Halt {
  category: CategoryName;
  /** Plain answers for an integration that is not stored yet. */
  draft?: { provider: string; values: FieldValues } | undefined;
}

/** The place of a tenant's way; a file that cannot be read is as good as none. */
export function readHalt(directories: Directories, tenantId: string): Halt | undefined {
  try {
    const { tenant, halt } = JSON.parse(readGuardedFile(haltFile(directories), 'secret', 'USAGE') ?? 'null') ?? {};
    return tenant === tenantId ? (halt as Halt) : undefined;
  } catch (error) {
    if (error instanceof AppError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function writeHalt(directories: Directories, tenantId: string, halt: Halt): Promise<void> {
  makePrivateDirectory(directories.config);
  await writePrivateFile(haltFile(directories), `${JSON.stringify({ tenant: tenantId, halt })}\n`);
}

export function forgetHalt(directories: Directories): void {
  rmSync(haltFile(directories), { force: true });
}

function haltFile({ config }: Directories): string {
  return join(config, 'setup.json');
}
