import type { Revealed } from '../../app/present.ts';
import type { AppError } from '../../core/error.ts';
import { linkColumns, links } from '../../core/links.ts';
import { categoryOf, type Integration } from '../../db/stores/codec.ts';
import { type Account, accountStore } from '../../db/stores/host.ts';
import type { OneView } from '../../output/view.ts';
import { oneIntegration } from './present.ts';
import type { Scope } from './scope.ts';

interface Shown {
  revealed?: Revealed;
  /** What is told when the view is written. */
  failure?: AppError | undefined;
}

/** The view of one integration. It names whoever set it up, and what a pipeline uses. */
export async function viewOf(
  { deps, stores, when }: Scope,
  row: Integration,
  { revealed, failure }: Shown = {},
): Promise<OneView> {
  const category = categoryOf(row);
  const named: Record<string, string> = {};
  for (const link of category.name === 'pipeline' ? links : []) {
    const used = await stores[link].get(String(row[linkColumns[link]]));
    if (used) named[used.id] = used.displayName;
  }
  const account = await accountWithId(deps, row.configuredByAccountId);
  if (account?.email) named[account.id] = account.email;
  const view = oneIntegration(category, row, { named, when, ...(revealed ? { revealed } : {}) });
  return { ...view, failure: () => failure };
}

/** The account of this run is known already. */
async function accountWithId(deps: Scope['deps'], id: string): Promise<Account | undefined> {
  const own = await deps.account().catch(() => undefined);
  if (own?.id === id) return own;
  const { queries } = await deps.database();
  return (await accountStore(queries).find(id)).find((each) => each.id === id);
}
