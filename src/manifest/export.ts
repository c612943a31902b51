import { stringify } from 'yaml';
import { type CategoryName, categories, categoryList } from '../core/category.ts';
import type { Json } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { compare, visible } from '../core/text.ts';
import { isEndTold, type ListedIntegration, providerOf } from '../db/stores/codec.ts';
import { categoryKeys, keyOf } from './keys.ts';
import { namesOf } from './names.ts';
import { createVariableNames, type VariableNames } from './variable-names.ts';

/** What is stored of a tenant. */
export interface StoredTenant {
  /** What names it in a manifest: its display name, or its id where that names it alone. */
  ref: string;
  integrations: Readonly<Record<CategoryName, readonly ListedIntegration[]>>;
}

export interface ExportOptions {
  /** `keep` leaves what is stored; `env` names a variable for each. */
  credentials: 'keep' | 'env';
  /** Which integrations; absent: all. */
  includes?: (provider: Provider, row: ListedIntegration) => boolean;
}

export type ManifestDocument = { [key: string]: Json };

/** One document for each tenant: categories in their usual order, integrations by name, fields as people are asked. */
export function manifestDocuments(tenants: readonly StoredTenant[], options: ExportOptions): ManifestDocument[] {
  return tenants.map(documentsOf(options));
}

/** Makes one document after the other, so that no two credentials of all of them have one variable. */
export function documentsOf(options: ExportOptions): (tenant: StoredTenant) => ManifestDocument {
  const variables = createVariableNames();
  return (tenant) => documentOf(tenant, options, variables);
}

export function manifestText(tenants: readonly StoredTenant[], options: ExportOptions): string {
  return manifestDocuments(tenants, options).map(yamlOf).join('---\n');
}

/** JSON, which is YAML too, where characters would be in it that are escaped when they are drawn. */
export function yamlOf(document: ManifestDocument): string {
  const text = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
  return visible(text) === text ? text : `${visible(JSON.stringify(document, null, 2))}\n`;
}

function documentOf(tenant: StoredTenant, options: ExportOptions, variables: VariableNames): ManifestDocument {
  const document: ManifestDocument = { tenant: tenant.ref };
  const nameOf = namesOf(tenant.integrations);
  for (const { name } of categoryList) {
    const chosen = tenant.integrations[name]
      .map((row) => ({ row, provider: providerOf(categories[name], row) }))
      .filter(({ provider, row }) => options.includes?.(provider, row) ?? true)
      .sort((a, b) => compare(a.row.displayName, b.row.displayName));
    if (chosen.length === 0) continue;
    document[categoryKeys[name]] = chosen.map(({ provider, row }) => exportedItem(provider, row));
  }
  return document;

  function exportedItem(provider: Provider, row: ListedIntegration): ManifestDocument {
    const item: ManifestDocument = { name: row.displayName, type: provider.name };
    for (const field of provider.fields.filter(({ name }) => name !== 'displayName')) {
      const stored = row[field.name] ?? null;
      const key = keyOf(field);
      if (field.name === 'credentialExpiresAt' && isEndTold(provider, row)) continue;
      if (field.references) {
        item[key] = nameOf(field.references, String(stored)) ?? null;
      } else if (field.credential && stored !== null) {
        const place = { tenant: tenant.ref, category: provider.category.name, displayName: row.displayName, field };
        item[key] = options.credentials === 'keep' ? 'keep' : `env:${variables.nameOf(place)}`;
      } else if (stored !== null || field.default !== undefined) item[key] = stored;
    }
    if (!row.isActive) item['active'] = false;
    return item;
  }
}
