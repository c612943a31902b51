import { categories } from '../../core/category.ts';
import { findProvider, providerOfType } from '../../providers/index.ts';
import type { Queries } from '../database.ts';
import { type Part, partColumns, parts } from './list.ts';

/** A pipeline that uses what it may not, as older versions and other programs may have stored it. */
export interface LinkFault {
  id: string;
  tenantId: string;
  displayName: string;
  part: Part;
  /** A clause: `uses an scm of another tenant`. */
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
    for (const part of parts)
      query.leftJoin({ [part]: categories[part].table }, `${part}.id`, `${table}.${partColumns[part]}`);
    const rows: Row[] = await query;
    for (const row of rows) yield* faultsOf(row);
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.id ?? '';
  }
}

function faultsOf(row: Row): LinkFault[] {
  const { id, displayName } = row;
  const tenantId = String(row.tenantId);
  const faults = parts.flatMap((part): LinkFault[] => {
    const owner = row[`${part}Tenant`];
    if (owner === null) return [{ id, tenantId, displayName, part, reason: `uses ${article[part]} that is not there` }];
    if (String(owner) === tenantId) return [];
    return [{ id, tenantId, displayName, part, reason: `uses ${article[part]} of another tenant` }];
  });
  const needed = providerOfType('pipeline', row.pipelineType)?.scm;
  const actual = row.scmType === null ? undefined : providerOfType('scm', row.scmType);
  if (needed === undefined || actual === undefined || actual.name === needed) return faults;
  const title = findProvider('scm', needed)?.title ?? needed;
  return [
    ...faults,
    { id, tenantId, displayName, part: 'scm', reason: `needs a ${title} scm, and uses one of ${actual.title}` },
  ];
}

const article: Readonly<Record<Part, string>> = { scm: 'an scm', target: 'a target' };
