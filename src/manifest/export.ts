import { stringify } from 'yaml';
import { type CategoryName, categories, categoryList } from '../core/category.ts';
import type { Field, Json } from '../core/field.ts';
import { isLink, type Link } from '../core/links.ts';
import type { Provider } from '../core/provider.ts';
import { compare, visible } from '../core/text.ts';
import { isEndTold, type ListedIntegration, providerOf } from '../db/stores/codec.ts';
import { categoryKeys, keyOf } from './keys.ts';
import { type CredentialField, createVariableNames } from './variable-names.ts';

/** What is stored of a tenant. */
export interface StoredTenant {
  /** What names it in a manifest: its display name, or its id where that names it alone. */
  ref: string;
  /** Reads those of a category. What is written is not held while the next one is read. */
  integrations: (category: CategoryName) => Promise<readonly ListedIntegration[]>;
}

export interface ExportOptions {
  /** `keep` leaves what is stored; `env` names a variable for each. */
  credentials: 'keep' | 'env';
  /** Which integrations; absent: all. */
  includes?: (provider: Provider, row: ListedIntegration) => boolean;
  /** Is told each one that is there. */
  seen?: (row: ListedIntegration) => void;
}

export type ManifestDocument = { [key: string]: Json };

/** Of one category, by name. */
interface Section {
  key: string;
  items: Iterable<ManifestDocument>;
}

/** Categories in their usual order, integrations by name, fields as people are asked. */
type Sections = (tenant: StoredTenant) => AsyncGenerator<Section>;

export async function manifestDocument(tenant: StoredTenant, options: ExportOptions): Promise<ManifestDocument> {
  const document: ManifestDocument = { tenant: tenant.ref };
  for await (const { key, items } of sectionsBy(options)(tenant)) document[key] = [...items];
  return document;
}

/** One document for each tenant, item by item. No two credentials of all of them have one variable. */
export async function* manifestPieces(
  tenants: AsyncIterable<StoredTenant> | Iterable<StoredTenant>,
  format: 'yaml' | 'json',
  options: ExportOptions,
): AsyncGenerator<string> {
  const sections = sectionsBy(options);
  const piecesOf = format === 'yaml' ? yamlPieces : jsonPieces;
  let first = true;
  for await (const tenant of tenants) {
    if (!first) yield '---\n';
    first = false;
    yield* piecesOf(tenant, sections);
  }
}

export async function manifestText(tenants: Iterable<StoredTenant>, options: ExportOptions): Promise<string> {
  let text = '';
  for await (const piece of manifestPieces(tenants, 'yaml', options)) text += piece;
  return text;
}

async function* yamlPieces(tenant: StoredTenant, sections: Sections): AsyncGenerator<string> {
  yield yaml({ tenant: tenant.ref }) ?? `tenant: ${JSON.stringify(tenant.ref)}\n`;
  for await (const { key, items } of sections(tenant)) {
    yield `${key}:\n`;
    for (const item of items) {
      const text = yaml({ [key]: [item] });
      yield text?.slice(text.indexOf('\n') + 1) ?? `  - ${JSON.stringify(item)}\n`;
    }
  }
}

/**
 * Undefined where characters would be in it that are escaped when they are drawn, or a key that would be read as the one
 * that merges: JSON is YAML too, and quotes both.
 */
function yaml(document: ManifestDocument): string | undefined {
  const text = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
  return visible(text) === text && !/^[ -]*<<:/m.test(text) ? text : undefined;
}

async function* jsonPieces(tenant: StoredTenant, sections: Sections): AsyncGenerator<string> {
  yield `{\n  "tenant": ${JSON.stringify(tenant.ref)}`;
  for await (const { key, items } of sections(tenant)) {
    let before = `,\n  "${key}": [`;
    for (const item of items) {
      // Of the line breaks that a regular expression knows, some stand in the texts.
      yield `${before}\n    ${JSON.stringify(item, null, 2).replaceAll('\n', '\n    ')}`;
      before = ',';
    }
    yield '\n  ]';
  }
  yield '\n}\n';
}

function sectionsBy(options: ExportOptions): Sections {
  const variables = createVariableNames();
  return async function* ({ ref, integrations }) {
    const names: Record<Link, Map<string, string>> = { scm: new Map(), target: new Map() };
    for (const { name } of categoryList) {
      const rows = await integrations(name);
      for (const row of rows) options.seen?.(row);
      if (isLink(name)) for (const { id, displayName } of rows) names[name].set(id, displayName);
      const chosen = rows
        .map((row) => ({ row, provider: providerOf(categories[name], row) }))
        .filter(({ provider, row }) => options.includes?.(provider, row) ?? true)
        .sort((a, b) => compare(a.row.displayName, b.row.displayName));
      if (chosen.length > 0) yield { key: categoryKeys[name], items: itemsOf(chosen) };
    }

    function* itemsOf(chosen: readonly { provider: Provider; row: ListedIntegration }[]): Generator<ManifestDocument> {
      for (const { provider, row } of chosen) {
        yield exportedItem(provider, row, {
          nameOf: (link, id) => names[link].get(id),
          sourceOf: (field) =>
            sourceOf({ tenant: ref, category: provider.category.name, displayName: row.displayName, field }),
        });
      }
    }
  };

  function sourceOf(place: CredentialField): string {
    return options.credentials === 'keep' ? 'keep' : `env:${variables.nameOf(place)}`;
  }
}

interface ItemNames {
  /** What something that a pipeline uses is called. */
  nameOf(link: Link, id: string): string | undefined;
  /** What stands for a credential. */
  sourceOf(field: Field): string;
}

function exportedItem(provider: Provider, row: ListedIntegration, { nameOf, sourceOf }: ItemNames): ManifestDocument {
  const item: ManifestDocument = { name: row.displayName, type: provider.name };
  for (const field of provider.fields.filter(({ name }) => name !== 'displayName')) {
    const stored = row[field.name] ?? null;
    const key = keyOf(field);
    if (field.name === 'credentialExpiresAt' && isEndTold(provider, row)) continue;
    if (field.references) item[key] = nameOf(field.references, String(stored)) ?? null;
    else if (field.credential && stored !== null) item[key] = sourceOf(field);
    else if (stored !== null || field.default !== undefined) item[key] = stored;
  }
  if (!row.isActive) item['active'] = false;
  return item;
}
