import type { Category, CategoryName } from '../../core/category.ts';

/** No two rows of a tenant agree in all these columns. */
export interface UniqueRule {
  columns: readonly string[];
  /** The rule in words, such as `a tenant has one target integration of each type`. */
  rule: string;
}

/** The rules of the schema beside that of the name. Their columns are ASCII and fold case. */
export const uniqueRules: Readonly<Record<CategoryName, readonly UniqueRule[]>> = {
  scm: [
    { columns: ['scmType', 'organization'], rule: 'a tenant has one SCM integration for each type and organization' },
  ],
  target: [{ columns: ['targetType'], rule: 'a tenant has one target integration of each type' }],
  pipeline: [],
  communication: [],
  ticket: [],
};

export function nameRule(category: Category): UniqueRule {
  return { columns: ['displayName'], rule: `a name is unique among the ${category.noun}s of a tenant` };
}

/** What no two rows of a tenant agree in, beside the name; undefined where the table has no such key. */
export function uniqueKey(category: CategoryName, values: Readonly<Record<string, unknown>>): string | undefined {
  const [rule] = uniqueRules[category];
  if (!rule?.columns.every((column) => typeof values[column] === 'string')) return undefined;
  return rule.columns.map((column) => String(values[column]).toLowerCase()).join(' ');
}
