import type { NamedVariable } from '../../app/exec/variables.ts';
import { quotable } from '../../core/text.ts';
import { cell } from '../../output/render.ts';
import { type Data, type ManyView, manyOf } from '../../output/view.ts';

export const namesKeys = ['variable', 'category', 'integrationId', 'displayName', 'fields', 'inFile', 'note'];

/** Which variables a command would get, and of what; no value. @param kept those that stay as the caller has them */
export function namesView(variables: readonly NamedVariable[], kept: readonly NamedVariable[]): ManyView {
  const rows = variables.map((each) => dataOf(each, kept.includes(each) ? 'not set: yours stays' : each.file?.note));
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
