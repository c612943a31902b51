import { categoryList } from '../core/category.ts';
import type { Field, FieldKind, Json } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { providersOf } from '../providers/index.ts';
import { summaries } from '../providers/summaries.ts';
import { categoryKeys, keyOf } from './keys.ts';

export type Schema = { [key: string]: Json };

/** The JSON Schema (draft 7, which editors know best) of one document of a manifest. */
export function manifestSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Manifest of integrations',
    description: "One tenant's integrations, as plan and apply read them",
    type: 'object',
    required: ['tenant'],
    additionalProperties: false,
    patternProperties: { '^x-': { description: 'What documents share, for "<<" and aliases' } },
    properties: {
      tenant: { type: 'string', minLength: 1, description: 'Name or id of the tenant' },
      ...Object.fromEntries(
        categoryList.map(({ name }) => [
          categoryKeys[name],
          {
            type: 'array',
            description: summaries[name],
            items: { oneOf: providersOf(name).map((provider) => itemSchema(provider, bySource)) },
          },
        ]),
      ),
    },
  };
}

/** An integration of a manifest. */
export function itemSchema(provider: Provider, credential: Giving): Schema {
  const fields = provider.fields.map((field) => [keyOf(field), fieldSchema(field, credential)] as const);
  const [name, ...others] = fields;
  return {
    title: provider.title,
    type: 'object',
    required: ['name', 'type'],
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(name ? [name] : []),
      type: { const: provider.name },
      ...Object.fromEntries(others),
      active: { type: 'boolean', default: true, description: 'Whether it is switched on' },
    },
  };
}

/** A credential is named by where it stands. */
const source: Schema = {
  type: 'string',
  pattern: '^(env:(?!INTEGRATIONS_)[A-Za-z_][A-Za-z0-9_]*|file:.+|value:[\\s\\S]+|keep)$',
};

/** How a credential is given, and the sentence that says so. */
export interface Giving {
  schema: Schema;
  words: string;
  /** What is said of a field that a new integration needs. */
  needed: string;
}

export const neededForNew = 'Needed for a new integration';

const bySource: Giving = {
  schema: source,
  words: 'env:NAME, file:PATH, keep, or on standard input value:TEXT',
  needed: neededForNew,
};

const types: Readonly<Record<Exclude<FieldKind, 'token' | 'private-key'>, Schema>> = {
  text: { type: 'string', minLength: 1 },
  url: { type: 'string', minLength: 1 },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  list: { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
  map: { type: 'object', additionalProperties: { type: 'string' } },
  json: { type: 'object' },
  date: { type: 'string' },
  reference: { type: 'string', minLength: 1 },
};

/** What may be given for a field. */
export function fieldSchema(field: Field, credential: Giving): Schema {
  const type = field.kind === 'token' || field.kind === 'private-key' ? credential.schema : types[field.kind];
  const canClear = field.kind !== 'reference' && (!field.required || field.emptiable);
  return {
    title: field.label,
    description: descriptionOf(field, credential),
    ...(field.example === undefined || field.kind === 'json' || field.kind === 'map'
      ? {}
      : { examples: [exampleOf(field, field.example)] }),
    ...type,
    ...(field.inWords ? { minItems: 0 } : {}),
    ...(canClear ? { type: [type['type'] as string, 'null'] } : {}),
    ...(field.default === undefined ? {} : { default: field.default }),
  };
}

function descriptionOf(
  { help, helpInJson, label, required, credential, whereToGet, permissions }: Field,
  { words, needed }: Giving,
): string {
  return [
    helpInJson ?? (help || label),
    required ? needed : '',
    credential ? words : '',
    whereToGet ? `Where to get it: ${whereToGet}` : '',
    permissions ? `Permissions: ${permissions}` : '',
  ]
    .filter(Boolean)
    .join('. ');
}

function exampleOf({ kind }: Field, example: string): Json {
  if (kind === 'integer') return Number(example);
  return kind === 'list' ? [example] : example;
}
