import { type Category, categoryList } from '../../src/core/category.ts';
import type { Field, FieldKind } from '../../src/core/field.ts';
import type { Provider } from '../../src/core/provider.ts';
import { capital } from '../../src/core/text.ts';
import { categoryKeys, keyOf } from '../../src/manifest/keys.ts';
import { providersOf } from '../../src/providers/index.ts';

/** The library's types of integrations, as the descriptions of the providers have them. */
export function typesOfIntegrations(): string {
  const parts = categoryList.flatMap((category) => [
    ...providersOf(category.name).flatMap(typesOfProvider),
    ...typesOfCategory(category),
  ]);
  return `${[head, ...parts, manifestType(), typesByCategory()].join('\n\n')}\n`;
}

const head = `// Made of the descriptions in src/providers: npx vitest run --config test/vitest.config.ts test/contract/library-types.test.ts -u

import type { Json, StoredIntegration } from './integration.ts';`;

const typeOfKind: Readonly<Record<FieldKind, string>> = {
  text: 'string',
  url: 'string',
  integer: 'number',
  boolean: 'boolean',
  list: 'string[]',
  map: 'Record<string, string>',
  json: '{ [key: string]: Json }',
  date: 'string',
  reference: 'string',
  token: 'string',
  'private-key': 'string',
};

const isKept = ({ required, emptiable }: Field) => required && !emptiable;
const nullable = (field: Field) => `${typeOfKind[field.kind]}${isKept(field) ? '' : ' | null'}`;
/** Stands in what every integration has. */
const isCommon = ({ name }: Field) => name === 'displayName' || name === 'credentialExpiresAt';

function pascal(name: string): string {
  return name.split('-').map(capital).join('');
}

function typesOfProvider(provider: Provider): string[] {
  const { category, type, fields } = provider;
  const name = pascal(provider.name);
  const tag = `${category.typeColumn}: '${type}';`;
  const credentials = fields.filter(({ credential }) => credential);
  const stored = fields.filter((field) => !field.credential && !isCommon(field)).flatMap((field) => member(field));
  const shown = credentials.map((field) => `${field.name}: ${isKept(field) ? 'true' : 'boolean'}`).join('; ');
  return [
    declared(`${name}Integration extends StoredIntegration`, [
      tag,
      ...stored,
      ...(category.name === 'pipeline' ? ['lastTriggeredAt: string | null;'] : []),
      '/** Which credentials are set. */',
      `credentials: ${shown === '' ? 'Record<never, boolean>' : `{ ${shown} }`};`,
    ]),
    declared(`${name}Credentials`, [tag, ...credentials.map((field) => `${field.name}: ${nullable(field)};`)]),
    declared(`New${name}`, [tag, ...fields.flatMap((field) => member(field, isKept(field) ? '' : '?')), ...active]),
    declared(`${name}Changes`, [
      `${category.typeColumn}?: '${type}';`,
      ...fields.flatMap((field) => member(field, '?')),
      ...active,
    ]),
    ...(credentials.length === 0
      ? []
      : [
          declared(`${name}Rotation`, [
            `${category.typeColumn}?: '${type}';`,
            ...fields
              .filter((field) => field.credential || field.name === 'credentialExpiresAt')
              .flatMap((field) => member(field, '?')),
          ]),
        ]),
    declared(`${name}Item`, [
      'name: string;',
      `type: '${provider.name}';`,
      'active?: boolean;',
      ...fields.filter(({ name }) => name !== 'displayName').flatMap((field) => item(field)),
    ]),
  ];
}

const active = ['isActive?: boolean;'];

function declared(head: string, members: readonly string[]): string {
  return `export interface ${head} {\n${members.map((line) => `  ${line}`).join('\n')}\n}`;
}

function member(field: Field, mark = ''): string[] {
  return [`/** ${doc(field)} */`, `${field.name}${mark}: ${nullable(field)};`];
}

/** As a manifest has it, where what is there may be left out. */
function item(field: Field): string[] {
  const type = field.credential ? "Source | 'keep'" : field.kind === 'reference' ? 'string' : typeOfKind[field.kind];
  return [`${keyOf(field)}?: ${type}${isKept(field) ? '' : ' | null'};`];
}

function doc({
  label,
  help,
  helpInJson,
  kind,
  example,
  credential,
  whereToGet,
  permissions,
  references,
  insteadOf,
}: Field): string {
  const sentences = [
    helpInJson ?? (help || label),
    references && `Its id or its name`,
    insteadOf && `Or ${insteadOf}`,
    example !== undefined && !credential && kind !== 'json' && `Such as \`${example}\``,
    whereToGet && `From: ${whereToGet}`,
    permissions && `Allowed to: ${permissions}`,
  ];
  return sentences
    .filter(Boolean)
    .map((sentence) => `${String(sentence).replace(/\.$/, '')}.`)
    .join(' ');
}

const kinds = ['Integration', 'Credentials', 'Item'] as const;

function typesOfCategory({ name }: Category): string[] {
  const named = (among: readonly Provider[]) => among.map((provider) => pascal(provider.name));
  const providers = named(providersOf(name));
  const withCredentials = providersOf(name).filter(({ fields }) => fields.some(({ credential }) => credential));
  const own = pascal(name);
  return [
    ...kinds.map((kind) => `export type ${own}${kind} = ${providers.map((each) => `${each}${kind}`).join(' | ')};`),
    `export type New${own} = ${providers.map((each) => `New${each}`).join(' | ')};`,
    `export type ${own}Changes = ${providers.map((each) => `${each}Changes`).join(' | ')};`,
    `export type ${own}Rotation = ${named(withCredentials)
      .map((each) => `${each}Rotation`)
      .join(' | ')};`,
  ];
}

function manifestType(): string {
  const lists = categoryList.map(({ name }) => `${categoryKeys[name]}?: readonly ${pascal(name)}Item[];`);
  return [
    '/** Where a manifest says that a credential stands. */',
    `export type Source = ${['env', 'file', 'value'].map((kind) => `\`${kind}:\${string}\``).join(' | ')};`,
    '',
    declared('Manifest', lists),
  ].join('\n');
}

function typesByCategory(): string {
  const members = categoryList.flatMap(({ name }) => {
    const own = pascal(name);
    const types = ['integration', 'credentials', 'changes', 'rotation'].map(
      (kind) => `${kind}: ${own}${capital(kind)};`,
    );
    return [`${name}: {`, ...[`new: New${own};`, ...types].map((line) => `  ${line}`), '};'];
  });
  return `/** By category. */\n${declared('IntegrationTypes', members)}`;
}
