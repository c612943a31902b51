import type { Category } from '../../core/category.ts';
import { codecOf, type Integration, type StoredValue } from './codec.ts';
import type { Action, Entry, EntryField } from './history.ts';
import { partColumns } from './list.ts';

type Values = Readonly<Record<string, StoredValue>>;

/** The columns of a verdict: it is observed, and no change that somebody makes. */
export const observed: ReadonlySet<string> = new Set(['verificationStatus', 'lastVerifiedAt', 'verificationError']);

const kept = new Set(['id', 'tenantId', 'configuredByAccountId', 'createdAt', 'updatedAt', ...observed]);

export function creationOf(category: Category, row: Values): Entry {
  return entryOf(category, 'create', row, fieldsOf(category, {}, row));
}

export function removalOf(category: Category, row: Values): Entry {
  const emptied = Object.fromEntries(Object.keys(row).map((column) => [column, null]));
  return entryOf(category, 'remove', row, fieldsOf(category, row, emptied));
}

/** What changes do to a row; undefined where they leave all but a verdict as it is. */
export function changeOf(category: Category, before: Integration, changes: Values): Entry | undefined {
  const fields = fieldsOf(category, before, changes);
  return fields.length === 0 ? undefined : entryOf(category, actionOf(category, changes, fields), before, fields);
}

/** A reading of credentials. */
export function readingOf(category: Category, action: 'reveal' | 'export', row: Values): Entry {
  const names = [...codecOf(category).sealed].filter((name) => (row[name] ?? null) !== null);
  return entryOf(
    category,
    action,
    row,
    names.map((name) => ({ name })),
  );
}

function entryOf(category: Category, action: Action, row: Values, fields: readonly EntryField[]): Entry {
  const [integrationId, displayName] = [String(row['id']), String(row['displayName'])];
  return { action, category: category.name, integrationId, displayName, fields };
}

function fieldsOf(category: Category, before: Values, after: Values): EntryField[] {
  const { columns, sealed } = codecOf(category);
  return columns.flatMap((name): EntryField[] => {
    const [old, value] = [before[name] ?? null, after[name]];
    if (value === undefined || kept.has(name) || JSON.stringify(old) === JSON.stringify(value)) return [];
    return [sealed.has(name) ? { name, changed: true } : { name, before: old, after: value }];
  });
}

const links: ReadonlySet<string> = new Set(Object.values(partColumns));

/** The verb for a change, whatever command makes it. */
function actionOf(category: Category, changes: Values, fields: readonly EntryField[]): Action {
  const { sealed } = codecOf(category);
  const names = fields.map(({ name }) => name);
  if (names.every((name) => name === 'isActive')) return changes['isActive'] ? 'enable' : 'disable';
  if (names.every((name) => links.has(name))) return 'link';
  const told = names.filter((name) => name !== 'credentialExpiresAt');
  return told.length > 0 && told.every((name) => sealed.has(name)) ? 'rotate' : 'update';
}
