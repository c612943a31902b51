import { plural, quotable } from '../../core/text.ts';
import type { Action, FieldChange } from '../../manifest/change.ts';
import type { Data } from '../../output/view.ts';

/*
 * For a pull request. Whoever proposes a manifest chooses the names and values in it, so they stand in code alone, where
 * nobody is mentioned and nothing is a link: in a fence that none of them can end, and as HTML that is escaped.
 */

/** What GitHub takes as a comment, in characters; GitLab takes more. */
const longest = 65_536;
/** Kept free for the line that tells of what is not shown. */
const forRest = 200;
const between = '\n\n';

/**
 * The report of a plan: a line that counts, and a part for each tenant that folds, as far as a comment has room for
 * whole items.
 * @param variables what `apply` reads
 */
export function planMarkdown(items: readonly Data[], variables: readonly string[]): string {
  const changed = items.filter(({ action }) => action !== 'none');
  const counts = `**Plan**: ${changed.length === 0 ? 'no differences' : countsOf(changed)}`;
  const reads = variables.length === 0 ? [] : [readsLine(variables)];
  let room = longest - forRest - [counts, ...reads].join(between).length;
  const parts: string[] = [];
  let left = changed.length;
  const tenants = byTenant(changed);
  for (const [tenant, own] of tenants) {
    const part = tenantPart(tenant, own, room);
    if (part.count === 0) break;
    parts.push(part.text);
    room -= between.length + part.text.length;
    left -= part.count;
    if (part.count < own.length) break;
  }
  const rest = left === 0 ? [] : [restLine(left, tenants.size - parts.length)];
  return `${[counts, ...parts, ...rest, ...reads].join(between)}\n`;
}

function byTenant(items: readonly Data[]): ReadonlyMap<string, Data[]> {
  const found = new Map<string, Data[]>();
  for (const item of items) {
    const tenant = String(item['tenant']);
    const own = found.get(tenant);
    if (own) own.push(item);
    else found.set(tenant, [item]);
  }
  return found;
}

/** @param tenants how many have no part at all */
function restLine(items: number, tenants: number): string {
  const whole = tenants === 0 ? '' : `, with all of ${plural(tenants, 'tenant')}`;
  return `**Not shown: ${plural(items, 'change')}${whole}.** A comment has no room for more; \`integrations plan\` shows all.`;
}

/** Names may fill a comment too: those that are left out are counted. */
function readsLine(variables: readonly string[]): string {
  const names = variables.map(code);
  const shown = names.slice(0, fitting(names, longest / 4));
  const others = names.length - shown.length;
  return `<p>apply reads ${shown.join(', ')}${others === 0 ? '' : ` and ${plural(others, 'other')}`}</p>`;
}

/** The part of a tenant, with as many of its items as there is room for. */
function tenantPart(tenant: string, items: readonly Data[], room: number): { text: string; count: number } {
  const diffs = items.map((item) => diffOf(item).join('\n'));
  const fence = '`'.repeat(Math.max(3, 1 + longestRun(diffs)));
  const partOf = (lines: readonly string[]) =>
    [
      `<details><summary>${code(tenant)}: ${countsOf(items)}</summary>`,
      '',
      `${fence}diff`,
      ...lines,
      fence,
      '',
      '</details>',
    ].join('\n');
  const count = fitting(diffs, room - between.length - partOf([]).length);
  return { text: partOf(diffs.slice(0, count)), count };
}

/** How many of the texts there is room for, with what stands between them. */
function fitting(texts: readonly string[], room: number): number {
  let left = room;
  for (const [at, text] of texts.entries()) {
    left -= text.length + between.length;
    if (left < 0) return at;
  }
  return texts.length;
}

/** What GitHub and GitLab colour as added, changed and removed. */
const marks: Readonly<Record<Action, string>> = { create: '+', update: '!', delete: '-', none: ' ' };

function diffOf(item: Data): string[] {
  const mark = marks[item['action'] as Action];
  const fields = (item['fields'] as unknown as FieldChange[]).filter(({ after }) => after !== 'unchanged');
  return [
    `${mark} ${item['category']} ${quotable(String(item['name']), 255)} (${item['type']})`,
    ...fields.flatMap(({ name, before, after }) => [
      ...(before === null || after === 'changed' ? [] : [`-     ${name}: ${shown(before)}`]),
      ...(after === null ? [] : [`+     ${name}: ${shown(after)}`]),
    ]),
  ];
}

function countsOf(items: readonly Data[]): string {
  const told = (['create', 'update', 'delete'] as const).flatMap((action) => {
    const count = items.filter((item) => item['action'] === action).length;
    return count === 0 ? [] : [`${count} to ${action}`];
  });
  return told.join(', ');
}

function shown(value: FieldChange['before']): string {
  return quotable(typeof value === 'string' ? value : JSON.stringify(value), 200);
}

function longestRun(lines: readonly string[]): number {
  return Math.max(0, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function code(text: string): string {
  return `<code>${quotable(text, 255).replace(/[&<>"]/g, (char) => entities[char] ?? char)}</code>`;
}
