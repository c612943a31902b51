import { type Category, categoryList } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import type { Field, FieldKind, Json } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { quotable, shellWord } from '../../core/text.ts';
import { fromStored, toStored } from '../../core/time.ts';
import { providerOfType, providersOf } from '../../providers/index.ts';

export type StoredValue = Json;

export type VerificationStatus = 'NOT_VERIFIED' | 'VALID' | 'INVALID' | 'EXPIRED';

export const verificationStatuses: readonly VerificationStatus[] = ['NOT_VERIFIED', 'VALID', 'INVALID', 'EXPIRED'];

/** What every reading of a row has: booleans, parsed JSON, times as `2026-12-31T00:00:00Z`. */
export interface IntegrationColumns {
  id: string;
  tenantId: string;
  displayName: string;
  verificationStatus: VerificationStatus;
  lastVerifiedAt: string | null;
  verificationError: string | null;
  credentialExpiresAt: string | null;
  isActive: boolean;
  configuredByAccountId: string;
  createdAt: string;
  updatedAt: string;
  [column: string]: StoredValue;
}

/** Tells the two readings of a row apart; no value has it. */
declare const credentials: unique symbol;

/** A whole row: each credential as it is stored, sealed. */
export type Integration = IntegrationColumns & { readonly [credentials]?: 'sealed' };

/** A row of a list: a credential is `true` where it is set; its value is not read. */
export type ListedIntegration = IntegrationColumns & { readonly [credentials]?: 'whether set' };

/** The columns of a verdict: it is observed, and no change that somebody makes. */
export const observed: ReadonlySet<string> = new Set(['verificationStatus', 'lastVerifiedAt', 'verificationError']);

export interface Codec {
  readonly columns: readonly string[];
  readonly sealed: ReadonlySet<string>;
  readonly maps: ReadonlySet<string>;
  decode(row: Record<string, unknown>): IntegrationColumns;
  encode(row: Record<string, StoredValue>): Record<string, StoredValue>;
}

const codecs = new WeakMap<Category, Codec>();

/** How a category's rows are written and read; its columns are those of its providers' fields. */
export function codecOf(category: Category): Codec {
  const known = codecs.get(category) ?? createCodec(category);
  codecs.set(category, known);
  return known;
}

const converters: Partial<
  Record<FieldKind, readonly [decode: (value: unknown) => StoredValue, encode: (value: StoredValue) => StoredValue]>
> = {
  boolean: [(value) => (value === null ? null : Boolean(value)), (value) => (value === null ? null : Number(value))],
  date: [
    (value) => (value === null ? null : fromStored(String(value))),
    (value) => (value === null ? null : toStored(String(value))),
  ],
  // The ids of a host may be numbers.
  reference: [(value) => (value === null ? null : String(value)), (value) => value],
  list: [parsed, stringified],
  map: [parsed, stringified],
  json: [parsed, stringified],
};

const ownColumns: readonly (readonly [string, FieldKind])[] = [
  ['verificationStatus', 'text'],
  ['lastVerifiedAt', 'date'],
  ['verificationError', 'text'],
  ['isActive', 'boolean'],
  ['configuredByAccountId', 'reference'],
  ['createdAt', 'date'],
  ['updatedAt', 'date'],
];

function createCodec(category: Category): Codec {
  const fields = new Map<string, Field>(
    providersOf(category.name).flatMap(({ fields }) => fields.map((field) => [field.name, field])),
  );
  const kinds = new Map<string, FieldKind>([
    ['id', 'text'],
    ['tenantId', 'reference'],
    [category.typeColumn, 'text'],
    ...[...fields.values()].map(({ name, kind }) => [name, kind] as const),
    ...(category.name === 'pipeline' ? [['lastTriggeredAt', 'date'] as const] : []),
    ...ownColumns,
  ]);
  const converted = [...kinds].flatMap(([name, kind]) => {
    const converter = converters[kind];
    return converter ? [[name, ...converter] as const] : [];
  });
  return {
    columns: [...kinds.keys()],
    maps: new Set([...fields.values()].filter(({ kind }) => kind === 'map').map(({ name }) => name)),
    sealed: new Set([...fields.values()].filter(({ credential }) => credential).map(({ name }) => name)),
    decode(row) {
      for (const [name, decode] of converted) if (row[name] !== undefined) row[name] = decode(row[name]);
      return row as IntegrationColumns;
    },
    encode(row) {
      const encoded = { ...row };
      for (const [name, , encode] of converted) {
        const value = encoded[name];
        if (value !== undefined) encoded[name] = encode(value);
      }
      return encoded;
    },
  };
}

function parsed(value: unknown): StoredValue {
  return typeof value === 'string' ? (JSON.parse(value) as Json) : ((value as Json) ?? null);
}

function stringified(value: StoredValue): StoredValue {
  return value === null ? null : JSON.stringify(value);
}

/** The provider of a row. @throws AppError SCHEMA_OUTDATED where the type is not known: another program wrote it */
export function providerOf(
  category: Category,
  row: Pick<IntegrationColumns, 'id' | 'tenantId' | 'displayName'> & { readonly [column: string]: StoredValue },
): Provider {
  const type = String(row[category.typeColumn]);
  const provider = providerOfType(category.name, type);
  if (provider) return provider;
  const name = quotable(row.displayName);
  throw new AppError(
    'SCHEMA_OUTDATED',
    `the ${category.noun} "${name}" (${quotable(row.id)}) is of a type that this version does not know: "${quotable(type)}"`,
    { hint: strangerRemedy(category, row), details: { id: row.id, type } },
  );
}

/** What to do about a row of a type that is not known. */
export function strangerRemedy({ name }: Category, { id, tenantId }: { id: string; tenantId: string }): string {
  return `Install a version that knows the type, or: integrations ${name} remove ${shellWord(id)} --tenant ${shellWord(tenantId)}`;
}

/** The category of a row, which alone has the column of its type. */
export function categoryOf(row: { readonly [column: string]: StoredValue }): Category {
  const category = categoryList.find(({ typeColumn }) => row[typeColumn] !== undefined);
  if (!category) throw new Error('a row without a type');
  return category;
}

/** Whether the end of its credential is what the provider told, and no setting of anybody's. */
export function isEndTold(provider: Provider, { lastVerifiedAt }: Pick<Integration, 'lastVerifiedAt'>): boolean {
  return provider.tellsExpiry && lastVerifiedAt !== null;
}
