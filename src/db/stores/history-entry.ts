import type { Category } from '../../core/category.ts';
import { linkColumns } from '../../core/links.ts';
import { codecOf, type Integration, observed, type StoredValue } from './codec.ts';
import type { Action, HistoryEntry, HistoryField } from './history.ts';

type Values = Readonly<Record<string, StoredValue>>;

const kept = new Set(['id', 'tenantId', 'configuredByAccountId', 'createdAt', 'updatedAt', ...observed]);

export function creationOf(category: Category, row: Values): HistoryEntry {
  return historyEntry(category, 'create', row, fieldsOf(category, {}, row));
}

export function removalOf(category: Category, row: Values): HistoryEntry {
  const emptied = Object.fromEntries(Object.keys(row).map((column) => [column, null]));
  return historyEntry(category, 'remove', row, fieldsOf(category, row, emptied));
}

/** What changes do to a row; undefined where they leave all but a verdict as it is. */
export function changeOf(category: Category, before: Integration, changes: Values): HistoryEntry | undefined {
  const fields = fieldsOf(category, before, changes);
  return fields.length === 0 ? undefined : historyEntry(category, actionOf(category, changes, fields), before, fields);
}

/** A reading of credentials. */
export function readingOf(category: Category, action: 'reveal' | 'export', row: Values): HistoryEntry {
  const names = [...codecOf(category).sealed].filter((name) => (row[name] ?? null) !== null);
  return historyEntry(
    category,
    action,
    row,
    names.map((name) => ({ name })),
  );
}

/** A use of an integration by a program: what it was, and the names of the variables that it got. */
export function executionOf(
  category: Category,
  row: Values,
  program: string,
  variables: readonly string[],
): HistoryEntry {
  const command: HistoryField = { name: 'command', before: null, after: program };
  return historyEntry(category, 'exec', row, [command, ...variables.map((name) => ({ name }))]);
}

function historyEntry(category: Category, action: Action, row: Values, fields: readonly HistoryField[]): HistoryEntry {
  const [integrationId, displayName] = [String(row['id']), String(row['displayName'])];
  return { action, category: category.name, integrationId, displayName, fields };
}

function fieldsOf(category: Category, before: Values, after: Values): HistoryField[] {
  const { columns, sealed, maps } = codecOf(category);
  return columns.flatMap((name): HistoryField[] => {
    const [old, value] = [before[name] ?? null, after[name]];
    if (value === undefined || kept.has(name) || JSON.stringify(old) === JSON.stringify(value)) return [];
    if (sealed.has(name)) return [{ name, changed: true }];
    if (!maps.has(name)) return [{ name, before: old, after: value }];
    const [names, others] = [namesIn(old), namesIn(value)];
    if (JSON.stringify(names) === JSON.stringify(others)) return [{ name, changed: true }];
    return [{ name, before: names, after: others }];
  });
}

/** A value of a map may be a credential that somebody put there: of a map the names are told, and no value. */
function namesIn(map: StoredValue): string[] | null {
  return typeof map === 'object' && map !== null ? Object.keys(map).sort() : null;
}

const linkNames: ReadonlySet<string> = new Set(Object.values(linkColumns));

/** The verb for a change, whatever command makes it. */
function actionOf(category: Category, changes: Values, fields: readonly HistoryField[]): Action {
  const { sealed } = codecOf(category);
  const names = fields.map(({ name }) => name);
  if (names.every((name) => name === 'isActive')) return changes['isActive'] ? 'enable' : 'disable';
  if (names.every((name) => linkNames.has(name))) return 'link';
  const told = names.filter((name) => name !== 'credentialExpiresAt');
  return told.length > 0 && told.every((name) => sealed.has(name)) ? 'rotate' : 'update';
}
