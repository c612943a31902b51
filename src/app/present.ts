import type { Category } from '../core/category.ts';
import type { FieldValues, Json, JsonObject } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { type IntegrationColumns, providerOf } from '../db/stores/codec.ts';
import { providersOf } from '../providers/index.ts';

/** Credentials that are shown by their values, by column; without it only whether they are set. */
export type Revealed = Readonly<Record<string, string | null>>;

const ownKeys = [
  'verificationStatus',
  'lastVerifiedAt',
  'verificationError',
  'credentialExpiresAt',
  'isActive',
  'configuredByAccountId',
  'createdAt',
  'updatedAt',
] as const;

interface Shape {
  plain: string[];
  credentials: string[];
}

const shapes = new WeakMap<Provider, Shape>();

/** An integration as scripts see it: its provider's own columns, and of each credential whether it is set. */
export function present(category: Category, row: IntegrationColumns, revealed?: Revealed): JsonObject {
  const { plain, credentials } = shapeOf(category, providerOf(category, row));
  const data: JsonObject = {};
  for (const key of plain) data[key] = row[key] ?? null;
  const shown: Record<string, Json> = {};
  for (const key of credentials) shown[key] = revealed ? (revealed[key] ?? null) : Boolean(row[key]);
  data['credentials'] = shown;
  for (const key of ownKeys) data[key] = row[key];
  return data;
}

/** Every key that an integration of the category may have. */
export function keysOf(category: Category): string[] {
  const shapesOfAll = providersOf(category.name).map((provider) => shapeOf(category, provider));
  return [...new Set([...shapesOfAll.flatMap(({ plain }) => plain), 'credentials', ...ownKeys])];
}

function shapeOf(category: Category, provider: Provider): Shape {
  const known = shapes.get(provider);
  if (known) return known;
  const fields = provider.fields.filter(({ name }) => name !== 'credentialExpiresAt' && name !== 'displayName');
  const shape = {
    plain: [
      'id',
      'tenantId',
      category.typeColumn,
      'displayName',
      ...fields.filter(({ credential }) => !credential).map(({ name }) => name),
      ...(category.name === 'pipeline' ? ['lastTriggeredAt'] : []),
    ],
    credentials: fields.filter(({ credential }) => credential).map(({ name }) => name),
  };
  shapes.set(provider, shape);
  return shape;
}

/** What a row holds, by column; a credential that is set stands as `true`. */
export function storedValues(provider: Provider, row: IntegrationColumns): FieldValues {
  const entries = provider.fields.map(
    ({ name, credential }) => [name, credential && row[name] !== null ? true : (row[name] ?? null)] as const,
  );
  return Object.fromEntries(entries) as FieldValues;
}
