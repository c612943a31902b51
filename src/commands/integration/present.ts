import { present, type Revealed } from '../../app/present.ts';
import type { Category } from '../../core/category.ts';
import type { Field, Json } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { quotable } from '../../core/text.ts';
import { type Integration, providerOf } from '../../db/stores/codec.ts';
import { cell } from '../../output/render.ts';
import { toneOf } from '../../output/tone.ts';
import type { Column, Data, OneView } from '../../output/view.ts';
import { providerOfType } from '../../providers/index.ts';
import type { When } from '../when.ts';

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
    { title: 'Id', text: (data) => cell(data['id']), whole: true, copied: true },
  ];
}

function providerShown(category: Category, data: Data): Provider | undefined {
  return providerOfType(category.name, String(data[category.typeColumn]));
}

interface Told {
  revealed?: Revealed;
  /** The names of what it refers to, by id: integrations, and the account that set it up. */
  named: Readonly<Record<string, string>>;
  when: When;
}

/** One integration, for people line by line. */
export function oneIntegration(category: Category, row: Integration, { revealed, named, when }: Told): OneView {
  const provider = providerOf(category, row);
  const time = (each: string | null) => (each === null ? '-' : when(each));
  const data = present(category, row, revealed);
  const shown = data['credentials'] as Record<string, Json>;
  const fields = provider.fields
    .filter(({ name }) => name !== 'displayName' && name !== 'credentialExpiresAt')
    .map(
      (field) =>
        [
          field.label,
          field.credential ? credentialText(shown[field.name]) : fieldText(field, data[field.name], named),
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
      ['Verified', time(row.lastVerifiedAt)],
      ['Credential ends', time(row.credentialExpiresAt)],
      ['Set up by', quotable(named[row.configuredByAccountId] ?? row.configuredByAccountId, 255)],
      ['Created', time(row.createdAt)],
      ['Changed', time(row.updatedAt)],
    ],
  };
}

function credentialText(value: Json | undefined): string {
  if (typeof value === 'string') return value.trimEnd();
  return value === true ? 'set' : 'not set';
}

function fieldText({ kind, inWords }: Field, value: Json | undefined, named: Readonly<Record<string, string>>): string {
  if (inWords && (value === null || value === undefined)) return inWords.unset;
  if (inWords && Array.isArray(value) && value.length === 0) return inWords.empty;
  return kind === 'map' ? mapText(value) : text(named[String(value)] ?? value);
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
