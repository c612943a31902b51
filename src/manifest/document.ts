import { type CategoryName, categories } from '../core/category.ts';
import type { Provider } from '../core/provider.ts';
import { sentenceList } from '../core/text.ts';
import { findProvider, providersOf } from '../providers/index.ts';
import { type ItemField, type Report, readItemField, readValue } from './item-field.ts';
import { categoryKeys, categoryOfKey, keyOf, unknownKey } from './keys.ts';
import type { Problem, Span } from './problem.ts';
import { type Located, type LocatedEntry, readDocuments } from './read.ts';
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
  /** Of the fields but the name, by column. */
  entries: ReadonlyMap<string, ItemField>;
  active: (Span & { value: boolean }) | undefined;
}

/** The documents of a file, as far as they can be understood; the rest goes to `problems`. */
export function* tenantDocuments(text: ManifestText, problems: Problem[]): Generator<TenantDocument> {
  const report: Report = ({ offset }, key, reason) => void problems.push({ origin: text, offset, key, reason });
  let count = 0;
  const before = problems.length;
  for (const located of readDocuments(text, problems)) {
    count += 1;
    const document = documentOf(text, located, report);
    if (document) yield document;
  }
  if (count === 0 && problems.length === before) report({ offset: 0 }, undefined, 'the manifest holds no document');
}

function documentOf(origin: ManifestText, located: Located, report: Report): TenantDocument | undefined {
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
    else if (category) lists[category] = listOf(origin, category, entry, report);
    else report(entry, undefined, unknownKey(['tenant', ...Object.values(categoryKeys)], entry.key));
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

function listOf(
  origin: ManifestText,
  category: CategoryName,
  { key, value }: LocatedEntry,
  report: Report,
): readonly ManifestItem[] {
  if (value.kind !== 'list') {
    report(value, key, 'must be a list, [] where there are none');
    return [];
  }
  const items: ManifestItem[] = [];
  const names = new Set<string>();
  for (const each of value.items) {
    const item = readItem(origin, category, each, report);
    if (!item) continue;
    if (names.has(item.name)) report(item, 'name', `is that of another integration of ${key} in this document`);
    else {
      names.add(item.name);
      items.push(item);
    }
  }
  return items;
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
  const fields = new Map(
    provider.fields.filter((field) => field.name !== 'displayName').map((field) => [keyOf(field), field]),
  );
  const entries = new Map<string, ItemField>();
  let active: ManifestItem['active'];
  for (const entry of located.entries) {
    if (entry.key === 'name' || entry.key === 'type') continue;
    const field = fields.get(entry.key);
    if (entry.key === 'active') active = activeOf(origin, entry, report);
    else if (!field) report(entry, undefined, unknownKey(['name', 'type', ...fields.keys(), 'active'], entry.key));
    else {
      const read = readItemField(origin, field, entry, report);
      if (read) entries.set(field.name, read);
    }
  }
  return name === undefined ? undefined : { origin, offset: located.offset, provider, name, entries, active };
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
  const names = sentenceList(
    providersOf(category).map(({ name }) => name),
    'or',
  );
  if (!provider) report(found ?? item, 'type', found ? `must be ${names}` : `is needed: ${names}`);
  return provider;
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
export function unfitValues({ lists }: TenantDocument): Problem[] {
  return Object.values(lists)
    .flat()
    .flatMap(({ entries }) => [...entries.values()])
    .flatMap((entry) => {
      if (entry.kind !== 'value' || !('reason' in entry.read)) return [];
      const { origin, offset, field, read } = entry;
      return [{ origin, offset, key: keyOf(field), reason: read.reason }];
    });
}
