import { type Category, categories } from '../core/category.ts';
import type { Field, FieldKind } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { capital } from '../core/text.ts';
import { verificationStatuses } from '../db/stores/codec.ts';
import { fieldSchema, type Giving, neededForNew } from '../manifest/schema.ts';
import { providersOf } from '../providers/index.ts';
import type { Schema } from './route.ts';

const time: Schema = { type: 'string', format: 'date-time' };
const timeOrNull: Schema = { type: ['string', 'null'], format: 'date-time' };

/** A credential goes in as it is, and never comes out. */
const given: Giving = {
  schema: {
    type: 'string',
    minLength: 1,
    writeOnly: true,
    not: { pattern: '^(env|file|value):' },
    examples: ['the-credential-itself'],
  },
  words: 'The credential itself',
  needed: '',
};

/** In a manifest, where it may be left as it is too. A server reads no variable and no file for whoever asks. */
export const bySource: Giving = {
  schema: { type: 'string', pattern: '^(value:[\\s\\S]+|keep)$', writeOnly: true, examples: ['value:TEXT', 'keep'] },
  words: 'value:TEXT, or keep',
  needed: neededForNew,
};

const isKept = ({ required, emptiable }: Field) => required && !emptiable;

function pascal(name: string): string {
  return name.split('-').map(capital).join('');
}

function object(title: string, properties: Schema, required: readonly string[]): Schema {
  return { title, type: 'object', required: [...required], additionalProperties: false, properties };
}

/** One of them, told apart by the type that each has. */
function oneOf(title: string, { typeColumn }: Category, schemas: Schema[]): Schema {
  return { title, type: 'object', required: [typeColumn], discriminator: { propertyName: typeColumn }, oneOf: schemas };
}

/** What is to be given for a new integration of a category. */
export function newSchema(category: Category): Schema {
  const schemas = providersOf(category.name).map((provider) => {
    const { typeColumn } = category;
    const fields = Object.fromEntries(provider.fields.map((field) => [field.name, newField(field)]));
    const properties = { [typeColumn]: { const: provider.type }, ...fields, isActive: active };
    const needed = provider.fields.filter(({ required }) => required).map(({ name }) => name);
    return object(`New${pascal(provider.name)}`, properties, [typeColumn, ...needed]);
  });
  return oneOf(`New${pascal(category.name)}`, category, schemas);
}

/** What may be changed of one: which fields its provider has is told once it is known which one it is. */
export function changesSchema(category: Category): Schema {
  return object(
    `${pascal(category.name)}Changes`,
    { [category.typeColumn]: typeOf(category), ...changedFields(category, () => true), isActive: active },
    [],
  );
}

/** Its credentials, and when they end. */
export function rotationSchema(category: Category): Schema {
  const isRotated = ({ name, credential }: Field) => credential || name === 'credentialExpiresAt';
  return object(
    `${pascal(category.name)}Rotation`,
    { [category.typeColumn]: typeOf(category), ...changedFields(category, isRotated) },
    [],
  );
}

const active: Schema = { type: 'boolean', description: 'Whether it is switched on' };

export function typeOf({ name }: Category): Schema {
  return { type: 'string', enum: providersOf(name).map(({ type }) => type) };
}

/** Of all providers of a category. What several have is described once, or as each of them means it. */
function changedFields({ name }: Category, isTaken: (field: Field) => boolean): Schema {
  const told = new Map<string, { schema: Schema; titles: Map<string, string[]> }>();
  for (const { title, fields } of providersOf(name)) {
    for (const field of fields.filter(isTaken)) {
      const schema = givenField(field);
      const titles = told.get(field.name)?.titles ?? new Map<string, string[]>();
      const words = String(schema['description']);
      titles.set(words, [...(titles.get(words) ?? []), title]);
      told.set(field.name, { schema, titles });
    }
  }
  return Object.fromEntries(
    [...told].map(([field, { schema, titles }]) => [field, { ...schema, description: wordsOf(titles) }]),
  );
}

