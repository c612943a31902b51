import { quotable } from '../../core/text.ts';
import type { Action, FieldChange } from '../../manifest/change.ts';
import type { Data } from '../../output/view.ts';

/*
 * For a pull request. Whoever proposes a manifest chooses the names and values in it, so they stand in code alone, where
 * nobody is mentioned and nothing is a link: in a fence that none of them can end, and as HTML that is escaped.
 */

/**
 * The report of a plan: a line that counts, and a part for each tenant that folds.
 * @param variables what `apply` reads
 */
export function planMarkdown(items: readonly Data[], variables: readonly string[]): string {
  const changed = items.filter(({ action }) => action !== 'none');
  const counts = `**Plan**: ${changed.length === 0 ? 'no differences' : countsOf(changed)}`;
  const tenants = [...new Set(changed.map(({ tenant }) => String(tenant)))];
  const parts = tenants.map((name) =>
    tenantPart(
      name,
      changed.filter(({ tenant }) => tenant === name),
    ),
  );
  const reads = variables.length === 0 ? [] : [`<p>apply reads ${variables.map(code).join(', ')}</p>`];
  return `${[counts, ...parts, ...reads].join('\n\n')}\n`;
}

function tenantPart(tenant: string, items: readonly Data[]): string {
  const lines = items.flatMap(diffOf);
  const fence = '`'.repeat(Math.max(3, 1 + longestRun(lines)));
  return [
    `<details><summary>${code(tenant)}: ${countsOf(items)}</summary>`,
    '',
    `${fence}diff`,
    ...lines,
    fence,
    '',
    '</details>',
  ].join('\n');
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
