import { type Category, type CategoryName, categoryList } from '../core/category.ts';
import type { AppError } from '../core/error.ts';
import type { FieldValues, Json } from '../core/field.ts';
import type { Link } from '../core/links.ts';
import type { Provider } from '../core/provider.ts';
import type { Secret } from '../core/secret.ts';
import { type Integration, providerOf } from '../db/stores/codec.ts';
import { findConflicts } from './conflicts.ts';
import type { ManifestItem, TenantDocument } from './document.ts';
import { type Matches, matchItems } from './match.ts';
import { planItem } from './plan-item.ts';
import type { Problem, Span } from './problem.ts';
import type { Credentials } from './sources.ts';
import type { TenantState } from './state.ts';

export type Action = 'create' | 'update' | 'delete' | 'none';

/** What is to be done with one integration. */
export interface Change {
  action: Action;
  category: Category;
  provider: Provider;
  name: string;
  id: string;
  /** Absent where it is deleted. */
  item: ManifestItem | undefined;
  /** As it is stored; absent where it is new. */
  row: Integration | undefined;
  /** What is to be written, by column; credentials are not sealed yet. */
  values: FieldValues;
  fields: readonly FieldChange[];
  /** Why it cannot be done with what is stored. */
  conflict?: AppError;
}

/** A field before and after, under its key in the manifest. Of a credential only whether it is set, and changes. */
export interface FieldChange {
  name: string;
  before: Json;
  after: Json;
}

export interface PlanOptions {
  /** Absent with `--no-credentials`: whether one differs from what is stored stays open. */
  credentials: Credentials | undefined;
  /** Opens a stored credential. @throws AppError */
  open: (category: Category, row: Integration, column: string) => Secret;
  /** Deletes what is stored and not in the manifest. */
  prune: boolean;
  newId: (prefix: string) => string;
}

export interface TenantPlan {
  /** By category; in the order of the manifest, deletions behind them. */
  changes: readonly Change[];
  problems: readonly Problem[];
  warnings: readonly Warning[];
}

export type Warning = Span & { text: string };

/** What a pipeline may name. */
export interface Usable {
  name: string;
  id: string;
  provider: Provider;
}

/** Compares what a manifest wants of a tenant with what is stored. Nothing is read or written. */
export function planTenant(document: TenantDocument, state: TenantState, options: PlanOptions): TenantPlan {
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const changes: Change[] = [];
  const matches: Partial<Record<CategoryName, Matches>> = {};
  const usable: Partial<Record<CategoryName, ReadonlyMap<string, Usable>>> = {};
  const nameOf = (link: Link, id: string) => state[link].find((row) => row.id === id)?.displayName ?? id;
  for (const category of categoryList) {
    const { name } = category;
    const match = matchItems(name, document.lists[name], state[name], options.prune);
    const planned = match.items.map(({ item, row }) =>
      planItem(item, row, { ...options, usable, nameOf, problems, warnings }),
    );
    changes.push(...planned, ...match.doomed.map((row) => deletion(category, row)));
    matches[name] = match;
    // What others use comes before them in the list of categories.
    const left = match.kept.map((row) => ({
      name: row.displayName,
      id: row.id,
      provider: providerOf(category, row),
    }));
    usable[name] = new Map([...left, ...planned].map((each) => [each.name, each]));
  }
  problems.push(...findConflicts(changes, (category) => matches[category]?.kept ?? []));
  return { changes, problems, warnings };
}

function deletion(category: Category, row: Integration): Change {
  const provider = providerOf(category, row);
  const { displayName: name, id } = row;
  return { action: 'delete', category, provider, name, id, item: undefined, row, values: {}, fields: [] };
}
