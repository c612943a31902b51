import { categories } from '../../core/category.ts';
import { type Link, linkColumns } from '../../core/links.ts';
import type { Queries } from '../queries.ts';
import { codecOf, type Integration } from './codec.ts';
import { createIntegrationStore, type IntegrationStore } from './integration.ts';
import { type Listed, type ListFilter, listPages } from './list.ts';

export interface PipelineStore extends IntegrationStore {
  /** Pages of pipelines with what they use, each page by one join. */
  listWithLinks(filter: ListFilter, links: readonly Link[]): AsyncIterable<Listed[]>;
  /** The pipelines that use an SCM or a target, in the order of their ids. */
  using(link: Link, id: string): Promise<Integration[]>;
}

export function pipelineStore(queries: Queries, tenantId: string): PipelineStore {
  const category = categories.pipeline;
  const codec = codecOf(category);
  return {
    ...createIntegrationStore(queries, tenantId, category),
    listWithLinks: (filter, links) => listPages(queries, { category, tenantId, filter, joins: links }),
    async using(link, id) {
      const condition = { tenantId, [linkColumns[link]]: id };
      const rows = await queries(category.table).where(condition).orderBy('id').select(codec.columns);
      return rows.map(codec.decode);
    },
  };
}
