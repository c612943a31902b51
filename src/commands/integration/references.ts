import { refuseUnfit } from '../../app/integrations.ts';
import { categories } from '../../core/category.ts';
import type { Provider } from '../../core/provider.ts';
import { providerOf } from '../../db/stores/codec.ts';
import type { Scope } from './scope.ts';

/** Names and ids of other integrations as ids. @throws AppError NOT_FOUND, or VALIDATION when the SCM does not fit */
export async function withReferences(
  given: Readonly<Record<string, unknown>>,
  scope: Scope,
  provider: Provider,
): Promise<Record<string, unknown>> {
  const resolved = { ...given };
  for (const { name, references } of provider.fields) {
    const ref = given[name];
    if (!references || typeof ref !== 'string') continue;
    const row = await scope.findForChange(references, ref);
    if (references === 'scm') refuseUnfit(provider, row, providerOf(categories.scm, row));
    resolved[name] = row.id;
  }
  return resolved;
}
