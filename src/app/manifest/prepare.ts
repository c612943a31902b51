import { usage } from '../../core/error.ts';
import { newId } from '../../core/id.ts';
import type { Opener } from '../../crypto/seal.ts';
import type { Queries } from '../../db/queries.ts';
import { type Tenant, tenantStore } from '../../db/stores/host.ts';
import type { Change, PlanOptions, Warning } from '../../manifest/change.ts';
import { type TenantDocument, tenantDocuments, unfitValues } from '../../manifest/document.ts';
import { planTenant, type TenantPlan } from '../../manifest/plan.ts';
import type { StoredDigest } from '../../manifest/plan-file.ts';
import { type Problem, refuseProblems, spanText } from '../../manifest/problem.ts';
import {
  type Credentials,
  refuseOtherPrefixes,
  resolveSources,
  type SourceRules,
  variablesIn,
} from '../../manifest/resolve-sources.ts';
import { storedRows, touchedBy } from '../../manifest/stored-rows.ts';
import type { ManifestText } from '../../manifest/text.ts';
import type { Deps } from '../deps.ts';
import { chosen } from '../ref.ts';

/** What a manifest wants of one tenant, and what that takes. */
export interface Planned {
  tenant: Tenant;
  document: TenantDocument;
  changes: readonly Change[];
  unlisted: TenantPlan['unlisted'];
  /** Plans it anew, to be written, with what is stored now. @throws AppError where the manifest does not fit that any more */
  planAgain(queries: Queries): Promise<{ changes: readonly Change[]; digest: string | undefined }>;
}

/** What a tenant's plan is made of. */
export interface Seen {
  tenant: Tenant;
  document: TenantDocument;
  /** Of what is stored. */
  digest: string;
}

/** Looks at what plans are made of. */
export interface Observer {
  /** Takes what is stored of a tenant as it is read. */
  digestOf(tenant: Tenant): StoredDigest;
  see(seen: Seen): void;
}

/** A plan, and what it was made of. */
export type Prepared = Omit<Planned, 'changes' | 'unlisted'> & { plan: TenantPlan; digest: string | undefined };

export interface Preparation {
  /** Undefined with `--no-credentials`. */
  credentials: Credentials | undefined;
  /** The environment variables that are named. */
  variables: readonly string[];
  /** Plans one tenant after the other, in the order of the files. */
  tenants(observer?: Observer): AsyncGenerator<Prepared>;
}

/** Manifests as they were read, and how they are taken. */
export interface Manifests {
  texts: readonly ManifestText[];
  /** What was wrong with reading them. */
  problems: readonly Problem[];
  /** Where credentials are read from; undefined where none is read. */
  sources: SourceRules | undefined;
  /** What the name of each variable must begin with. */
  envPrefix: string | undefined;
  /** Deletes what is stored and not in the manifest. */
  prune: boolean;
  /** The one tenant that is meant, where not all are. */
  tenant: string | undefined;
}

/**
 * Reads the sources of the manifests, and finds their tenants.
 * @throws AppError with everything that is wrong with them
 */
