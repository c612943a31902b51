import type { Removal } from '../app/removal.ts';
import { quotable } from '../core/text.ts';
import { type Data, manyOf, type View } from '../output/view.ts';

export const removedKeys = ['category', 'id', 'displayName'];

export function removalData({ category, row: { id, displayName } }: Removal): Data {
  return { category: category.name, id, displayName };
}

const mostLines = 20;

/** What is to be removed, for a person to look over. */
export function removalLines(rows: readonly Data[]): string[] {
  const width = (key: 'category' | 'id') => Math.max(...rows.map((row) => String(row[key]).length));
  const lines = rows.slice(0, mostLines).map((row) => {
    const place = `${String(row['category']).padEnd(width('category'))}  ${String(row['id']).padEnd(width('id'))}`;
    return `  ${place}  ${quotable(String(row['displayName']))}`;
  });
  return rows.length > mostLines ? [...lines, `  and ${rows.length - mostLines} more`] : lines;
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
