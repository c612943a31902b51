import type { Category } from '../core/category.ts';
import { type AppError, invalid } from '../core/error.ts';
import { type Field, type FieldValues, readFields } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { quotable, sentenceList } from '../core/text.ts';
import { type Integration, providerOf } from '../db/stores/codec.ts';
import type { IntegrationStore } from '../db/stores/integration.ts';
import { providersOf } from '../providers/index.ts';
import type { TenantScope } from './scope.ts';

/** What a program says of an integration, by column: a credential as its text, what a pipeline uses by id or name. */
export type Given = Readonly<Record<string, unknown>>;

/** What was read of it. */
export interface ReadInput {
  values: FieldValues;
  isActive: boolean | undefined;
}

/** How a value of a field names what a pipeline uses. @throws AppError where it names nothing in the store's tenant */
export type FindLinked = (
  store: IntegrationStore,
  ref: string,
  told: { tenantName: string; field: Field },
) => Promise<Integration>;

/** The provider of an integration that is to be made. @throws AppError VALIDATION */
export function providerGiven(category: Category, given: Given): Provider {
  const known = providersOf(category.name);
  const provider = known.find(({ type }) => type === given[category.typeColumn]);
  if (provider) return provider;
  const types = sentenceList(
    known.map(({ type }) => type),
    'or',
  );
  throw invalid(`${category.typeColumn} must be ${types}`, { field: category.typeColumn });
}

/** @throws AppError VALIDATION where what is given for a row names another type than its own */
export function refuseOtherType(category: Category, found: Integration, given: Given): void {
  const { typeColumn } = category;
  if (given[typeColumn] === undefined || given[typeColumn] === found[typeColumn]) return;
  throw invalid(`the type of an integration does not change: it is ${providerOf(category, found).type}`, {
    field: typeColumn,
  });
}

/**
 * Reads values as their fields do.
 * @param names the fields that may be given; all of the provider's where it is not said
 * @throws AppError VALIDATION naming the first that does not fit, and what `findLinked` throws
 */
export async function readInput(
  { stores, tenant, deps }: TenantScope,
  provider: Provider,
  given: Given,
  findLinked: FindLinked,
  names = [...provider.fields.map(({ name }) => name), 'isActive'],
): Promise<ReadInput> {
  const { isActive, ...others } = without(given, provider.category.typeColumn);
  const unknown = Object.keys(others).find((key) => !names.includes(key));
  if (unknown !== undefined) throw unknownField(provider, unknown, names);
  if (isActive !== undefined && typeof isActive !== 'boolean') {
    throw invalid('isActive must be true or false', { field: 'isActive' });
  }
  const inputs: Record<string, unknown> = {};
  for (const field of provider.fields) {
    const value = others[field.name];
    if (value === undefined) continue;
    const told = { tenantName: tenant.displayName ?? tenant.id, field };
    const isRef = field.references !== undefined && typeof value === 'string';
    inputs[field.name] = isRef ? (await findLinked(stores[field.references], value, told)).id : value;
  }
  return { values: readFields(provider.fields, inputs, deps.warn), isActive };
}

/** What is given, but for what is undefined: that is as if it were not there. */
function without(given: Given, column: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([key, value]) => key !== column && value !== undefined));
}

function unknownField(provider: Provider, key: string, names: readonly string[]): AppError {
  return invalid(`"${quotable(key)}" cannot be given for ${provider.title}`, {
    field: quotable(key),
    hint: `There are ${sentenceList(names)}.`,
  });
}
