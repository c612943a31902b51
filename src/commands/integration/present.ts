import type { Category } from '../../core/category.ts';
import type { FieldValues, Json } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { quotable } from '../../core/text.ts';
import { type Integration, providerOf } from '../../db/stores/codec.ts';
import { cell } from '../../output/render.ts';
import type { Column, Data, OneView, Tone } from '../../output/view.ts';
import { providerOfType, providersOf } from '../../providers/index.ts';

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
export function present(category: Category, row: Integration, revealed?: Revealed): Data {
  const { plain, credentials } = shapeOf(category, providerOf(category, row));
  const data: Data = {};
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

/** The columns of a list for people: what tells integrations apart. */
export function listColumns(category: Category): Column[] {
  return [
    { title: 'Name', text: (data) => quotable(cell(data['displayName']), 255) },
    { title: 'Type', text: (data) => providerShown(category, data)?.name ?? '', whole: true, spare: 2 },
    {
      title: category.listTitle,
      text: (data) => {
        const value = data[providerShown(category, data)?.listField ?? ''];
        return quotable(Array.isArray(value) ? value.join(', ') : cell(value), 255);
      },
      spare: 1,
    },
    {
      title: 'Status',
      text: (data) => `${cell(data['verificationStatus'])}${data['isActive'] ? '' : ', off'}`,
      tone: (data) => toneOf(data['verificationStatus']),
      whole: true,
    },
    { title: 'Id', text: (data) => cell(data['id']), whole: true },
  ];
}

function toneOf(status: Json | undefined): Tone | undefined {
  if (status === 'VALID') return 'green';
  return status === 'INVALID' || status === 'EXPIRED' ? 'red' : undefined;
}

function providerShown(category: Category, data: Data): Provider | undefined {
  return providerOfType(category.name, String(data[category.typeColumn]));
}

/** One integration, for people line by line. `named` tells the names of the integrations that it refers to, by id. */
export function oneIntegration(
  category: Category,
  row: Integration,
  { revealed, named = {} }: { revealed?: Revealed; named?: Readonly<Record<string, string>> } = {},
): OneView {
  const provider = providerOf(category, row);
  const data = present(category, row, revealed);
  const shown = data['credentials'] as Record<string, Json>;
  const fields = provider.fields
    .filter(({ name }) => name !== 'displayName' && name !== 'credentialExpiresAt')
    .map(
      ({ name, label, credential, kind }) =>
        [
          label,
          credential
            ? credentialText(shown[name])
            : kind === 'map'
              ? mapText(data[name])
              : text(named[String(data[name])] ?? data[name]),
        ] as const,
    );
  return {
    kind: 'one',
    data,
    name: row.id,
    lines: [
      ['Name', quotable(row.displayName, 255)],
      ['Id', row.id],
      ['Type', provider.title],
      ...fields,
      ['Active', row.isActive ? 'yes' : 'no'],
      ['Status', row.verificationStatus, toneOf(row.verificationStatus)],
      ['Reason', text(row.verificationError)],
      ['Verified', text(row.lastVerifiedAt)],
      ['Credential ends', text(row.credentialExpiresAt)],
      ['Set up by', row.configuredByAccountId],
      ['Created', text(row.createdAt)],
      ['Changed', text(row.updatedAt)],
    ],
  };
}

function credentialText(value: Json | undefined): string {
  if (typeof value === 'string') return value.trimEnd();
  return value === true ? 'set' : 'not set';
}

function mapText(value: Json | undefined): string {
  if (typeof value !== 'object' || value === null) return text(value);
  return Object.entries(value)
    .map(([name, each]) => `${name}=${quotable(cell(each), 4096)}`)
    .join('\n');
}

function text(value: Json | undefined): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return quotable(value.join(', '), 4096);
  return quotable(cell(value), 4096);
}

/** What a row holds, by column; a credential that is set stands as `true`. */
export function storedValues(provider: Provider, row: Integration): FieldValues {
  const entries = provider.fields.map(
    ({ name, credential }) => [name, credential && row[name] !== null ? true : (row[name] ?? null)] as const,
  );
  return Object.fromEntries(entries) as FieldValues;
}

/** A new integration as its verification sees it. */
export function blankRow({ category, type }: Provider, tenantId: string, values: FieldValues): Integration {
  return {
    id: '',
    displayName: String(values['displayName'] ?? ''),
    configuredByAccountId: '',
    [category.typeColumn]: type,
    verificationStatus: 'NOT_VERIFIED',
    lastVerifiedAt: null,
    verificationError: null,
    credentialExpiresAt: null,
    isActive: true,
    createdAt: '',
    updatedAt: '',
    tenantId,
  };
}
