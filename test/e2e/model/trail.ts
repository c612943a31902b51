import { expect } from 'vitest';
import { categories } from '../../../src/core/category.ts';
import { linkColumns } from '../../../src/core/links.ts';
import { codecOf, type Integration } from '../../../src/db/stores/codec.ts';
import type { Observed, StoredRow, Told } from './observe.ts';
import type { Attempt } from './state.ts';

type Entry = Pick<Told, 'tenantName' | 'action' | 'category' | 'integrationId' | 'displayName' | 'fields'>;

type End = 'done' | 'refused' | 'killed';

/** Sees that the history got one row for each change of what is stored, with what changed, and none without. */
export function checkTrail(before: Observed, after: Observed, attempt: Attempt, end: End): void {
  const old = new Set(before.history.map(({ id }) => id));
  expect(after.history.filter(({ id }) => old.has(id))).toEqual(before.history);
  const added = after.history.filter(({ id }) => !old.has(id));
  const told = added
    .filter((each) => each.category !== 'key')
    .map(({ tenantName, action, category, integrationId, displayName, fields }) => ({
      ...{ tenantName, action, category, integrationId, displayName, fields: sorted(fields) },
    }));
  expect(inOrder(told)).toEqual(inOrder(changes(before, after, attempt)));
  const isRingChanged = JSON.stringify(before.ring) !== JSON.stringify(after.ring);
  const ofKeys = added.filter(({ category }) => category === 'key').map(({ action }) => action);
  expect(toldOfKeys(attempt, end, isRingChanged)).toContainEqual(ofKeys);
  const [noun = '', verb] = attempt.args;
  for (const { command } of added) expect(command).toBe(noun === 'apply' ? noun : `${noun} ${verb}`);
}

/** What the history may tell of keys. */
function toldOfKeys({ key }: Attempt, end: End, isRingChanged: boolean): string[][] {
  if (!key || end === 'refused') return isRingChanged ? [] : [[]];
  const all = [key.action];
  if (end === 'done') return [all];
  // The ring is written before the transaction that tells of it ends; where it stays as it is, nothing else is awaited.
  if (isRingChanged || !key.isRingChanged) return [[], all];
  return [[]];
}

function changes(before: Observed, after: Observed, attempt: Attempt): Entry[] {
  const entries: Entry[] = [];
  const nameOf = (id: string) => before.tenants.get(id) ?? after.tenants.get(id) ?? null;
  const entry = (row: StoredRow, action: string, fields: Told['fields']): Entry => ({
    tenantName: nameOf(row.integration.tenantId),
    action,
    category: row.category,
    integrationId: row.integration.id,
    displayName: row.integration.displayName,
    fields: sorted(fields),
  });
  for (const [id, row] of before.rows) {
    const now = after.rows.get(id);
    if (!now) entries.push(entry(row, 'remove', fieldsOf(row, row.integration, undefined)));
    else {
      const fields = attempt.isResealing ? [] : fieldsOf(row, row.integration, now.integration);
      if (fields.length > 0) entries.push(entry(row, actionOf(row, now.integration, fields), fields));
      else if (row.opened.previous && !now.opened.previous) entries.push(entry(row, 'rotate', []));
    }
  }
  for (const [id, row] of after.rows) {
    if (!before.rows.has(id)) entries.push(entry(row, 'create', fieldsOf(row, undefined, row.integration)));
  }
  for (const [action, gone, there] of [
    ['remove', before, after],
    ['create', after, before],
  ] as const) {
    for (const [id, name] of gone.tenants) {
      if (there.tenants.has(id)) continue;
      const field = (column: string, value: string) => ({
        name: column,
        before: action === 'remove' ? value : null,
        after: action === 'remove' ? null : value,
      });
      const fields = sorted([field('id', id), field('displayName', name)]);
      entries.push({ tenantName: name, action, category: 'tenant', integrationId: null, displayName: name, fields });
    }
  }
  return entries;
}

const untold = new Set(['id', 'tenantId', 'configuredByAccountId', 'createdAt', 'updatedAt']);
const verdict = new Set(['verificationStatus', 'lastVerifiedAt', 'verificationError']);

function fieldsOf({ category }: StoredRow, old?: Integration, now?: Integration): Told['fields'] {
  const { columns, sealed } = codecOf(categories[category]);
  return columns.flatMap((name): Told['fields'] => {
    const [was, is] = [old?.[name] ?? null, now?.[name] ?? null];
    if (untold.has(name) || verdict.has(name) || JSON.stringify(was) === JSON.stringify(is)) return [];
    // What nobody gave, the database fills in.
    if (!old && name === 'isActive' && is === true) return [];
    return [sealed.has(name) ? { name, changed: true } : { name, before: was, after: is }];
  });
}

function actionOf({ category }: StoredRow, now: Integration, fields: Told['fields']): string {
  const { sealed } = codecOf(categories[category]);
  const names = fields.map(({ name }) => name);
  if (names.every((name) => name === 'isActive')) return now.isActive ? 'enable' : 'disable';
  if (names.every((name) => Object.values(linkColumns).includes(name))) return 'link';
  return names.every((name) => sealed.has(name)) ? 'rotate' : 'update';
}

function sorted(fields: Told['fields']): Told['fields'] {
  return [...fields].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function inOrder(entries: Entry[]): Entry[] {
  const key = ({ category, integrationId, action }: Entry) => `${category} ${integrationId} ${action}`;
  return [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
