import { categories } from '../../core/category.ts';
import type { Queries } from '../database.ts';
import { codecOf, type Integration } from './codec.ts';
import { createIntegrationStore, type IntegrationStore } from './integration.ts';
import { type Listed, type ListFilter, listPages, type Part, partColumns } from './list.ts';

export interface PipelineStore extends IntegrationStore {
  /** Pages of pipelines with what they use, each page by one join. */
  listWithParts(filter: ListFilter, parts: readonly Part[]): AsyncIterable<Listed[]>;
  /** The pipelines that use an SCM or a target, in the order of their ids. */
  using(part: Part, id: string): Promise<Integration[]>;
}

export function pipelineStore(queries: Queries, tenantId: string): PipelineStore {
  const category = categories.pipeline;
  const codec = codecOf(category);
  return {
    ...createIntegrationStore(queries, tenantId, category),
    listWithParts: (filter, parts) => listPages(queries, { category, tenantId, filter, joins: parts }),
    async using(part, id) {
      const condition = { tenantId, [partColumns[part]]: id };
      const rows = await queries(category.table).where(condition).orderBy('id').select(codec.columns);
      return rows.map(codec.decode);
    },
  };
}
