import { type Category, categories, categoryList } from '../core/category.ts';
import { AppError } from '../core/error.ts';
import { isLink } from '../core/links.ts';
import { quotable, sentenceList } from '../core/text.ts';
import type { IntegrationColumns } from '../db/stores/codec.ts';
import type { Stores } from '../db/stores/index.ts';
import type { WritableStores } from '../db/stores/writable-stores.ts';
import type { TenantScope } from './scope.ts';

/** An integration that is to be removed. */
export interface Removal {
  category: Category;
  row: IntegrationColumns;
}

/** An integration, and before it the pipelines that use it. @throws AppError CONFLICT where there are any without `cascade` */
export async function removalOf(
  { stores }: TenantScope,
  removal: Removal,
  { cascade }: { cascade: boolean },
): Promise<Removal[]> {
  const users = await usersOf(stores, removal);
  if (users.length > 0 && !cascade) throw inUse(removal, users);
  return [...users.map((row) => ({ category: categories.pipeline, row })), removal];
}

/** Removes what `removalOf` named, and nothing that came to use it since. @throws AppError CONFLICT */
export async function remove(scope: TenantScope, removals: readonly Removal[]): Promise<void> {
  await scope.write(async (stores) => {
    const seen = new Set(removals.map(({ row }) => row.id));
    for (const removal of removals) {
      const users = await usersOf(stores, removal);
      const unseen = users.filter(({ id }) => !seen.has(id));
      if (unseen.length > 0) throw inUse(removal, unseen);
    }
    await removeAll(stores, removals);
  });
}

/** Removes them a category at a time, in the order in which the categories come. */
export async function removeAll(stores: WritableStores, removals: readonly Removal[]): Promise<void> {
  const rows = new Map<Category, IntegrationColumns[]>();
  for (const { category, row } of removals) {
    const own = rows.get(category);
    if (own) own.push(row);
    else rows.set(category, [row]);
  }
  for (const [category, own] of rows) await stores[category.name].removeMany(own);
}

/** Everything in a tenant, pipelines first: they need the others. */
export async function everythingIn(stores: Stores): Promise<Removal[]> {
  const removals: Removal[] = [];
  const order = [categories.pipeline, ...categoryList.filter(({ name }) => name !== 'pipeline')];
  for (const category of order) {
    for await (const page of stores[category.name].list({})) removals.push(...page.map((row) => ({ category, row })));
  }
  return removals;
}

async function usersOf(stores: Stores, { category: { name }, row }: Removal): Promise<IntegrationColumns[]> {
  return isLink(name) ? stores.pipeline.using(name, row.id) : [];
}

function inUse({ category, row }: Removal, pipelines: readonly IntegrationColumns[]): AppError {
  const names = pipelines.map(({ displayName }) => `"${quotable(displayName)}"`);
  const it = names.length === 1 ? 'it' : 'them';
  return new AppError(
    'CONFLICT',
    `the ${category.noun} "${quotable(row.displayName)}" is used by ${names.length === 1 ? 'the pipeline' : 'the pipelines'} ${sentenceList(names)}`,
    {
      hint: `Link ${it} to another one, or add --cascade to remove ${it} too.`,
      details: { pipelines: pipelines.map(({ id, displayName }) => ({ id, displayName })) },
    },
  );
}
