import type { Planned } from '../../app/manifest/prepare.ts';
import type { CategoryName } from '../../core/category.ts';
import type { Json } from '../../core/field.ts';
import { plural, quotable, sentenceList } from '../../core/text.ts';
import type { Action, FieldChange } from '../../manifest/change.ts';
import { keyOf } from '../../manifest/keys.ts';
import { toneOf } from '../../output/tone.ts';
import { type Data, type ManyView, manyOf, type TextLine } from '../../output/view.ts';
import { findProvider } from '../../providers/index.ts';
import { reasonLines } from '../verification/report.ts';
import { tenantTold } from '../where.ts';

/** What is stored of a tenant and not in the manifest. */
export type UnlistedOf = Pick<Planned, 'tenant' | 'unlisted'>;

/** What people are told beside the changes. */
export interface Beside {
  unlisted: readonly UnlistedOf[];
  notes?: readonly TextLine[];
}

export function unlistedIn(planned: readonly Planned[]): UnlistedOf[] {
  return planned.filter(({ unlisted }) => unlisted.length > 0);
}

export const planKeys = ['action', 'tenant', 'category', 'name', 'type', 'fields'];

/** The report of `plan` and `apply`: for people what changes, in the order of the files; for scripts all of it. */
export function changesView(items: readonly Data[], beside: Beside, keys: readonly string[]): ManyView {
  return {
    ...manyOf(items, {
      columns: keys.map((key) => ({ title: key, text: (data) => String(data[key] ?? '') })),
      keys,
      name: (data) => String(data['name']),
      empty: 'The manifest has no integrations.',
    }),
    lines: changeLines(items, beside),
  };
}

const marks: Readonly<Record<Action, string>> = { create: '+', update: '~', delete: '-', none: ' ' };

/** What changes, in lines for people: each integration, then how many, and at the end what is deleted. */
export function changeLines(items: readonly Data[], { unlisted, notes = [] }: Beside): TextLine[] {
  const changed = items.filter(({ action }) => action !== 'none');
  const width = Math.max(0, ...changed.map(({ category }) => String(category).length));
  const lines: TextLine[] = [];
  let tenant: Json | undefined;
  for (const item of changed) {
    if (item['tenant'] !== tenant) lines.push({ text: quotable(String(item['tenant']), 255) });
    tenant = item['tenant'];
    lines.push(...itemLines(item, width));
  }
  if (lines.length > 0) lines.push({ text: '' });
  return [
    ...lines,
    { text: summaryOf(items, unlisted.length > 0) },
    ...unlisted.map((each) => ({ text: unlistedText(each, unlisted.length > 1) })),
    ...notes,
    ...deletionLine(items),
  ];
}

function itemLines(item: Data, width: number): TextLine[] {
  const action = item['action'] as Action;
  const what = `${String(item['category']).padEnd(width)}  ${quotable(String(item['name']), 255)} (${item['type']})`;
  const result = item['result'] === undefined || item['result'] === 'done' ? '' : `: ${item['result']}`;
  const fields = (item['fields'] as unknown as FieldChange[]).filter(({ after }) => after !== 'unchanged');
  const names = Math.max(0, ...fields.map(({ name }) => name.length));
  const isCredential = credentialsOf(item);
  const error = item['error'] as { message: string } | undefined;
  return [
    { text: `  ${marks[action]} ${what}${result}`, tone: toneOf(result === '' ? action : 'failed') },
    ...fields.map((field) => {
      const isNew = field.before === null && isCredential(field.name);
      return { text: `      ${field.name.padEnd(names)}  ${isNew ? 'new' : changeText(field, action)}` };
    }),
    ...verificationLines(item['verification'] as Data | null | undefined),
    ...(error ? [{ text: `      ${quotable(error.message, 4096)}`, tone: 'red' as const }] : []),
  ];
}

/** Which keys of an item are those of credentials. */
function credentialsOf({ category, type }: Data): (key: string) => boolean {
  const { fields = [] } = findProvider(category as CategoryName, String(type)) ?? {};
  const keys = new Set(fields.filter(({ credential }) => credential).map(keyOf));
  return (key) => keys.has(key);
}

function verificationLines(verification: Data | null | undefined): TextLine[] {
  if (!verification) return [];
  const { outcome } = verification;
  const tone = toneOf(outcome);
  return [`verified: ${outcome}`, ...reasonLines(verification)].map((text) => ({ text: `      ${text}`, tone }));
}

function changeText({ before, after }: FieldChange, action: Action): string {
  return action === 'create' || after === 'changed' ? shown(after) : `${shown(before)} -> ${shown(after)}`;
}

function shown(value: Json): string {
  if (value === null) return 'none';
  return quotable(typeof value === 'string' ? value : JSON.stringify(value), 200);
}

function summaryOf(items: readonly Data[], hasUnlisted: boolean): string {
  if (items.every(({ action }) => action === 'none')) {
    return hasUnlisted
      ? 'Nothing to change: everything in the manifest is stored as it says.'
      : 'No differences: everything is as the manifest says.';
  }
  const isReport = items.some(({ result }) => result !== undefined);
  const count = (action: Action) => doneOf(items, action).length;
  const verbs = isReport ? ['created', 'updated', 'deleted'] : ['to create', 'to update', 'to delete'];
  const counts = (['create', 'update', 'delete'] as const).map((action, index) => `${count(action)} ${verbs[index]}`);
  const same = items.filter(({ action }) => action === 'none').length;
  const failed = items.filter(({ result }) => result === 'failed').length;
  return `${[...counts, `${same} ${isReport ? 'as they were' : 'as they are'}`, ...(failed > 0 ? [`${failed} failed`] : [])].join(', ')}.`;
}

/** Those that an action is planned for; in a report, those it was done with. */
function doneOf(items: readonly Data[], action: Action): Data[] {
  return items.filter((item) => item['action'] === action && (item['result'] ?? 'done') === 'done');
}

const mostNamed = 10;

/** `scm "mobile", target "ios" and 3 more`. */
function namesTold(items: readonly { category: string; name: string }[]): string {
  const names = items.slice(0, mostNamed).map(({ category, name }) => `${category} "${quotable(name)}"`);
  const more = items.length - mostNamed;
  return sentenceList(more > 0 ? [...names, `${more} more`] : names);
}

function unlistedText({ tenant, unlisted }: UnlistedOf, isOneOfSeveral: boolean): string {
  const one = unlisted.length === 1;
  const count = `${plural(unlisted.length, 'stored integration')}${isOneOfSeveral ? ` in ${tenantTold(tenant)}` : ''}`;
  const names = namesTold(unlisted.map(({ category, name }) => ({ category: category.name, name })));
  return `${count} ${one ? 'is' : 'are'} not in the manifest: ${names}; --prune would delete ${one ? 'it' : 'them'}.`;
}

/** What is deleted is said once more, where nobody overlooks it. */
function deletionLine(items: readonly Data[]): TextLine[] {
  const deleted = doneOf(items, 'delete');
  if (deleted.length === 0) return [];
  const isReport = items.some(({ result }) => result !== undefined);
  const count = plural(deleted.length, 'integration');
  const were = deleted.length === 1 ? 'was' : 'were';
  const names = namesTold(deleted.map(({ category, name }) => ({ category: String(category), name: String(name) })));
  const lead = isReport ? `${count} ${were} deleted` : `--prune deletes ${count} for good`;
  return [{ text: `${lead}: ${names}.`, tone: 'red' }];
}
