import type { Revealed } from '../../app/present.ts';
import type { TenantScope } from '../../app/scope.ts';
import type { AppError } from '../../core/error.ts';
import { linkColumns, links } from '../../core/links.ts';
import { categoryOf, type Integration } from '../../db/stores/codec.ts';
import type { OneView } from '../../output/view.ts';
import { oneIntegration } from './present.ts';

interface Shown {
  revealed?: Revealed;
  /** What is told when the view is written. */
  failure?: AppError | undefined;
}

/** The view of one integration; a pipeline's names what it uses. */
export async function viewOf(
  { stores }: TenantScope,
  row: Integration,
  { revealed, failure }: Shown = {},
): Promise<OneView> {
  const category = categoryOf(row);
  const named: Record<string, string> = {};
  for (const link of category.name === 'pipeline' ? links : []) {
    const used = await stores[link].get(String(row[linkColumns[link]]));
    if (used) named[used.id] = used.displayName;
  }
  const view = oneIntegration(category, row, revealed ? { revealed, named } : { named });
  return { ...view, failure: () => failure };
}
