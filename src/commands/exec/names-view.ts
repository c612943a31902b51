import type { NamedVariable } from '../../app/exec/variables.ts';
import { quotable } from '../../core/text.ts';
import { cell } from '../../output/render.ts';
import { type Data, type ManyView, manyOf } from '../../output/view.ts';

export const namesKeys = ['variable', 'category', 'integrationId', 'displayName', 'fields', 'inFile', 'note'];

interface Shown {
  variables: readonly NamedVariable[];
  /** Those that stay as the caller has them. */
  kept: readonly NamedVariable[];
  /** Those that no command gets. */
  withheld: readonly NamedVariable[];
}

/** Which variables a command would get, and of what; no value. */
export function namesView({ variables, kept, withheld }: Shown): ManyView {
  const rows = [
    ...variables.map((each) => dataOf(each, kept.includes(each) ? 'not set: yours stays' : each.file?.note)),
    ...withheld.map((each) => dataOf(each, 'not set: programs are run by it')),
  ];
  return manyOf(rows, {
    columns: [
      { title: 'Variable', text: ({ variable }) => cell(variable), whole: true, copied: true },
      { title: 'Of', text: ({ category, displayName }) => `${cell(category)} ${quotable(cell(displayName))}` },
      { title: 'Fields', text: fieldsText, wraps: true },
    ],
    keys: namesKeys,
    name: ({ variable }) => cell(variable),
    empty: 'Nothing would be set.',
    noun: 'variable',
  });
}

function dataOf({ name, used: { category, row }, fields, file }: NamedVariable, note: string | undefined): Data {
  return {
    variable: name,
    category: category.name,
    integrationId: row.id,
    displayName: row.displayName,
    fields: [...fields],
    inFile: file !== undefined,
    note: note ?? null,
  };
}

function fieldsText({ fields, inFile, note }: Data): string {
  const names = (fields as string[]).join(', ');
  return [inFile ? `${names} (in a file)` : names, ...(note === null ? [] : [cell(note)])].join('; ');
}
