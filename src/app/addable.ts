import type { Category } from '../core/category.ts';
import type { Provider } from '../core/provider.ts';
import { capital, quotable } from '../core/text.ts';
import type { IntegrationColumns, StoredValue } from '../db/stores/codec.ts';
import { uniqueKey, uniqueRules } from '../db/stores/unique.ts';
import type { TenantScope } from './scope.ts';

/** Why values cannot be stored beside what a tenant has: a clause such as `there already: "ios"`; undefined where they can. */
export type WhyTaken = (values: Readonly<Record<string, unknown>>) => string | undefined;

/** Of a row the columns of its category's unique key. */
type Unique = Pick<IntegrationColumns, 'displayName'> & { readonly [column: string]: StoredValue };

/** @param rows what the tenant has of the category, without the one that is changed */
export function takenAmong({ name }: Category, rows: readonly Unique[]): WhyTaken {
  const byKey = new Map(rows.map((row) => [uniqueKey(name, row), row.displayName]));
  return (values) => {
    const key = uniqueKey(name, values);
    const taken = key === undefined ? undefined : byKey.get(key);
    return taken === undefined ? undefined : `there already: "${quotable(taken)}"`;
  };
}

/** Those of a tenant, beside the integration that is changed. */
export async function readTaken(
  { stores }: TenantScope,
  { category }: Provider,
  changedId?: string,
): Promise<WhyTaken> {
  const rows: IntegrationColumns[] = [];
  if (uniqueRules[category.name].length > 0) {
    for await (const page of stores[category.name].list({})) rows.push(...page.filter(({ id }) => id !== changedId));
  }
  return takenAmong(category, rows);
}

/** Why a tenant that has these rows takes no further one of a provider; undefined where it does. */
export function whyNoOther({ category, type }: Provider, rows: readonly Unique[]): string | undefined {
  return takenAmong(category, rows)({ [category.typeColumn]: type });
}

/** Whether a value of these columns may be what a rule forbids. */
export function isUniqueColumn({ name }: Category, column: string): boolean {
  return uniqueRules[name].some(({ columns }) => columns.includes(column));
}

/** The rule that such values would break, as a sentence; undefined where the category has none. */
export function ruleOf({ name }: Category): string | undefined {
  const [unique] = uniqueRules[name];
  return unique && `${capital(unique.rule)}.`;
}
