import type { Context } from '../context.ts';
import { categoryList } from '../core/category.ts';
import { AppError } from '../core/error.ts';
import type { Tenant } from '../db/stores/host.ts';
import type { ExportOptions, StoredTenant } from '../manifest/export.ts';
import type { View } from '../output/view.ts';
import { providers } from '../providers/index.ts';
import { type Command, type Input, listFlag, switchFlag, textFlag } from './command.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Print what is stored as a manifest',
  description:
    'No credential is printed: each stands as "keep", or with --credentials env as the variable to give it in.',
  flags: [
    { name: 'credentials', value: 'form', choices: ['keep', 'env'], help: 'How a credential that is set stands' },
    {
      name: 'category',
      value: 'category',
      repeatable: true,
      choices: categoryList.map(({ name }) => name),
      help: 'Only those of a category',
    },
    {
      name: 'type',
      value: 'provider',
      repeatable: true,
      choices: providers.map(({ name }) => name),
      help: 'Only those of a provider',
    },
    { name: 'name', value: 'name', repeatable: true, help: 'Only the one of this name' },
    { name: 'all-tenants', help: 'Those of every tenant' },
  ],
  formats: ['yaml', 'json'],
  examples: [
    'integrations export > integrations.yaml',
    'integrations export --credentials env --category scm',
    'integrations export | integrations plan -f -',
  ],
  run: exportManifest,
};

async function exportManifest(context: Context, input: Input): Promise<View> {
  const { manifestDocuments, manifestText } = await import('../manifest/export.ts');
  const tenants = await storedTenants(context, switchFlag(input, 'all-tenants'));
  const options = optionsOf(input);
  const missing = listFlag(input, 'name').filter((wanted) => !isThere(tenants, wanted));
  if (missing.length > 0) {
    throw new AppError('NOT_FOUND', 'a name that --name gives is that of no integration', {
      hint: 'integrations status',
      field: 'name',
    });
  }
  const documents = manifestDocuments(tenants, options);
  const json = () => documents.map((document) => JSON.stringify(document, null, 2)).join('\n---\n');
  return {
    kind: 'drawing',
    drawings: { yaml: () => manifestText(tenants, options).replace(/\n$/, ''), json },
    data: documents[0] ?? {},
  };
}

function optionsOf(input: Input): ExportOptions {
  const [names, categories, types] = [listFlag(input, 'name'), listFlag(input, 'category'), listFlag(input, 'type')];
  const among = (chosen: readonly string[], value: string) => chosen.length === 0 || chosen.includes(value);
  return {
    credentials: textFlag(input, 'credentials') === 'env' ? 'env' : 'keep',
    includes: (provider, { displayName }) =>
      among(categories, provider.category.name) && among(types, provider.name) && among(names, displayName),
  };
}

function isThere(tenants: readonly StoredTenant[], name: string): boolean {
  return tenants.some(({ integrations }) =>
    Object.values(integrations)
      .flat()
      .some(({ displayName }) => displayName === name),
  );
}

async function storedTenants(context: Context, all: boolean): Promise<StoredTenant[]> {
  const { tenantStore } = await import('../db/stores/host.ts');
  const { listByCategory } = await import('../db/stores/list.ts');
  const { queries } = await context.database();
  const known = await tenantStore(queries).list();
  const stored: StoredTenant[] = [];
  for (const tenant of all ? known : [await context.tenant()]) {
    const integrations = await listByCategory(queries, tenant.id);
    stored.push({ ref: refOf(tenant, known), integrations });
  }
  return stored;
}

/** The display name, where it names this tenant alone and reads back as it is; else the id. */
function refOf({ id, displayName }: Tenant, known: readonly Tenant[]): string {
  if (displayName === null || displayName.trim().normalize('NFC') !== displayName || displayName === '') return id;
  const others = known.filter((other) => other.id !== id);
  const isTaken = others.some((other) => other.displayName === displayName || other.id === displayName);
  return isTaken ? id : displayName;
}
