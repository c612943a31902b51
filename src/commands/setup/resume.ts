import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CategoryName } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import type { FieldValues } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { mayBeCredential } from '../../core/text.ts';
import { type Directories, makePrivateDirectory } from '../../files/directories.ts';
import { readGuardedFile } from '../../files/private-file.ts';
import { writePrivateFile } from '../../files/whole-file.ts';
import { findProvider } from '../../providers/index.ts';

/** Answers for an integration that is not stored yet. */
export interface Draft {
  provider: Provider;
  values: FieldValues;
}

/** Where setup was left. */
export interface SetupProgress {
  category: CategoryName;
  draft?: Draft | undefined;
}

/** Where a tenant's setup was left; a file that cannot be read is as good as none. */
export function readProgress(directories: Directories, tenantId: string): SetupProgress | undefined {
  try {
    const { tenant, progress } =
      JSON.parse(readGuardedFile(progressFile(directories), 'secret', 'USAGE') ?? 'null') ?? {};
    if (tenant !== tenantId) return undefined;
    const { category, draft } = progress as {
      category: CategoryName;
      draft?: { provider: string; values: FieldValues };
    };
    const provider = draft && findProvider(category, draft.provider);
    return { category, ...(draft && provider ? { draft: { provider, values: draft.values } } : {}) };
  } catch (error) {
    if (error instanceof AppError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Writes it down for the next run, without a credential. */
export function saveProgress(directories: Directories, tenantId: string, { category, draft }: SetupProgress): void {
  const plain = draft && { provider: draft.provider.name, values: plainAnswers(draft.provider, draft.values) };
  makePrivateDirectory(directories.config);
  const text = JSON.stringify({ tenant: tenantId, progress: { category, draft: plain } });
  writePrivateFile(progressFile(directories), `${text}\n`);
}

export function clearProgress(directories: Directories): void {
  rmSync(progressFile(directories), { force: true });
}

function progressFile({ config }: Directories): string {
  return join(config, 'setup.json');
}

/** What may be written down: no credential, and nothing that looks like one. */
function plainAnswers({ fields }: Provider, values: FieldValues): FieldValues {
  const plain = fields.filter(({ credential, kind }) => !credential && kind !== 'map' && kind !== 'json');
  const entries = plain.flatMap(({ name }) => {
    const value = values[name];
    const words = [value].flat().map(String);
    return value === undefined || words.some(mayBeCredential) ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}
