import { isDeepStrictEqual } from 'node:util';
import { type Category, type CategoryName, categories } from '../core/category.ts';
import { type Link, linkColumns } from '../core/links.ts';
import type { Provider } from '../core/provider.ts';
import { type Integration, providerOf } from '../db/stores/codec.ts';
import { uniqueKey } from '../db/stores/unique.ts';
import type { ManifestItem } from './document.ts';
import { readValue } from './item-field.ts';

/** Finds which stored integration each item of a category is about, as the rows come, each once. */
export interface Matching {
  /** The item that the row is about by its name and type, by its number in the manifest. Otherwise the row is `rest`. */
  itemOf(row: Integration): number | undefined;
  /** Once all rows have come. */
  rest(): Rest;
}

/** Rows that no item is about by its name. */
export interface Rest {
  /** Rows under another name, by the number of the item that they are. */
  renamed: ReadonlyMap<number, Integration>;
  /** Stored and in the manifest no more. */
  pruned: readonly Integration[];
  /** Stored, and left alone. */
  kept: readonly Kept[];
}

/** What others meet of an integration that is left alone. Any number of them may be. */
export interface Kept {
  id: string;
  name: string;
  provider: Provider;
  key: string | undefined;
  uses: Uses;
}

/** The ids of what a pipeline uses; read only where something may be deleted. */
export type Uses = Partial<Record<Link, string>>;

/**
 * An item is about the row of its name and type. Where rows are pruned, what is new and equals one of them in the
 * table's unique key is that row under another name.
 */
export function createMatching(
  category: CategoryName,
  items: readonly ManifestItem[] | undefined,
  prune: boolean,
): Matching {
  const { typeColumn } = categories[category];
  const numbers = new Map(items?.map(({ name }, number) => [name, number]));
  const found = new Set<number>();
  const left: Integration[] = [];
  const kept: Kept[] = [];
  return {
    itemOf(row) {
      const number = numbers.get(row.displayName);
      if (number !== undefined && items?.[number]?.provider.type === row[typeColumn]) {
        found.add(number);
        return number;
      }
      if (items && prune) left.push(row);
      else kept.push(keptOf(categories[category], row, prune));
      return undefined;
    },
    rest() {
      const byKey = new Map(left.map((row) => [uniqueKey(category, row), row]));
      const renamed = new Map<number, Integration>();
      if (byKey.size > 0) {
        for (const [number, item] of (items ?? []).entries()) {
          const key = found.has(number) ? undefined : uniqueKey(category, plainValues(item));
          const row = key === undefined ? undefined : byKey.get(key);
          if (!row) continue;
          byKey.delete(key);
          renamed.set(number, row);
        }
      }
      const taken = new Set(renamed.values());
      return { renamed, pruned: left.filter((row) => !taken.has(row)), kept };
    },
  };
}

function keptOf(category: Category, row: Integration, prune: boolean): Kept {
  const { id, displayName: name } = row;
  const key = uniqueKey(category.name, row);
  return { id, name, provider: providerOf(category, row), key, uses: usesOf(category, row, prune) };
}

export function usesOf({ name }: Category, row: Readonly<Record<string, unknown>>, prune: boolean): Uses {
  if (!prune || name !== 'pipeline') return nothing;
  return { scm: String(row[linkColumns.scm]), target: String(row[linkColumns.target]) };
}

const nothing: Uses = {};

/**
 * The columns of an item that are neither credentials nor references.
 * @param row that it is about: what stands there as it is stored is taken as it is
 */
export function plainValues({ provider, entries }: ManifestItem, row?: Integration): Record<string, unknown> {
  const values: Record<string, unknown> = { [provider.category.typeColumn]: provider.type };
  for (const entry of entries) {
    if (entry.kind !== 'value') continue;
    const { field, raw } = entry;
    const read = row && isDeepStrictEqual(raw, row[field.name]) ? { value: raw } : readValue(field, raw);
    if ('value' in read) values[field.name] = read.value;
  }
  return values;
}
