import { type CategoryName, categoryList } from '../../core/category.ts';
import type { Field, Json } from '../../core/field.ts';
import { shellWord } from '../../core/text.ts';
import type { ManifestDocument } from '../../manifest/export.ts';
import { categoryKeys, keyOf } from '../../manifest/keys.ts';
import { findProvider } from '../../providers/index.ts';

/** Where the commands begin: nothing has to be there. */
export interface Beginning {
  /** The address of a database that is not the usual file. */
  databaseUrl: string | undefined;
  account: string;
}

/** The commands that set up what a manifest's document says, for a POSIX shell on a machine where nothing is yet. */
export function commandsOf(document: ManifestDocument, { databaseUrl, account }: Beginning): string {
  const tenant = String(document['tenant']);
  const commands = categoryList.flatMap(({ name }) => {
    const items = (document[categoryKeys[name]] ?? []) as ManifestDocument[];
    return items.map((item) => commandOf(name, tenant, item));
  });
  const variables = [...new Set(commands.join('\n').match(/(?<= env:)\w+/g) ?? [])];
  const lines = [
    ...(variables.length > 0 ? ['# First set these variables to the credentials:'] : []),
    ...variables.map((name) => `#   ${name}`),
    ...(databaseUrl === undefined ? [] : [`export INTEGRATIONS_DATABASE_URL=${shellWord(databaseUrl)}`]),
    broken('integrations init', [`--tenant ${shellWord(tenant)}`, `--account ${shellWord(account)}`, '--no-input']),
    ...commands,
  ];
  return `${lines.join('\n')}\n`;
}

function commandOf(category: CategoryName, tenant: string, item: ManifestDocument): string {
  const provider = findProvider(category, String(item['type']));
  const flags = (provider?.fields ?? []).flatMap((field) => flagsOf(field, item[keyOf(field)] ?? null));
  const words = [
    `--name ${shellWord(String(item['name']))}`,
    ...flags,
    ...(item['active'] === false ? ['--disabled'] : []),
    `--tenant ${shellWord(tenant)}`,
  ];
  return broken(`integrations ${category} add ${provider?.name}`, words);
}

/** A command with each of its flags on a line of its own. */
function broken(command: string, flags: readonly string[]): string {
  return [command, ...flags].join(' \\\n  ');
}

function flagsOf(field: Field, value: Json): string[] {
  if (value === null || field.name === 'displayName') return [];
  const flag = `--${field.flag}`;
  if (typeof value === 'boolean') return [value ? flag : `--no-${field.flag}`];
  if (Array.isArray(value) && value.length === 0) return [`${flag} none`];
  if (Array.isArray(value)) return value.map((each) => `${flag} ${shellWord(String(each))}`);
  if (field.kind === 'json') return [`${flag} ${shellWord(JSON.stringify(value))}`];
  if (typeof value === 'object') {
    return Object.entries(value).map(([name, each]) => `${flag} ${shellWord(`${name}=${each}`)}`);
  }
  return [`${flag} ${shellWord(String(value))}`];
}