function wordsOf(titles: ReadonlyMap<string, readonly string[]>): string {
  const [only, ...others] = titles.keys();
  if (only !== undefined && others.length === 0) return only;
  return [...titles].map(([words, of]) => `${of.join(', ')}: ${words}`).join('. ');
}

/** What is absent from a change has no default: it stays as it is. */
function givenField(field: Field): Schema {
  const { default: _, ...schema } = fieldSchema(field, given);
  return field.references ? { ...schema, examples: [idIn(categories[field.references])] } : schema;
}

/** Generators of clients take what has a default for something that is always there, so that it stands in words. */
function newField(field: Field): Schema {
  const schema = givenField(field);
  if (field.default === undefined) return schema;
  return { ...schema, description: `${String(schema['description'])}. Where it is absent: ${field.default}` };
}

/** An invented one. */
function idIn({ idPrefix }: Category): string {
  return `${idPrefix}_0193f6c017ad7b2f9c3e5d8a1b4f6e20`;
}

/** The id that a page of a list ended with. Another text would end the list early, wherever it sorts. */
export function afterSchema(category: Category): Schema {
  return {
    type: 'string',
    pattern: `^${category.idPrefix}_[0-9A-Za-z_-]+$`,
    description: 'The id that the last page ended with',
    examples: [idIn(category)],
  };
}

/** An integration as it is told. */
export function integrationSchema(category: Category): Schema {
  const schemas = providersOf(category.name).map((provider) => shownSchema(category, provider));
  return oneOf(`${pascal(category.name)}Integration`, category, schemas);
}

function shownSchema(category: Category, provider: Provider): Schema {
  const credentials = provider.fields.filter(({ credential }) => credential);
  const plain = provider.fields.filter(
    ({ name, credential }) => !credential && name !== 'displayName' && name !== 'credentialExpiresAt',
  );
  const properties: Schema = {
    id: { type: 'string', examples: [idIn(category)] },
    tenantId: { type: 'string', examples: ['0193f6bf-1c7e-7d40-8a5f-6b1d9e2c4a70'] },
    [category.typeColumn]: { const: provider.type },
    displayName: { type: 'string', examples: ['mobile'] },
    ...Object.fromEntries(plain.map((field) => [field.name, shownField(field)])),
    ...(category.name === 'pipeline' ? { lastTriggeredAt: timeOrNull } : {}),
    credentials: {
      type: 'object',
      description: 'Which credentials are set',
      required: credentials.map(({ name }) => name),
      additionalProperties: false,
      properties: Object.fromEntries(credentials.map(({ name }) => [name, { type: 'boolean' }])),
    },
    verificationStatus: { type: 'string', enum: [...verificationStatuses] },
    lastVerifiedAt: timeOrNull,
    verificationError: { type: ['string', 'null'] },
    credentialExpiresAt: timeOrNull,
    isActive: { type: 'boolean' },
    configuredByAccountId: { type: 'string', examples: ['ops'] },
    createdAt: time,
    updatedAt: time,
  };
  return object(`${pascal(provider.name)}Integration`, properties, Object.keys(properties));
}

const types: Readonly<Record<FieldKind, Schema>> = {
  text: { type: 'string' },
  url: { type: 'string' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  list: { type: 'array', items: { type: 'string' } },
  map: { type: 'object', additionalProperties: { type: 'string' } },
  json: { type: 'object' },
  date: { type: 'string', format: 'date-time' },
  reference: { type: 'string' },
  token: { type: 'string' },
  'private-key': { type: 'string' },
};

function shownField(field: Field): Schema {
  const type = types[field.kind];
  const nullable = isKept(field) ? {} : { type: [type['type'] as string, 'null'] };
  const { examples } = givenField(field);
  return {
    description: field.helpInJson ?? (field.help || field.label),
    ...type,
    ...nullable,
    ...(examples ? { examples } : {}),
  };
}
