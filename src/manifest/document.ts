import { type CategoryName, categories } from '../core/category.ts';
import type { Field } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { sentenceList } from '../core/text.ts';
import { findProvider, providersOf } from '../providers/index.ts';
import { type ItemField, type Report, readItemField, readValue } from './item-field.ts';
import { categoryKeys, categoryOfKey, keyOf, unknownKey } from './keys.ts';
import type { Problem, Span } from './problem.ts';
import { type Ahead, type Located, type LocatedEntry, readDocuments } from './read.ts';
import type { ManifestText } from './text.ts';

/** One tenant as a manifest wants it. */
export interface TenantDocument extends Span {
  origin: ManifestText;
  /** Id or display name. */
  tenantRef: string;
  /** Those of a category, where the document has it. */
  lists: Partial<Record<CategoryName, readonly ManifestItem[]>>;
}

export interface ManifestItem extends Span {
  provider: Provider;
  name: string;
  /** Of the fields but the name, each at most once. */
  entries: readonly ItemField[];
  active: (Span & { value: boolean }) | undefined;
}

/** The documents of a file, as far as they can be understood; the rest goes to `problems`. */
export function* tenantDocuments(text: ManifestText, problems: Problem[]): Generator<TenantDocument> {
  const report = reporter(text, problems);
  let count = 0;
  const before = problems.length;
  for (const { contents, ahead } of readDocuments(text, problems, () => listsAhead(text))) {
    count += 1;
    const document = documentOf(text, contents, { lists: ahead?.lists ?? new Map(), problems });
    // What is not a list of the document after all.
    ahead?.giveBack();
    if (document) yield document;
  }
  if (count === 0 && problems.length === before) report({ offset: 0 }, undefined, 'the manifest holds no document');
}

function reporter(origin: ManifestText, problems: Problem[]): Report {
  return ({ offset }, key, reason) => void problems.push({ origin, offset, key, reason });
}

/** A list of integrations, while it is read. */
interface OpenList {
  items: ManifestItem[];
  /** What is wrong with it. It counts where the list does. */
  problems: Problem[];
  /** How many of the file's values it took. */
  spent: number;
  add(located: Located): void;
}

/** By where they begin. */
type OpenLists = Map<number, OpenList>;

/** Takes the integrations of a document before all of it is read. */
function listsAhead(origin: ManifestText): Ahead & { lists: OpenLists } {
  const lists = new Map<number, OpenList>();
  return {
    lists,
    take(offset, key, item) {
      const category = categoryOfKey(key);
      if (!category) return false;
      const list = lists.get(offset) ?? openList(origin, category);
      lists.set(offset, list);
      list.add(item);
      return true;
    },
    giveBack() {
      for (const { spent } of lists.values()) origin.values.left += spent;
    },
  };
}

function openList(origin: ManifestText, category: CategoryName): OpenList {
  const items: ManifestItem[] = [];
  const problems: Problem[] = [];
  const report = reporter(origin, problems);
  const names = new Set<string>();
  return {
    items,
    problems,
    spent: 0,
    add(located) {
      const { left } = origin.values;
      const item = readItem(origin, category, located, report);
      this.spent += left - origin.values.left;
      if (!item) return;
      const key = categoryKeys[category];
      if (names.has(item.name)) report(item, 'name', `is that of another integration of ${key} in this document`);
      else {
        names.add(item.name);
        items.push(item);
      }
    },
  };
}

function documentOf(
  origin: ManifestText,
  located: Located,
  { lists: ahead, problems }: { lists: OpenLists; problems: Problem[] },
): TenantDocument | undefined {
  const report = reporter(origin, problems);
  if (located.kind !== 'map') {
    report(located, undefined, 'a document must be a map with the key "tenant"');
    return undefined;
  }
  const lists: Partial<Record<CategoryName, readonly ManifestItem[]>> = {};
  let tenant: { offset: number; ref: string } | undefined;
  for (const entry of located.entries) {
    const category = categoryOfKey(entry.key);
    // What documents share, for "<<" and aliases.
    if (entry.key.startsWith('x-')) continue;
    if (entry.key === 'tenant') tenant = tenantOf(entry, report);
    else if (category) {
      const list = ahead.get(entry.value.offset) ?? openList(origin, category);
      ahead.delete(entry.value.offset);
      addItems(list, entry, report);
      lists[category] = list.items;
      for (const problem of list.problems) problems.push(problem);
    } else report(entry, undefined, unknownKey(['tenant', ...Object.values(categoryKeys)], entry.key));
  }
  if (tenant) return { origin, offset: tenant.offset, tenantRef: tenant.ref, lists };
  if (!located.entries.some(({ key }) => key === 'tenant')) {
    report(located, 'tenant', "is needed in every document: the tenant's name or id");
  }
  return undefined;
}

