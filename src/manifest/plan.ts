import { type Category, categoryList } from '../core/category.ts';
import { isLink, type Link, linkColumns } from '../core/links.ts';
import { type Integration, providerOf } from '../db/stores/codec.ts';
import { uniqueKey, uniqueRules } from '../db/stores/unique.ts';
import type { Change, PlanOptions, Usable, Warning } from './change.ts';
import { findConflicts, type PlannedItem, refuseUsed } from './conflicts.ts';
import type { ManifestItem, TenantDocument } from './document.ts';
import { createMatching, type Kept, usesOf } from './match.ts';
import { type ItemOptions, planItem } from './plan-item.ts';
import type { Problem } from './problem.ts';
import type { StoredRows } from './stored-rows.ts';

export interface TenantPlan {
  /** By category; in the order of the manifest, deletions behind them. */
  changes: readonly Change[];
  /** Stored in a category that the manifest lists, and not in it: `prune` would delete them. */
  unlisted: readonly Unlisted[];
  problems: readonly Problem[];
  warnings: readonly Warning[];
}

export type Unlisted = Pick<Change, 'category' | 'name'>;

/**
 * Compares what a manifest wants of a tenant with what is stored, a page of rows at a time: what is as the manifest says
 * is not held. Nothing is written.
 */
export async function planTenant(
  document: TenantDocument,
  stored: StoredRows,
  options: PlanOptions,
): Promise<TenantPlan> {
  const plans: CategoryPlan[] = [];
  const names: Record<Link, Map<string, string>> = { scm: new Map(), target: new Map() };
  const usable: Partial<Record<Link, ReadonlyMap<string, Usable>>> = {};
  // What others use comes before them in the list of categories.
  for (const category of categoryList) {
    const { name } = category;
    const plan = await planCategory(category, document.lists[name], watched(stored(name), category), {
      ...options,
      usable,
      nameOf: (link, id) => names[link].get(id) ?? id,
    });
    plans.push(plan);
    if (!isLink(name)) continue;
    usable[name] = new Map(
      [...plan.kept, ...plan.planned.map(({ change }) => change)].map((each) => [each.name, each]),
    );
  }
  const pipelines = plans.filter(({ category }) => category.name === 'pipeline');
  refuseUsed(
    plans.flatMap(({ category, deletions }) => (isLink(category.name) ? deletions : [])),
    pipelines.flatMap(({ kept, planned }) => [
      ...kept,
      ...planned.map(({ change: { name }, uses }) => ({ name, uses })),
    ]),
  );
  return {
    changes: plans.flatMap(({ planned, deletions }) => [...planned.map(({ change }) => change), ...deletions]),
    unlisted: plans.flatMap(({ category, kept }) =>
      document.lists[category.name] ? kept.map(({ name }) => ({ category, name })) : [],
    ),
    problems: [...plans.flatMap(({ problems }) => problems), ...plans.flatMap(({ collisions }) => collisions)],
    warnings: plans.flatMap(({ warnings }) => warnings),
  };

  /** Notes the names of what pipelines refer to by ids. */
  async function* watched(pages: ReturnType<StoredRows>, { name }: Category) {
    for await (const page of pages) {
      if (isLink(name) && document.lists.pipeline)
        for (const { id, displayName } of page) names[name].set(id, displayName);
      yield page;
    }
  }
}

interface CategoryPlan {
  category: Category;
  planned: readonly PlannedItem[];
  deletions: readonly Change[];
  kept: readonly Kept[];
  problems: readonly Problem[];
  warnings: readonly Warning[];
  /** Items that stand in each other's way. */
  collisions: readonly Problem[];
}

async function planCategory(
  category: Category,
  items: readonly ManifestItem[] | undefined,
  pages: AsyncIterable<readonly Integration[]>,
  options: Omit<ItemOptions, 'problems' | 'warnings'>,
): Promise<CategoryPlan> {
  const matching = createMatching(category.name, items, options.prune);
  const compared = new Array<Compared | undefined>(items?.length ?? 0);
  for await (const page of pages) {
    for (const row of page) {
      const number = matching.itemOf(row);
      const item = number === undefined ? undefined : items?.[number];
      if (number !== undefined && item) compared[number] = compare(item, row, options);
    }
  }
  const { renamed, pruned, kept } = matching.rest();
  const held = new Set(kept.map(({ name }) => name));
  const all = (items ?? []).map(
    (item, number) =>
      compared[number] ?? compare(item, renamed.get(number), { ...options, isHeld: held.has(item.name) }),
  );
  return {
    category,
    planned: all,
    deletions: pruned.map((row) => deletion(category, row, options)),
    kept,
    problems: all.flatMap(({ problems }) => problems),
    warnings: all.flatMap(({ warnings }) => warnings),
    collisions: findConflicts(category, all, kept),
  };
}

type Compared = PlannedItem & { problems: readonly Problem[]; warnings: readonly Warning[] };

const none: readonly never[] = [];

function compare(
  item: ManifestItem,
  row: Integration | undefined,
  options: Omit<ItemOptions, 'problems' | 'warnings'>,
): Compared {
  const [problems, warnings]: [Problem[], Warning[]] = [[], []];
  const change = planItem(item, row, { ...options, problems, warnings });
  const { category } = change;
  const after = afterwards(change, row);
  return {
    item,
    change: options.writes ? change : shown(change),
    key: uniqueKey(category.name, after),
    uses: usesOf(category, after, options.prune),
    problems: problems.length > 0 ? problems : none,
    warnings: warnings.length > 0 ? warnings : none,
  };
}

/** The row as it will be, in the columns that other rows collide with or refer to. */
function afterwards({ category, provider, values }: Change, row: Integration | undefined): Record<string, unknown> {
  const after: Record<string, unknown> = {};
  const columns = [...uniqueRules[category.name].flatMap((rule) => rule.columns), ...Object.values(linkColumns)];
  for (const column of columns) after[column] = column in values ? values[column] : row?.[column];
  return { ...after, [category.typeColumn]: provider.type };
}

function deletion(category: Category, row: Integration, { writes }: PlanOptions): Change {
  const provider = providerOf(category, row);
  const { displayName: name, id } = row;
  const change: Change = {
    action: 'delete',
    category,
    provider,
    name,
    id,
    item: undefined,
    row,
    values: {},
    fields: [],
    conflict: undefined,
  };
  return writes ? change : shown(change);
}

/** A change without what only its writing needs. */
function shown(change: Change): Change {
  return change.row || change.action === 'create' ? { ...change, row: undefined, values: {} } : change;
}
