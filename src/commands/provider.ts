import { usage } from '../core/error.ts';
import type { Field, Json } from '../core/field.ts';
import type { Bundle, Provider } from '../core/provider.ts';
import { type Data, manyOf, type View } from '../output/view.ts';
import { providers } from '../providers/index.ts';
import type { Command } from './command.ts';

const names = providers.map(({ name }) => name);

export const provider: Command = {
  name: 'provider',
  summary: 'Providers, their fields, and where credentials are made',
  commands: [
    { name: 'list', summary: 'List the providers', examples: ['integrations provider list'], run: async () => list() },
    {
      name: 'show',
      summary: "Show a provider's fields, and where its credentials are made",
      args: [{ name: 'provider', help: 'Name of the provider', required: true, choices: names }],
      examples: [`integrations provider show ${names[0]}`, `integrations provider show ${names.at(-1)} --json`],
      run: async (_context, input) => show(input.args[0] ?? ''),
    },
  ],
};

function list(): View {
  return manyOf(providers.map(summaryOf), {
    columns: [
      { title: 'Name', text: (data) => String(data['name']), whole: true },
      { title: 'Category', text: (data) => String(data['category']), whole: true },
      { title: 'Title', text: (data) => String(data['title']) },
    ],
    keys: ['name', 'category', 'type', 'title'],
    name: (data) => String(data['name']),
    empty: 'None.',
  });
}

function summaryOf({ name, category, type, title }: Provider): Data {
  return { name, category: category.name, type, title };
}

function show(name: string): View {
  const found = providers.find((each) => each.name === name);
  if (!found)
    throw usage(`no such provider; it is one of ${names.join(', ')}`, {
      hint: 'integrations provider list',
      field: 'provider',
    });
  const fields = [...found.fields.map(fieldData), ...found.bundles.map(bundleData)];
  const guidance = found.fields.filter(({ whereToGet }) => whereToGet !== undefined);
  return {
    kind: 'one',
    data: { ...summaryOf(found), fields },
    name: found.name,
    lines: [
      ['Provider', `${found.title} (${found.category.name})`],
      ...fields.map((field) => [String(field['flag']), describe(field)] as const),
      ...guidance.flatMap(({ label, whereToGet, permissions, madeAt }) => [
        [label, `Where: ${whereToGet}`] as const,
        ...madeAt({}).flatMap(({ kind, address }) => [
          ...(kind === undefined ? [] : [['', `${kind}:`] as const]),
          ['', address] as const,
        ]),
        ['', `Needs: ${permissions}`] as const,
      ]),
    ],
  };
}

function fieldData(field: Field): Data {
  return {
    name: field.name,
    flag: `--${field.flag}`,
    label: field.label,
    help: field.help,
    kind: field.kind,
    credential: field.credential,
    required: field.required,
    requiredUnless: field.insteadOf ?? null,
    default: (field.default ?? null) as Json,
    pattern: field.pattern?.source ?? null,
    example: field.example ?? null,
    whereToGet: field.whereToGet ?? null,
    madeAt: field.madeAt({}).map(({ address }) => address),
    permissions: field.permissions ?? null,
  };
}

function bundleData(bundle: Bundle): Data {
  return {
    name: bundle.name,
    flag: `--${bundle.flag}`,
    label: bundle.label,
    help: bundle.help,
    kind: 'bundle',
    credential: true,
    required: false,
    requiredUnless: null,
    default: null,
    pattern: null,
    example: null,
    whereToGet: null,
    madeAt: [],
    permissions: null,
    fills: [...bundle.fills],
  };
}

function describe(field: Data): string {
  const marks = [field['required'] ? 'required' : '', field['credential'] ? 'credential' : ''].filter(Boolean);
  const example = field['example'] === null ? '' : `, e.g. ${field['example']}`;
  return `${field['help'] || field['label']}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}${example}`;
}
