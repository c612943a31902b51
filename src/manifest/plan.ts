import { type Category, type CategoryName, categoryList } from '../core/category.ts';
import { type Integration, providerOf } from '../db/stores/codec.ts';
import type { Change, PlanOptions, Usable, Warning } from './change.ts';
import { findConflicts } from './conflicts.ts';
import type { TenantDocument } from './document.ts';
import { type Matches, matchItems } from './match.ts';
import { namesOf } from './names.ts';
import { planItem } from './plan-item.ts';
import type { Problem } from './problem.ts';
import type { TenantState } from './state.ts';

export interface TenantPlan {
  /** By category; in the order of the manifest, deletions behind them. */
  changes: readonly Change[];
  /** Stored in a category that the manifest lists, and not in it: `prune` would delete them. */
  unlisted: readonly Unlisted[];
  problems: readonly Problem[];
  warnings: readonly Warning[];
}

export type Unlisted = Pick<Change, 'category' | 'name'>;

/** Compares what a manifest wants of a tenant with what is stored. Nothing is read or written. */
export function planTenant(document: TenantDocument, state: TenantState, options: PlanOptions): TenantPlan {
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const changes: Change[] = [];
  const matches: Partial<Record<CategoryName, Matches>> = {};
  const usable: Partial<Record<CategoryName, ReadonlyMap<string, Usable>>> = {};
  const unlisted: Unlisted[] = [];
  const nameOf = namesOf(state);
  for (const category of categoryList) {
    const { name } = category;
    const match = matchItems(name, document.lists[name], state[name], options.prune);
    const planned = match.items.map(({ item, row }) =>
      planItem(item, row, { ...options, usable, nameOf: (link, id) => nameOf(link, id) ?? id, problems, warnings }),
    );
    changes.push(...planned, ...match.pruned.map((row) => deletion(category, row)));
    matches[name] = match;
    if (document.lists[name]) unlisted.push(...match.kept.map((row) => ({ category, name: row.displayName })));
    // What others use comes before them in the list of categories.
    const left = match.kept.map((row) => ({
      name: row.displayName,
      id: row.id,
      provider: providerOf(category, row),
    }));
    usable[name] = new Map([...left, ...planned].map((each) => [each.name, each]));
  }
  problems.push(...findConflicts(changes, (category) => matches[category]?.kept ?? []));
  return { changes, unlisted, problems, warnings };
}

function deletion(category: Category, row: Integration): Change {
  const provider = providerOf(category, row);
  const { displayName: name, id } = row;
  return { action: 'delete', category, provider, name, id, item: undefined, row, values: {}, fields: [] };
}
