import { categories } from '../../core/category.ts';
import { type Link, linkColumns, links } from '../../core/links.ts';
import { fitsScm } from '../../core/provider.ts';
import { neededScm, providerOfType } from '../../providers/index.ts';
import type { Queries } from '../queries.ts';

/** A pipeline that uses what it may not, as older versions and other programs may have stored it. */
export interface LinkFault {
  id: string;
  tenantId: string;
  displayName: string;
  link: Link;
  /** A clause: `uses an SCM of another tenant`. */
  reason: string;
}

interface Row extends Record<string, string | null> {
  id: string;
  tenantId: string;
  displayName: string;
  pipelineType: string;
  scmTenant: string | null;
  targetTenant: string | null;
  scmType: string | null;
}

const pageSize = 1000;

/** Of all tenants, in the order of the pipelines' ids. */
export async function* linkFaults(queries: Queries): AsyncGenerator<LinkFault> {
  const { table } = categories.pipeline;
  for (let after = ''; ; ) {
    const query = queries(table)
      .where(`${table}.id`, '>', after)
      .orderBy(`${table}.id`)
      .limit(pageSize)
      .select(`${table}.id`, `${table}.tenantId`, `${table}.displayName`, `${table}.pipelineType`)
      .select({ scmTenant: 'scm.tenantId', scmType: 'scm.scmType', targetTenant: 'target.tenantId' });
    for (const link of links)
      query.leftJoin({ [link]: categories[link].table }, `${link}.id`, `${table}.${linkColumns[link]}`);
    const rows: Row[] = await query;
    for (const row of rows) yield* faultsOf(row);
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.id ?? '';
  }
}

function faultsOf(row: Row): LinkFault[] {
  const { id, displayName } = row;
  const tenantId = String(row.tenantId);
  const faults = links.flatMap((link): LinkFault[] => {
    const owner = row[`${link}Tenant`];
    if (owner === null)
      return [{ id, tenantId, displayName, link, reason: `uses ${article[link]} that does not exist` }];
    if (String(owner) === tenantId) return [];
    return [{ id, tenantId, displayName, link, reason: `uses ${article[link]} of another tenant` }];
  });
  const pipeline = providerOfType('pipeline', row.pipelineType);
  const used = row.scmType === null ? undefined : providerOfType('scm', row.scmType);
  if (!pipeline || !used || fitsScm(pipeline, used)) return faults;
  const title = neededScm(pipeline)?.title;
  return [
    ...faults,
    { id, tenantId, displayName, link: 'scm', reason: `needs an SCM of ${title}, but uses one of ${used.title}` },
  ];
}

const article: Readonly<Record<Link, string>> = { scm: 'an SCM', target: 'a target' };