export async function prepare(deps: Deps, manifests: Manifests): Promise<Preparation> {
  const { texts, sources, prune } = manifests;
  const problems = [...manifests.problems];
  const documents = texts.flatMap((text) => [...tenantDocuments(text, problems)]);
  if (manifests.envPrefix !== undefined) {
    const foreign: Problem[] = [];
    refuseOtherPrefixes(documents, manifests.envPrefix, foreign);
    // Before any source is read.
    refuseProblems(foreign);
  }
  const resolve = async (among: readonly TenantDocument[]) => sources && resolveSources(among, sources, problems);
  // The credentials of one tenant alone may be all that is at hand.
  const whole = manifests.tenant === undefined ? await resolve(documents) : undefined;
  if (problems.length > 0) problems.push(...documents.flatMap(unfitValues));
  refuseProblems(problems);
  const found = await tenantsOf(deps, documents, { tenant: manifests.tenant, problems });
  const credentials = whole ?? (await resolve(found.map(({ document }) => document)));
  refuseProblems(problems);
  const openers = sources && (await deps.openers());
  return {
    credentials,
    variables: variablesIn(found.map(({ document }) => document)),
    async *tenants(observer) {
      const { queries } = await deps.database();
      for (const { tenant, document } of found) {
        const opener = openers?.(tenant.id);
        const planned = async (from: Queries, how: Pick<PlanOptions, 'newId' | 'writes'>) => {
          const planNow = async () => {
            const rows = storedRows(from, tenant.id, touchedBy(document, prune));
            const digest = observer?.digestOf(tenant);
            const plan = await planTenant(document, digest?.watched(rows) ?? rows, { ...optionsOf(opener), ...how });
            return { plan, digest: digest?.end() };
          };
          const first = await planNow();
          // What does not open is no error of the plan, but a conflict that stands in it.
          const lacksKey = first.plan.changes.some(({ conflict }) => conflict?.code === 'KEY_UNAVAILABLE');
          return lacksKey && (await deps.takeNewKeys()) ? planNow() : first;
        };
        // What is only shown needs no real ids, which take their time.
        let count = 0;
        const provisionalId = (prefix: string) => `${prefix} ${++count}`;
        yield {
          tenant,
          document,
          ...(await deps.withNewKeys(() => planned(queries, { newId: provisionalId, writes: false }))),
          async planAgain(transaction) {
            const { plan, digest } = await planned(transaction, { newId, writes: true });
            refuseProblems(plan.problems);
            return { changes: plan.changes, digest };
          },
        };
      }
    },
  };

  function optionsOf(opener: Opener | undefined): Omit<PlanOptions, 'newId' | 'writes'> {
    return {
      credentials,
      prune,
      open: ({ table }, row, column) => {
        if (!opener) throw new Error('nothing is opened without credentials');
        return opener.open(String(row[column]), { table, column, id: row.id });
      },
    };
  }
}

interface Found {
  tenant: Tenant;
  document: TenantDocument;
}

/** The tenants that the documents name, each once; with `--tenant` that one alone. */
async function tenantsOf(
  deps: Deps,
  documents: readonly TenantDocument[],
  { tenant: ref, problems }: { tenant: string | undefined; problems: Problem[] },
): Promise<readonly Found[]> {
  const store = tenantStore((await deps.database()).queries);
  const only = ref === undefined ? undefined : await chosen(store, ref, 'tenant');
  const all = await store.list();
  const byId = new Map(all.map((tenant) => [tenant.id, tenant]));
  const byName = new Map<string | null, Tenant[]>();
  for (const tenant of all) byName.set(tenant.displayName, [...(byName.get(tenant.displayName) ?? []), tenant]);
  const found = new Map<string, Found>();
  for (const document of documents) {
    const byRef = byId.get(document.tenantRef);
    const [tenant, ...others] = byRef ? [byRef] : (byName.get(document.tenantRef) ?? []);
    if (only && ![tenant, ...others].some((each) => each?.id === only.id)) continue;
    const report = (reason: string, code: Problem['code']) =>
      void problems.push({ ...document, key: 'tenant', reason, code: code ?? 'VALIDATION' });
    if (!tenant) report('names a tenant that does not exist: integrations tenant list', 'NOT_FOUND');
    else if (others.length > 0) report('names several: take the id of the one that is meant', 'CONFLICT');
    else if (found.has(tenant.id)) report('is named twice: one document holds all of a tenant', 'VALIDATION');
    else found.set(tenant.id, { tenant, document });
  }
  if (only && found.size === 0 && problems.length === 0) {
    throw usage('the manifest has no document for the tenant given with --tenant', { field: 'tenant' });
  }
  return [...found.values()];
}

/**
 * Plans all tenants, and tells their warnings.
 * @throws AppError with everything that does not fit what is stored
 */
export async function planAll(
  deps: Pick<Deps, 'warn'>,
  preparation: Preparation,
  observer?: Observer,
): Promise<Planned[]> {
  const planned: Planned[] = [];
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  for await (const { tenant, document, digest, plan, planAgain } of preparation.tenants(observer)) {
    if (digest !== undefined) observer?.see({ tenant, document, digest });
    problems.push(...plan.problems);
    warnings.push(...plan.warnings);
    planned.push({ tenant, document, changes: plan.changes, unlisted: plan.unlisted, planAgain });
  }
  refuseProblems(problems);
  for (const warning of warnings) deps.warn(`${spanText(warning)} ${warning.text}`);
  return planned;
}
