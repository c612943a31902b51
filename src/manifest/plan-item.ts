import { isDeepStrictEqual } from 'node:util';
import { staleCredentials, staleReason, storedAddressed, unnamedAudience } from '../core/audience.ts';
import { withoutSensitive } from '../core/common-fields.ts';
import { AppError } from '../core/error.ts';
import { type Field, type FieldValue, type FieldValues, isNeeded, type Json } from '../core/field.ts';
import type { Link } from '../core/links.ts';
import { isSameAudience, originsTold } from '../core/origins.ts';
import { problemsOf } from '../core/problems.ts';
import { fitsScm } from '../core/provider.ts';
import { isRecord } from '../core/record.ts';
import { Secret } from '../core/secret.ts';
import type { Integration } from '../db/stores/codec.ts';
import { neededScm } from '../providers/index.ts';
import type { Change, FieldChange, PlanOptions, Usable, Warning } from './change.ts';
import { entryOf, type ManifestItem } from './document.ts';
import type { ItemField } from './item-field.ts';
import { readValue } from './item-field.ts';
import { keyOf } from './keys.ts';
import { plainValues } from './match.ts';
import type { Problem } from './problem.ts';

export interface ItemOptions extends PlanOptions {
  /** What a pipeline may use, by its name; planned before the pipelines. */
  usable: Partial<Record<Link, ReadonlyMap<string, Usable>>>;
  /** The stored name of what a pipeline uses. */
  nameOf: (link: Link, id: string) => string;
  /** The item's name is that of a stored row of another type, which stays: the item cannot be carried out as it is. */
  isHeld?: boolean;
  problems: Problem[];
  warnings: Warning[];
}

/** Compares one item with the row that it is about; without a row it is a new one. */
export function planItem(item: ManifestItem, row: Integration | undefined, options: ItemOptions): Change {
  const { provider, name } = item;
  const { category } = provider;
  const plain = row ? plainValues(item, row) : {};
  const stale = row ? staleCredentials(provider, row, plain) : [];
  const told = new Set<string>();
  const found: Comparison = { item, plain, row, options, stale, values: {}, fields: [], told, conflict: undefined };
  const { values, fields } = found;
  if (row?.displayName !== name) values['displayName'] = name;
  if (row && row.displayName !== name) fields.push({ name: 'name', before: row.displayName, after: name });
  for (const entry of item.entries) planEntry(found, entry);
  const wasActive = row?.isActive ?? true;
  const active = item.active?.value ?? wasActive;
  if (active !== wasActive) {
    values['isActive'] = active;
    fields.push({ name: 'active', before: row ? wasActive : null, after: active });
  }
  for (const field of stale) {
    const entry = entryOf(item, field.name);
    if (entry?.kind === 'credential' || entry?.kind === 'clear') continue;
    report(found, { offset: entry?.offset ?? item.offset, field }, staleReason);
  }
  if (row) refuseUnconfirmed(found, row);
  const action = !row ? 'create' : Object.keys(values).length > 0 ? 'update' : 'none';
  if (action !== 'none') options.problems.push(...problemsAgainst(item, row, values, told));
  const id = row?.id ?? options.newId(category.idPrefix);
  const written = action === 'none' ? unchanged : { row, values, fields };
  return { action, category, provider, name, id, item, ...written, conflict: found.conflict };
}

/** Most of a large manifest is as it is stored. */
const unchanged: Pick<Change, 'row' | 'values' | 'fields'> = { row: undefined, values: {}, fields: [] };

/** What is found out as the fields of an item are compared, one after the other. */
interface Comparison {
  item: ManifestItem;
  /** What it says that is no credential and no reference, by column; compared with what is stored. */
  plain: Readonly<Record<string, unknown>>;
  row: Integration | undefined;
  options: ItemOptions;
  /** The credentials that are stored, and have to be given again. */
  stale: readonly Field[];
  values: Record<string, FieldValue>;
  fields: FieldChange[];
  /** The fields of which is told already why they cannot be read. */
  told: Set<string>;
  conflict: AppError | undefined;
}

function planEntry(found: Comparison, entry: ItemField): void {
  const { row, values } = found;
  const stored = row?.[entry.field.name] ?? null;
  if (entry.kind === 'value') planValue(found, entry, stored);
  else if (entry.kind === 'reference') planReference(found, entry, stored);
  else if (entry.kind === 'credential') planCredential(found, entry, stored);
  else if (entry.kind === 'clear') {
    // In a new row it counts where it says something that is no absence: the database, or the provider, knows what.
    const { default: preset, emptiable } = entry.field;
    if (stored === null && (row || (preset === undefined && !emptiable))) return;
    values[entry.field.name] = null;
    if (row) differs(found, entry, entry.field.credential ? 'set' : stored, null);
  } else if (stored === null && isNeeded(entry.field, () => false)) {
    if (found.options.isHeld) found.told.add(entry.field.name);
    else report(found, entry, 'says keep, and nothing is stored that could be kept');
  }
}

function planValue(found: Comparison, entry: ItemField & { kind: 'value' }, stored: Json): void {
  const { row } = found;
  // What is stored is taken as it is, even where it came from elsewhere and the field would not take it.
  if (row && isDeepStrictEqual(entry.raw, stored)) return;
  const read = readValue(entry.field, entry.raw);
  if ('reason' in read) report(found, entry, read.reason);
  else if (!row || !isDeepStrictEqual(read.value, stored)) {
    take(found, entry, read);
    differs(found, entry, stored, read.value as Json);
  }
}

