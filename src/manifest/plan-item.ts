import { isDeepStrictEqual } from 'node:util';
import type { CategoryName } from '../core/category.ts';
import { AppError } from '../core/error.ts';
import { type FieldValue, type FieldValues, isNeeded, type Json } from '../core/field.ts';
import type { Link } from '../core/links.ts';
import { Secret } from '../core/secret.ts';
import type { Integration } from '../db/stores/codec.ts';
import { findProvider } from '../providers/index.ts';
import type { Change, FieldChange, PlanOptions, Usable, Warning } from './change.ts';
import type { ManifestItem } from './document.ts';
import type { ItemField } from './item-field.ts';
import { keyOf } from './keys.ts';
import type { Problem } from './problem.ts';

interface ItemContext extends PlanOptions {
  /** By category and name; of the categories that were planned before. */
  usable: Partial<Record<CategoryName, ReadonlyMap<string, Usable>>>;
  /** The stored name of what a pipeline uses. */
  nameOf: (link: Link, id: string) => string;
  problems: Problem[];
  warnings: Warning[];
}

/** Compares one item with the row that it is about; without a row it is a new one. */
export function planItem(item: ManifestItem, row: Integration | undefined, context: ItemContext): Change {
  const { provider, name } = item;
  const { category } = provider;
  const values: Record<string, FieldValue> = {};
  const fields: FieldChange[] = [];
  let conflict: AppError | undefined;

  if (row?.displayName !== name) values['displayName'] = name;
  if (row && row.displayName !== name) fields.push({ name: 'name', before: row.displayName, after: name });
  for (const entry of item.entries.values()) planEntry(entry);
  const wasActive = row?.isActive ?? true;
  const active = item.active?.value ?? wasActive;
  if (active !== wasActive) {
    values['isActive'] = active;
    fields.push({ name: 'active', before: row ? wasActive : null, after: active });
  }
  const action = !row ? 'create' : Object.keys(values).length > 0 ? 'update' : 'none';
  if (action !== 'none') refuseUnfit(item, row, values, context.problems);
  const id = row?.id ?? context.newId(category.idPrefix);
  const told = action === 'none' ? [] : fields;
  return { action, category, provider, name, id, item, row, values, fields: told, ...(conflict ? { conflict } : {}) };

  function planEntry(entry: ItemField): void {
    const stored = row?.[entry.field.name] ?? null;
    if (entry.kind === 'value') planValue(entry, stored);
    else if (entry.kind === 'reference') planReference(entry, stored);
    else if (entry.kind === 'credential') planCredential(entry, stored);
    else if (entry.kind === 'clear') {
      // In a new row it counts where the database has a value of its own for what is left out.
      if (stored === null && (row || entry.field.default === undefined)) return;
      values[entry.field.name] = null;
      if (row) differs(entry, entry.field.credential ? 'set' : stored, null);
    } else if (stored === null && isNeeded(entry.field, () => false)) {
      report(entry, 'says keep, and nothing is stored that could be kept');
      values[entry.field.name] = new Secret('');
    }
  }

  function planValue(entry: ItemField & { kind: 'value' }, stored: Json): void {
    // What is stored is taken as it is, even where it came from elsewhere and the field would not take it.
    if (row && isDeepStrictEqual(entry.raw, stored)) return;
    if ('reason' in entry.read) report(entry, entry.read.reason);
    else if (!row || !isDeepStrictEqual(entry.read.value, stored)) {
      take(entry, entry.read);
      differs(entry, stored, entry.read.value as Json);
    }
  }

  function planReference(entry: ItemField & { kind: 'reference' }, stored: Json): void {
    const link = entry.field.references as Link;
    const used = context.usable[link]?.get(entry.name);
    if (!used) {
      report(
        entry,
        `names no ${link} integration, neither one of this document nor one that stays stored`,
        'NOT_FOUND',
      );
      values[entry.field.name] = '';
    } else if (link === 'scm' && provider.scm !== undefined && used.provider.name !== provider.scm) {
      const needed = findProvider('scm', provider.scm)?.title;
      report(entry, `names one of ${used.provider.title}; a ${provider.title} pipeline needs one of ${needed}`);
    } else if (used.id !== stored) {
      values[entry.field.name] = used.id;
      differs(entry, row ? context.nameOf(link, String(stored)) : null, entry.name);
    }
  }

  function planCredential(entry: ItemField & { kind: 'credential' }, stored: Json): void {
    const before = stored === null ? null : 'set';
    if (!context.credentials) {
      // Whether it differs from what is stored is not for this plan to know.
      if (before === null) {
        values[entry.field.name] = new Secret('');
        differs(entry, before, 'changed');
      }
      return;
    }
    const given = context.credentials.get(entry);
    if (!given) return;
    const same = row !== undefined && stored !== null && holds(row, entry.field.name, given.value as Secret);
    if (!same) take(entry, given);
    differs(entry, before, same ? 'unchanged' : 'changed');
  }

  function holds(stored: Integration, column: string, given: Secret): boolean {
    try {
      return context.open(category, stored, column).equals(given);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      conflict ??= error;
      return false;
    }
  }

  function take({ field, origin, offset }: ItemField, read: { value: FieldValue; warnings: readonly string[] }): void {
    values[field.name] = read.value;
    context.warnings.push(...read.warnings.map((text) => ({ origin, offset, text })));
  }

  function differs({ field }: ItemField, before: Json, after: Json): void {
    fields.push({ name: keyOf(field), before, after });
  }

  function report({ origin, offset, field }: ItemField, reason: string, code?: Problem['code']): void {
    context.problems.push({ origin, offset, key: keyOf(field), reason, ...(code ? { code } : {}) });
  }
}

/** What the provider needs, and what does not go together, in the row as it will be. */
function refuseUnfit(item: ManifestItem, row: Integration | undefined, values: FieldValues, problems: Problem[]): void {
  const { provider, origin, offset, entries } = item;
  const all = Object.fromEntries(
    provider.fields.map(({ name, credential }) => {
      const stored = row?.[name] ?? null;
      return [name, name in values ? values[name] : credential && stored !== null ? true : (stored as FieldValue)];
    }),
  );
  const has = (name: string) => (all[name] ?? null) !== null;
  const missing = provider.fields.filter(
    (field) => !has(field.name) && isNeeded(field, has) && !(field.emptiable && field.name in values),
  );
  // Of one that is there and could not be read that is told already.
  for (const field of missing.filter(({ name }) => !entries.has(name) || name in values)) {
    const at = entries.get(field.name)?.offset ?? offset;
    const other = field.insteadOf === undefined ? '' : `, or ${field.insteadOf}`;
    problems.push({ origin, offset: at, key: keyOf(field), reason: `is needed for ${provider.title}${other}` });
  }
  if (missing.length > 0) return;
  for (const { field, reason } of provider.misfits(all)) {
    problems.push({ origin, offset: entries.get(field)?.offset ?? offset, key: field, reason });
  }
}
