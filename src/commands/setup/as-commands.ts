import { type CategoryName, categoryList } from '../../core/category.ts';
import type { Field, Json } from '../../core/field.ts';
import { shellWord } from '../../core/text.ts';
import type { ManifestDocument } from '../../manifest/export.ts';
import { categoryKeys, keyOf } from '../../manifest/keys.ts';
import { findProvider } from '../../providers/index.ts';

/** The commands that set up what a manifest's document says, for a POSIX shell. */
export function commandsOf(document: ManifestDocument): string {
  const tenant = String(document['tenant']);
  const commands = categoryList.flatMap(({ name }) => {
    const items = (document[categoryKeys[name]] ?? []) as ManifestDocument[];
    return items.map((item) => commandOf(name, tenant, item));
  });
  return `${commands.join('\n')}\n`;
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
  return `integrations ${category} add ${provider?.name}${words.map((each) => ` \\\n  ${each}`).join('')}`;
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