function planReference(found: Comparison, entry: ItemField & { kind: 'reference' }, stored: Json): void {
  const { item, row, options, values } = found;
  const { provider } = item;
  const { link } = entry;
  const used = options.usable[link]?.get(entry.name);
  if (!used) {
    const reason = `names no ${link} integration, neither one of this document nor one that stays stored`;
    report(found, entry, reason, 'NOT_FOUND');
  } else if (link === 'scm' && !fitsScm(provider, used.provider)) {
    const needed = neededScm(provider)?.title;
    report(found, entry, `names one of ${used.provider.title}; a ${provider.title} pipeline needs one of ${needed}`);
  } else if (used.id !== stored) {
    values[entry.field.name] = used.id;
    differs(found, entry, row ? options.nameOf(link, String(stored)) : null, entry.name);
  }
}

function planCredential(found: Comparison, entry: ItemField & { kind: 'credential' }, stored: Json): void {
  const { row, options, stale, values, told } = found;
  const before = stored === null ? null : 'set';
  if (!options.credentials) {
    // Whether it differs from what is stored is not for this plan to know.
    if (before === null) {
      values[entry.field.name] = new Secret('');
      differs(found, entry, before, 'changed');
    }
    return;
  }
  const given = options.credentials.get(entry);
  if (!given) return void told.add(entry.field.name);
  const same =
    row !== undefined &&
    stored !== null &&
    opened(found, row, entry.field.name)?.equals(given.value as Secret) === true;
  if (!same || stale.includes(entry.field)) take(found, entry, given);
  differs(found, entry, before, same ? 'unchanged' : 'changed');
}

/** Opens a stored credential; one that does not open is a conflict. */
function opened(found: Comparison, row: Integration, column: string): Secret | undefined {
  try {
    return found.options.open(found.item.provider.category, row, column);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    found.conflict ??= error;
    return undefined;
  }
}

/** A new credential goes to no address that only the database names. */
function refuseUnconfirmed(found: Comparison, row: Integration): void {
  const { item, plain, options, values } = found;
  const { provider } = item;
  const origins = options.credentials && unnamedAudience(provider, row, { ...plain, ...values });
  if (!origins) return;
  const isMeant = ({ name }: Field) => isSameAudience(opened(found, row, name)?.audience, origins);
  if (storedAddressed(provider, row).some(isMeant)) return;
  const field = provider.fields.find(({ name, addressed }) => addressed && values[name] instanceof Secret);
  if (!field) return;
  const at = { offset: entryOf(item, field.name)?.offset ?? item.offset, field };
  report(
    found,
    at,
    `would go to ${originsTold(origins)}, for which no stored credential is meant: name the address in this item`,
    'CONFLICT',
  );
}

function take(
  { item: { origin }, values, options }: Comparison,
  { field, offset }: ItemField,
  read: { value: FieldValue; warnings: readonly string[] },
): void {
  values[field.name] = read.value;
  options.warnings.push(...read.warnings.map((text) => ({ origin, offset, text })));
}

function differs({ fields }: Comparison, { field }: ItemField, before: Json, after: Json): void {
  const shown = (value: Json) =>
    field.kind === 'map' && isRecord(value) ? withoutSensitive(value as Record<string, string>) : value;
  fields.push({ name: keyOf(field), before: shown(before), after: shown(after) });
}

function report(
  { item: { origin }, told, options }: Comparison,
  { offset, field }: Pick<ItemField, 'offset' | 'field'>,
  reason: string,
  code?: Problem['code'],
): void {
  told.add(field.name);
  options.problems.push({ origin, offset, key: keyOf(field), reason, ...(code ? { code } : {}) });
}

/** What the row as it will be lacks; where it lacks nothing, what of it does not go together. */
function problemsAgainst(
  item: ManifestItem,
  row: Integration | undefined,
  values: FieldValues,
  told: ReadonlySet<string>,
): Problem[] {
  const { provider, origin, offset } = item;
  const all: Record<string, FieldValue | undefined> = {};
  for (const { name, credential } of provider.fields) {
    const stored = row?.[name] ?? null;
    if (told.has(name)) all[name] = true;
    else if (name in values) all[name] = values[name];
    else if (row) all[name] = credential && stored !== null ? true : (stored as FieldValue);
  }
  const found = problemsOf(provider, all);
  const missing = found.filter(({ kind }) => kind === 'missing');
  return (missing.length > 0 ? missing : found).flatMap((problem): Problem[] => {
    const { name } = problem.field;
    if (told.has(name)) return [];
    const entry = entryOf(item, name);
    const at = { origin, offset: entry?.offset ?? offset, key: keyOf(problem.field) };
    if (problem.kind === 'misfit') return [{ ...at, reason: problem.reason }];
    const other = problem.instead ? `, or ${problem.instead.name}` : '';
    // YAML takes what follows a "#" for a comment.
    const nothing = entry?.kind === 'clear' ? '; nothing stands here: put it in quotes if it begins with "#"' : '';
    return [{ ...at, reason: `is needed for ${provider.title}${other}${nothing}` }];
  });
}
