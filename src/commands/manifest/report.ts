import type { Json } from '../../core/field.ts';
import { quotable } from '../../core/text.ts';
import type { Action, FieldChange } from '../../manifest/change.ts';
import { toneOf } from '../../output/tone.ts';
import { type Data, type ManyView, manyOf, type TextLine } from '../../output/view.ts';

export const planKeys = ['action', 'tenant', 'category', 'name', 'type', 'fields'];

/** The report of `plan` and `apply`: for people what changes, in the order of the files; for scripts all of it. */
export function changesView(items: readonly Data[], keys: readonly string[]): ManyView {
  return {
    ...manyOf(items, {
      columns: keys.map((key) => ({ title: key, text: (data) => String(data[key] ?? '') })),
      keys,
      name: (data) => String(data['name']),
      empty: 'The manifest has no integrations.',
    }),
    lines: linesOf(items),
  };
}

const marks: Readonly<Record<Action, string>> = { create: '+', update: '~', delete: '-', none: ' ' };

function linesOf(items: readonly Data[]): TextLine[] {
  const changed = items.filter(({ action }) => action !== 'none');
  const width = Math.max(0, ...changed.map(({ category }) => String(category).length));
  const lines: TextLine[] = [];
  let tenant: Json | undefined;
  for (const item of changed) {
    if (item['tenant'] !== tenant) lines.push({ text: quotable(String(item['tenant']), 255) });
    tenant = item['tenant'];
    const action = item['action'] as Action;
    const what = `${String(item['category']).padEnd(width)}  ${quotable(String(item['name']), 255)} (${item['type']})`;
    const result = item['result'] === undefined || item['result'] === 'done' ? '' : `: ${item['result']}`;
    lines.push({
      text: `  ${marks[action]} ${what}${result}`,
      tone: result === '' ? toneOf(action) : toneOf('failed'),
    });
    const fields = (item['fields'] as unknown as FieldChange[]).filter(({ after }) => after !== 'unchanged');
    const names = Math.max(0, ...fields.map(({ name }) => name.length));
    for (const field of fields) lines.push({ text: `      ${field.name.padEnd(names)}  ${changeText(field, action)}` });
    const verification = item['verification'] as { outcome: string } | null | undefined;
    if (verification) lines.push({ text: `      verified: ${verification.outcome}` });
    const error = item['error'] as { message: string } | undefined;
    if (error) lines.push({ text: `      ${quotable(error.message, 4096)}`, tone: 'red' });
  }
  if (lines.length > 0) lines.push({ text: '' });
  return [...lines, { text: summaryOf(items) }];
}

function changeText({ before, after }: FieldChange, action: Action): string {
  return action === 'create' || after === 'changed' ? shown(after) : `${shown(before)} -> ${shown(after)}`;
}

function shown(value: Json): string {
  if (value === null) return 'none';
  return quotable(typeof value === 'string' ? value : JSON.stringify(value), 200);
}

function summaryOf(items: readonly Data[]): string {
  if (items.every(({ action }) => action === 'none')) return 'No differences: everything is as the manifest says.';
  const isReport = items.some(({ result }) => result !== undefined);
  const count = (action: Action) =>
    items.filter((item) => item['action'] === action && (!isReport || item['result'] === 'done')).length;
  const verbs = isReport ? ['created', 'updated', 'deleted'] : ['to create', 'to update', 'to delete'];
  const counts = (['create', 'update', 'delete'] as const).map((action, index) => `${count(action)} ${verbs[index]}`);
  const same = items.filter(({ action }) => action === 'none').length;
  const failed = items.filter(({ result }) => result === 'failed').length;
  return `${[...counts, `${same} ${isReport ? 'as they were' : 'as they are'}`, ...(failed > 0 ? [`${failed} failed`] : [])].join(', ')}.`;
}
