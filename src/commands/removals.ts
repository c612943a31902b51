import type { Removal } from '../app/removal.ts';
import type { Category } from '../core/category.ts';
import { quotable } from '../core/text.ts';
import type { IntegrationColumns } from '../db/stores/codec.ts';
import { type Data, manyOf, type View } from '../output/view.ts';
import { providerOfType } from '../providers/index.ts';

export const removedKeys = ['category', 'id', 'displayName'];

export function removalData({ category, row: { id, displayName } }: Removal): Data {
  return { category: category.name, id, displayName };
}

const mostLines = 20;

/** What is to be removed, for a person to look over. */
export function removalLines(removals: readonly Removal[]): string[] {
  const told = removals.slice(0, mostLines).map(({ category, row }) => ({
    category: category.name,
    name: quotable(row.displayName),
    provider: titleOf(category, row),
  }));
  const width = (key: 'category' | 'name') => Math.max(...told.map((each) => each[key].length));
  const lines = told.map(
    ({ category, name, provider }) =>
      `  ${category.padEnd(width('category'))}  ${name.padEnd(width('name'))}  ${provider}`,
  );
  return removals.length > mostLines ? [...lines, `  and ${removals.length - mostLines} more`] : lines;
}

/** What a later version made can be removed too. */
function titleOf(category: Category, row: IntegrationColumns): string {
  const type = String(row[category.typeColumn]);
  return providerOfType(category.name, type)?.title ?? quotable(type);
}

/** What was removed, or would be. */
export function removedView(rows: Data[]): View {
  return manyOf(rows, {
    columns: [
      { title: 'Name', text: (data) => quotable(String(data['displayName'])) },
      { title: 'Category', text: (data) => String(data['category']), whole: true },
      { title: 'Id', text: (data) => String(data['id']), whole: true, copied: true },
    ],
    keys: removedKeys,
    name: (data) => String(data['id']),
    empty: 'Nothing.',
  });
}
