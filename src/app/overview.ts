import { type Category, categoryList } from '../core/category.ts';
import { type Link, linkColumns, links } from '../core/links.ts';
import { quotable } from '../core/text.ts';
import { providerOf } from '../db/stores/codec.ts';
import { type Tenant, tenantStore } from '../db/stores/host.ts';
import { type ByCategory, countByTenant, type Glance, glanceByCategory, glanceOfTenants } from '../db/stores/list.ts';
import type { Deps } from './deps.ts';

/** All of a tenant's integrations at a glance, for whatever shows it whole. */
export interface Overview {
  tenant: { id: string; name: string };
  integrations: ByCategory<Glance>;
}

export async function readOverview(deps: Pick<Deps, 'database'>, tenant: Tenant): Promise<Overview> {
  const { queries } = await deps.database();
  return { ...overviewOf(tenant), integrations: await glanceByCategory(queries, tenant.id) };
}

/** At most so many tenants, or integrations, are read at a time, where a single tenant has not more. */
const most = { tenants: 100, integrations: 5_000 };

/** Those of all tenants in the order of their ids. Many small ones are read at a time, and a large one by itself. */
export async function* readOverviews(deps: Pick<Deps, 'database'>): AsyncGenerator<Overview[]> {
  const { queries } = await deps.database();
  const counts = await countByTenant(queries);
  for (const some of portions(await tenantStore(queries).list(), ({ id }) => counts.get(id) ?? 0)) {
    yield await readSome(deps, some);
  }
}

function* portions<T>(items: readonly T[], sizeOf: (item: T) => number): Generator<T[]> {
  let portion: T[] = [];
  let size = 0;
  for (const item of items) {
    const isFull = portion.length === most.tenants || size + sizeOf(item) > most.integrations;
    if (portion.length > 0 && isFull) {
      yield portion;
      [portion, size] = [[], 0];
    }
    portion.push(item);
    size += sizeOf(item);
  }
  if (portion.length > 0) yield portion;
}

async function readSome(deps: Pick<Deps, 'database'>, tenants: readonly Tenant[]): Promise<Overview[]> {
  const { queries } = await deps.database();
  const [first] = tenants;
  if (first && tenants.length === 1) return [await readOverview(deps, first)];
  const read = await glanceOfTenants(
    queries,
    tenants.map(({ id }) => id),
  );
  const overviews = new Map(tenants.map((tenant) => [tenant.id, overviewOf(tenant)]));
  for (const { name } of categoryList) {
    for (const row of read[name]) {
      const overview = overviews.get(row.tenantId);
      // A column of the host may take other spellings for the same id: only it can tell whose they are.
      if (!overview) return Promise.all(tenants.map((tenant) => readOverview(deps, tenant)));
      overview.integrations[name].push(row);
    }
  }
  return [...overviews.values()];
}

function overviewOf({ id, displayName }: Tenant): Overview {
  const integrations = { scm: [], target: [], pipeline: [], communication: [], ticket: [] };
  return { tenant: { id, name: displayName ?? id }, integrations };
}

/** What a pipeline uses. */
export function linkedBy({ integrations }: Overview, pipeline: Glance): Partial<Record<Link, Glance>> {
  const used: Partial<Record<Link, Glance>> = {};
  for (const link of links) {
    const found = byId(integrations[link]).get(String(pipeline[linkColumns[link]]));
    if (found) used[link] = found;
  }
  return used;
}

const indexes = new WeakMap<readonly Glance[], ReadonlyMap<string, Glance>>();

/** An overview is not changed once it is read, and each of its lists is looked through once. */
function byId(rows: readonly Glance[]): ReadonlyMap<string, Glance> {
  const known = indexes.get(rows) ?? new Map(rows.map((row) => [row.id, row]));
  indexes.set(rows, known);
  return known;
}

/** What keeps a pipeline from running: itself or what it uses is switched off or refused by its provider. */
export function stopsOf(overview: Overview, pipeline: Glance): string[] {
  const used = linkedBy(overview, pipeline);
  const chain = [
    { label: 'the pipeline', row: pipeline },
    ...links.map((link) => ({ label: `its ${link}`, row: used[link] })),
  ];
  return chain.flatMap(({ label, row }) => {
    if (!row) return [`${label} is missing`];
    const named = row === pipeline ? label : `${label} "${quotable(row.displayName)}"`;
    const refused = row.verificationStatus === 'INVALID' || row.verificationStatus === 'EXPIRED';
    return [
      ...(row.isActive ? [] : [`${named} is switched off`]),
      ...(refused ? [`${named} is ${row.verificationStatus}`] : []),
    ];
  });
}

export type Status = ReturnType<typeof statusOf>;

/** A tenant at a glance, as scripts see it: its integrations, and which pipelines can run. */
export function statusOf(overview: Overview) {
  const { tenant, integrations } = overview;
  return {
    tenant: { id: tenant.id, displayName: tenant.name },
    integrations: categoryList.flatMap((category) =>
      integrations[category.name].map((row) => summaryOf(category, row)),
    ),
    pipelines: integrations.pipeline.map((row) => {
      const stoppedBy = stopsOf(overview, row);
      return { id: row.id, displayName: row.displayName, canRun: stoppedBy.length === 0, stoppedBy };
    }),
  };
}

function summaryOf(category: Category, row: Glance) {
  return {
    id: row.id,
    displayName: row.displayName,
    category: category.name,
    type: providerOf(category, row).name,
    isActive: row.isActive,
    verificationStatus: row.verificationStatus,
    verificationError: row.verificationError,
    lastVerifiedAt: row.lastVerifiedAt,
    credentialExpiresAt: row.credentialExpiresAt,
  };
}
