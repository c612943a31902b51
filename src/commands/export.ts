import type { Context } from '../context.ts';
import { categories, categoryList } from '../core/category.ts';
import { AppError } from '../core/error.ts';
import type { ListedIntegration } from '../db/stores/codec.ts';
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
    { name: 'credentials', value: 'form', choices: ['keep', 'env'], help: 'How to write a credential that is set' },
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
    { name: 'all-tenants', help: 'Include every tenant' },
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
  const { manifestPieces } = await import('../manifest/export.ts');
  const options = optionsOf(input);

  async function* pieces(format: 'yaml' | 'json'): AsyncGenerator<string> {
    const missing = new Set(listFlag(input, 'name'));
    const seen = ({ displayName }: ListedIntegration) => void missing.delete(displayName);
    const tenants = storedTenants(context, switchFlag(input, 'all-tenants'));
    if (format === 'yaml') yield modeline;
    yield* manifestPieces(tenants, format, { ...options, seen });
    if (missing.size > 0) throw noSuchName();
  }

  return {
    kind: 'drawing',
    drawings: { yaml: () => pieces('yaml'), json: () => pieces('json') },
    data: () => ({}),
  };
}

/** For editors, which complete and check the manifest by its schema. */
const modeline =
  '# yaml-language-server: $schema=integrations.schema.json\n' +
  '# Your editor needs that file beside this one: integrations schema > integrations.schema.json\n';

function noSuchName(): AppError {
  return new AppError('NOT_FOUND', 'no integration has a name given with --name', {
    hint: 'integrations status',
    field: 'name',
  });
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

/** One after the other, so that those of a single tenant, and of a single category, are held. */
async function* storedTenants(context: Context, all: boolean): AsyncGenerator<StoredTenant> {
  const { tenantStore } = await import('../db/stores/host.ts');
  const { listCategory } = await import('../db/stores/list.ts');
  const { queries } = await context.database();
  const known = await tenantStore(queries).list();
  const taken = new Map<string, number>();
  for (const { id, displayName } of known)
    for (const name of new Set([id, displayName])) if (name !== null) taken.set(name, (taken.get(name) ?? 0) + 1);
  for (const tenant of all ? known : [await context.tenant()]) {
    yield {
      ref: refOf(tenant, taken),
      integrations: (name) => listCategory(queries, tenant.id, categories[name]),
    };
  }
}

/** The display name, where it names this tenant alone and reads back as it is; else the id. */
function refOf({ id, displayName }: Tenant, taken: ReadonlyMap<string, number>): string {
  if (displayName === null || displayName.trim().normalize('NFC') !== displayName || displayName === '') return id;
  return taken.get(displayName) === 1 ? displayName : id;
}
