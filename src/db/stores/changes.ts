import type { Category } from '../../core/category.ts';
import type { FieldValues } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { Secret } from '../../core/secret.ts';
import type { Sealer } from '../../crypto/seal.ts';
import type { Integration, StoredValue } from './codec.ts';

/** Values as they are stored in the row of that id: credentials sealed for their place. */
export function sealedValues(
  category: Category,
  id: string,
  values: FieldValues,
  sealer: Sealer,
): Record<string, StoredValue> {
  const entries = Object.entries(values).flatMap(([column, value]) => {
    if (value === undefined) return [];
    return [
      [column, value instanceof Secret ? sealer.seal(value, { table: category.table, column, id }) : value] as const,
    ];
  });
  return Object.fromEntries(entries);
}

/** The changes, and what they undo: a verdict holds only for what it was reached with. */
export function withReset(
  provider: Provider,
  found: Integration,
  changes: Record<string, StoredValue>,
): Record<string, StoredValue> {
  const checked = provider.fields.some(({ name, checked }) => checked && name in changes);
  if (!checked) return changes;
  const toldByProvider = provider.tellsExpiry && found.lastVerifiedAt !== null && !('credentialExpiresAt' in changes);
  return {
    ...changes,
    verificationStatus: 'NOT_VERIFIED',
    lastVerifiedAt: null,
    verificationError: null,
    ...(toldByProvider ? { credentialExpiresAt: null } : {}),
  };
}
