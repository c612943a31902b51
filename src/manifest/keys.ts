import { type CategoryName, categoryList } from '../core/category.ts';
import type { Field } from '../core/field.ts';

/** The key of a document that holds the integrations of a category. */
export const categoryKeys: Readonly<Record<CategoryName, string>> = {
  scm: 'scm',
  target: 'targets',
  pipeline: 'pipelines',
  communication: 'communication',
  ticket: 'tickets',
};

export function categoryOfKey(key: string): CategoryName | undefined {
  return categoryList.find(({ name }) => categoryKeys[name] === key)?.name;
}

/** The key of a field in a manifest: its column, but for the name and for what a pipeline uses. */
export function keyOf({ name, references }: Pick<Field, 'name' | 'references'>): string {
  if (name === 'displayName') return 'name';
  return references ?? name;
}

/** What could be meant; the key itself is not repeated. */
export function unknownKey(known: readonly string[], key: string): string {
  const [nearest] = [...known].sort((a, b) => inCommon(b, key) - inCommon(a, key));
  const isNear = nearest !== undefined && inCommon(nearest, key) * 4 >= Math.max(nearest.length, key.length) * 3;
  return isNear
    ? `this key is not known; perhaps ${nearest}`
    : `this key is not known here; there are ${known.join(', ')}`;
}

/** How many characters two keys begin and end with alike. */
function inCommon(known: string, key: string): number {
  const [a, b] = [known.toLowerCase(), key.toLowerCase()];
  const most = Math.min(a.length, b.length);
  let [start, end] = [0, 0];
  while (start < most && a[start] === b[start]) start += 1;
  while (end < most - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return start + end;
}
