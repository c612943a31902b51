import type { Deps } from '../app/deps.ts';
import { present } from '../app/present.ts';
import { type Category, categories } from '../core/category.ts';
import { usage } from '../core/error.ts';
import type { JsonObject } from '../core/field.ts';
import { isLink, type Link } from '../core/links.ts';
import { verificationStatuses } from '../db/stores/codec.ts';
import { isWord } from '../db/stores/integration.ts';
import { type Listed, listPages } from '../db/stores/list.ts';
import { providerOfType } from '../providers/index.ts';
import { pageNames, requireOptions } from './option-names.ts';
import { limitOf } from './reading.ts';
import type { Page, PipelineFilter } from './types.ts';

/** Whose rows are read. */
interface Whose {
  deps: Pick<Deps, 'database'>;
  tenantId: string;
}

const filterNames = { ...pageNames, type: true, status: true, active: true, name: true, include: true } as const;

export async function* listRows(
  { deps, tenantId }: Whose,
  category: Category,
  filter: PipelineFilter,
): AsyncGenerator<JsonObject> {
  requireOptions(filter, filterNames, 'filter');
  const joins = linksOf(category, filter.include ?? []);
  const checked = checkedFilter(category, filter);
  const { queries } = await deps.database();
  const pages = listPages(queries, { category, tenantId, joins, filter: checked });
  for await (const page of pages) for (const listed of page) yield shown(category, listed, joins);
}

export async function pageOfRows(whose: Whose, category: Category, filter: PipelineFilter): Promise<Page<JsonObject>> {
  requireOptions(filter, filterNames, 'filter');
  const { limit = 50 } = filter;
  const items: JsonObject[] = [];
  const size = limitOf(limit) ?? limit;
  for await (const row of listRows(whose, category, { ...filter, limit: size + 1 })) items.push(row);
  if (items.length <= size) return { items, next: null };
  const page = items.slice(0, size);
  return { items: page, next: String(page.at(-1)?.['id']) };
}

function shown(category: Category, { integration, ...joined }: Listed, joins: readonly Link[]): JsonObject {
  const data = present(category, integration);
  for (const link of joins) data[link] = joined[link] ? present(categories[link], joined[link]) : null;
  return data;
}

function linksOf({ name }: Category, include: readonly string[]): Link[] {
  if (include.length > 0 && (name !== 'pipeline' || !include.every(isLink))) {
    throw usage('include is for pipelines, and takes scm and target', { field: 'include' });
  }
  return include.filter(isLink);
}

function checkedFilter(category: Category, { type, status, active, name, after, limit }: PipelineFilter) {
  if (type !== undefined && !providerOfType(category.name, type))
    throw usage('there is no such type', { field: 'type' });
  if (status !== undefined && !verificationStatuses.includes(status)) {
    throw usage(`status is one of ${verificationStatuses.join(', ')}`, { field: 'status' });
  }
  if (after !== undefined && !isWord(after)) throw usage('after is the id of an integration', { field: 'after' });
  return { type, status, active, displayName: name, after, limit: limitOf(limit) };
}