function tenantOf({ value, offset }: LocatedEntry, report: Report): { offset: number; ref: string } | undefined {
  const ref = value.kind === 'scalar' && typeof value.value === 'string' ? value.value.trim().normalize('NFC') : '';
  if (ref !== '') return { offset, ref };
  report(value, 'tenant', 'must be the name or the id of a tenant, as text');
  return undefined;
}

function addItems(list: OpenList, { key, value }: LocatedEntry, report: Report): void {
  if (value.kind === 'list') for (const item of value.items) list.add(item);
  else report(value, key, 'must be a list, [] where there are none');
}

function readItem(
  origin: ManifestText,
  category: CategoryName,
  located: Located,
  report: Report,
): ManifestItem | undefined {
  if (located.kind !== 'map') {
    report(located, undefined, `an integration of ${categoryKeys[category]} must be a map with "name" and "type"`);
    return undefined;
  }
  const provider = typeOf(category, located.entries, located, report);
  const name = nameOf(category, located.entries, located, report);
  if (!provider) return undefined;
  const fields = fieldsByKey(provider);
  const entries: ItemField[] = [];
  let active: ManifestItem['active'];
  for (const entry of located.entries) {
    if (entry.key === 'name' || entry.key === 'type') continue;
    const field = fields.get(entry.key);
    if (entry.key === 'active') active = activeOf(origin, entry, report);
    else if (!field) report(entry, undefined, unknownKey(['name', 'type', ...fields.keys(), 'active'], entry.key));
    else {
      const read = readItemField(origin, field, entry, report);
      if (read) entries.push(read);
    }
  }
  if (name === undefined) return undefined;
  // A list that grows holds room for more, which a hundred thousand items would all keep.
  return { origin, offset: located.offset, provider, name, entries: entries.slice(), active };
}

const keyed = new WeakMap<Provider, ReadonlyMap<string, Field>>();

/** The fields of a provider but the name, by what they are called in a manifest. */
function fieldsByKey(provider: Provider): ReadonlyMap<string, Field> {
  const known = keyed.get(provider);
  if (known) return known;
  const others = provider.fields.filter(({ name }) => name !== 'displayName');
  const fields = new Map(others.map((field) => [keyOf(field), field]));
  keyed.set(provider, fields);
  return fields;
}

/** What an item says of a column. */
export function entryOf({ entries }: ManifestItem, column: string): ItemField | undefined {
  return entries.find(({ field }) => field.name === column);
}

function typeOf(
  category: CategoryName,
  entries: readonly LocatedEntry[],
  item: Located,
  report: Report,
): Provider | undefined {
  const found = entries.find(({ key }) => key === 'type')?.value;
  const provider =
    found?.kind === 'scalar' && typeof found.value === 'string' ? findProvider(category, found.value) : undefined;
  if (provider) return provider;
  const names = sentenceList(
    providersOf(category).map(({ name }) => name),
    'or',
  );
  report(found ?? item, 'type', found ? `must be ${names}` : `is needed: ${names}`);
  return undefined;
}

function nameOf(
  category: CategoryName,
  entries: readonly LocatedEntry[],
  item: Located,
  report: Report,
): string | undefined {
  const found = entries.find(({ key }) => key === 'name')?.value;
  const field = providersOf(category)[0]?.fields.find(({ name }) => name === 'displayName');
  if (!found) report(item, 'name', `is needed: what the ${categories[category].noun} is called`);
  if (!found || !field) return undefined;
  const read = readValue(field, found.kind === 'scalar' ? found.value : null);
  if ('reason' in read) {
    report(found, 'name', read.reason);
    return undefined;
  }
  return String(read.value);
}

function activeOf(origin: ManifestText, { value }: LocatedEntry, report: Report): ManifestItem['active'] {
  if (value.kind === 'scalar' && typeof value.value === 'boolean') {
    return { origin, offset: value.offset, value: value.value };
  }
  report(value, 'active', 'must be true or false');
  return undefined;
}

/** Values that their fields do not take. Where all else is right they may still be what is stored, and are taken then. */
export function unfitValues({ origin, lists }: TenantDocument): Problem[] {
  return Object.values(lists)
    .flat()
    .flatMap(({ entries }) => entries)
    .flatMap((entry) => {
      if (entry.kind !== 'value') return [];
      const { offset, field, raw } = entry;
      const read = readValue(field, raw);
      return 'reason' in read ? [{ origin, offset, key: keyOf(field), reason: read.reason }] : [];
    });
}
