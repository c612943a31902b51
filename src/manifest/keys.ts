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
export function keyOf({ name, kind, references }: Pick<Field, 'name' | 'kind' | 'references'>): string {
  if (name === 'displayName') return 'name';
  return kind === 'reference' && references !== undefined ? references : name;
}
