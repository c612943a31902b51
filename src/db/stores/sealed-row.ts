import { boundValues } from '../../core/audience.ts';
import type { FieldValues } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { Secret } from '../../core/secret.ts';
import type { Sealed, Sealer } from '../../crypto/seal.ts';
import { codecOf, type IntegrationColumns, observed, type StoredValue } from './codec.ts';

declare const sealed: unique symbol;

/** Columns as they are to be stored, each credential among them sealed for its row. Only `sealValues` makes them. */
export type SealedValues = Readonly<Record<string, StoredValue>> & { readonly [sealed]: true };

/** A new row, as it is to be stored. Only `sealNew` makes one. */
export type NewIntegration = SealedValues & { readonly id: string; readonly displayName: string };

/**
 * Values as they are stored in a row, each credential sealed for where the row leads once it has them.
 * @param row as it was read; of a new one its id
 * @param sealer undefined where no credential is among them
 */
export function sealValues(
  provider: Provider,
  row: Pick<IntegrationColumns, 'id'>,
  values: FieldValues,
  sealer: Sealer | undefined,
): SealedValues {
  const { category } = provider;
  const { table } = category;
  const { id } = row;
  const credentials = codecOf(category).sealed;
  const stored: Record<string, StoredValue> = {};
  const whole: FieldValues = boundValues(provider, { ...row, ...values });
  for (const column of Object.keys(values)) {
    const value = whole[column];
    if (value === undefined) continue;
    if (observed.has(column)) throw new Error(`${column} is observed, and not given`);
    if (credentials.has(column) && value !== null) stored[column] = sealedAt(column, value);
    else if (value instanceof Secret) throw new Error(`${column} of ${table} holds no credentials`);
    else stored[column] = value;
  }
  return stored as SealedValues;

  function sealedAt(column: string, value: unknown): Sealed {
    if (value instanceof Secret && sealer) return sealer.seal(value, { table, column, id });
    throw new Error(`${column} of ${table} is stored sealed, and this is not to be sealed`);
  }
}

export function sealNew(
  provider: Provider,
  { id, accountId, values }: { id: string; accountId: string; values: FieldValues },
  sealer: Sealer | undefined,
): NewIntegration {
  const { category, type } = provider;
  const own = { id, displayName: '', configuredByAccountId: accountId, [category.typeColumn]: type };
  return sealValues(provider, { id }, { ...own, ...values }, sealer) as NewIntegration;
}
