import { keysOf, present } from '../../app/present.ts';
import { readTenantNames, type TenantNames } from '../../app/tenant-names.ts';
import type { Context } from '../../context.ts';
import type { Category } from '../../core/category.ts';
import { categories } from '../../core/category.ts';
import { usage } from '../../core/error.ts';
import { type Link, links } from '../../core/links.ts';
import { written } from '../../core/text.ts';
import { type VerificationStatus, verificationStatuses } from '../../db/stores/codec.ts';
import { type Listed, type ListFilter, listPages } from '../../db/stores/list.ts';
import type { Data, View } from '../../output/view.ts';
import { findProvider, providersOf } from '../../providers/index.ts';
import { type Command, type Flag, type Input, limitOf, switchFlag, textFlag } from '../command.ts';
import { tenantColumn } from '../tenant-column.ts';
import { listColumns } from './present.ts';

export function listVerb(category: Category): Command {
  const flags: Flag[] = [
    {
      name: 'type',
      value: 'provider',
      help: 'Only those of one provider',
      choices: providersOf(category.name).map(({ name }) => name),
    },
    { name: 'status', value: 'status', help: 'Only those of one status', choices: verificationStatuses },
    { name: 'active', help: 'Only those that are switched on' },
    { name: 'inactive', help: 'Only those that are switched off' },
    { name: 'all-tenants', help: 'Include every tenant' },
    { name: 'limit', value: 'n', help: 'Show at most this many' },
    { name: 'after', value: 'id', help: 'Only those with ids after this one' },
  ];
  const include: Flag = { name: 'include', value: 'scm,target', help: 'With the integrations that each pipeline uses' };
  return {
    name: 'list',
    summary: `List the ${written(category.noun)}s`,
    flags: category.name === 'pipeline' ? [...flags, include] : flags,
    examples: [`integrations ${category.name} list`, `integrations ${category.name} list --status INVALID --json`],
    run: (context, input) => list(context, category, input),
  };
}

async function list(context: Context, category: Category, input: Input): Promise<View> {
  const filter = filterOf(category, input);
  const joins = linksOf(textFlag(input, 'include'));
  const database = await context.database();
  const names = switchFlag(input, 'all-tenants') ? await readTenantNames(context) : undefined;
  const tenant = names ? {} : { tenantId: (await context.tenant()).id };
  const columns = listColumns(category);
  return {
    kind: 'many',
    pages: presented(category, joins, names, listPages(database.queries, { category, filter, joins, ...tenant })),
    columns: [
      ...tenantColumn(names),
      ...columns.slice(0, -1),
      ...joins.map((link) => ({
        title: link,
        text: (data: Data) => String((data[link] as Data | null)?.['displayName'] ?? ''),
      })),
      ...columns.slice(-1),
    ],
    keys: [...keysOf(category), ...(names ? ['tenantName'] : []), ...joins],
    name: (data) => String(data['id']),
    empty: emptyText(category, input),
    noun: written(category.noun),
  };
}

async function* presented(
  category: Category,
  joins: readonly Link[],
  names: TenantNames | undefined,
  pages: AsyncIterable<Listed[]>,
): AsyncGenerator<Data[]> {
  for await (const page of pages) {
    yield page.map(({ integration, ...joined }) => {
      const data = present(category, integration);
      if (names) data['tenantName'] = names.nameOf(integration.tenantId);
      for (const link of joins) data[link] = joined[link] ? present(categories[link], joined[link]) : null;
      return data;
    });
  }
}

function filterOf(category: Category, input: Input): ListFilter {
  const type = textFlag(input, 'type');
  if (switchFlag(input, 'active') && switchFlag(input, 'inactive'))
    throw usage('--active and --inactive exclude each other');
  return {
    type: type === undefined ? undefined : findProvider(category.name, type)?.type,
    status: textFlag(input, 'status') as VerificationStatus | undefined,
    active: switchFlag(input, 'active') ? true : switchFlag(input, 'inactive') ? false : undefined,
    after: afterOf(textFlag(input, 'after')),
    limit: limitOf(textFlag(input, 'limit')),
  };
}

function afterOf(id: string | undefined): string | undefined {
  if (id === undefined || /^[\u0021-\u007e]{1,255}$/.test(id)) return id;
  throw usage('--after takes the id of an integration', { field: 'after' });
}

function linksOf(text: string | undefined): Link[] {
  const named = text?.split(',').map((name) => name.trim()) ?? [];
  const known = links.filter((link) => named.includes(link));
  if (named.some((name) => !links.includes(name as Link)))
    throw usage('--include takes scm, target or scm,target', { field: 'include' });
  return known;
}

function emptyText({ name, noun }: Category, input: Input): string {
  const filtered = ['type', 'status', 'active', 'inactive', 'after'].some((flag) => input.flags[flag] !== undefined);
  return filtered ? `No ${written(noun)}s that match.` : `No ${written(noun)}s yet: integrations ${name} add`;
}
