import { type CategoryName, categories } from '../core/category.ts';
import type { Integration } from '../db/stores/codec.ts';
import { uniqueKey } from '../db/stores/unique.ts';
import type { ManifestItem } from './document.ts';

/** Which stored integration each item of a category is about. */
export interface Matches {
  /** In the order of the manifest; without a row it is a new one. */
  items: readonly { item: ManifestItem; row: Integration | undefined }[];
  /** Stored and in the manifest no more. */
  pruned: readonly Integration[];
  /** Stored, and left alone. */
  kept: readonly Integration[];
}

/**
 * An item is about the row of its name and type. Where rows are pruned, what is new and equals one of them in the
 * table's unique key is that row under another name.
 */
export function matchItems(
  category: CategoryName,
  items: readonly ManifestItem[] | undefined,
  rows: readonly Integration[],
  prune: boolean,
): Matches {
  const { typeColumn } = categories[category];
  const left = new Map(rows.map((row) => [row.displayName, row]));
  const take = (row: Integration | undefined) => {
    if (row) left.delete(row.displayName);
    return row;
  };
  const named = (items ?? []).map((item) => {
    const row = left.get(item.name);
    return { item, row: row?.[typeColumn] === item.provider.type ? take(row) : undefined };
  });
  if (items === undefined || !prune) return { items: named, pruned: [], kept: [...left.values()] };
  const byKey = new Map([...left.values()].map((row) => [uniqueKey(category, row), row]));
  const renamed = named.map(({ item, row }) => {
    const key = row ? undefined : uniqueKey(category, plainValues(item));
    return { item, row: row ?? (key === undefined ? undefined : take(takeFrom(byKey, key))) };
  });
  return { items: renamed, pruned: [...left.values()], kept: [] };
}

function takeFrom(rows: Map<string | undefined, Integration>, key: string): Integration | undefined {
  const row = rows.get(key);
  rows.delete(key);
  return row;
}

/** The columns of an item that a unique key may be made of. */
export function plainValues({ provider, entries }: ManifestItem): Record<string, unknown> {
  const values: Record<string, unknown> = { [provider.category.typeColumn]: provider.type };
  for (const [column, entry] of entries) {
    if (entry.kind === 'value' && 'value' in entry.read) values[column] = entry.read.value;
  }
  return values;
}
