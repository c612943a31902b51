import { applyAll, conflictOf, deletionsIn } from '../app/manifest/apply.ts';
import { changeItem, failureOf, outcomeItems } from '../app/manifest/items.ts';
import { type Planned, planAll, prepare } from '../app/manifest/prepare.ts';
import type { TenantScope } from '../app/scope.ts';
import { usage } from '../core/error.ts';
import { plural } from '../core/text.ts';
import { givenText } from '../manifest/text.ts';
import type { Manifest } from './integration-types.ts';
import { requireOptions } from './option-names.ts';
import type { AppliedItem, ApplyOptions, PlanItem, PlanOptions } from './types.ts';

const applyNames = { prune: true, environment: true, folder: true } as const;

/** @throws AppError USAGE, CONFLICT where what is stored does not allow a change */
export async function planManifest(
  scope: TenantScope,
  manifest: string | Manifest,
  options: PlanOptions,
): Promise<PlanItem[]> {
  requireOptions(options, { ...applyNames, credentials: true });
  const planned = await plannedOf(scope, manifest, options);
  for (const each of planned) {
    const conflict = conflictOf(each);
    if (conflict) throw conflict;
  }
  return planned.flatMap(({ tenant, changes }) =>
    changes.map((change) => changeItem(tenant, change)),
  ) as unknown as PlanItem[];
}

/** @throws AppError for what kept the tenant as it is */
export async function applyManifest(
  scope: TenantScope,
  manifest: string | Manifest,
  options: ApplyOptions,
): Promise<AppliedItem[]> {
  requireOptions(options, { ...applyNames, maxDelete: true });
  const { maxDelete = 10 } = options;
  const planned = await plannedOf(scope, manifest, options);
  const deletions = planned.reduce((sum, { changes }) => sum + deletionsIn(changes), 0);
  if (deletions > maxDelete) {
    throw usage(`this would delete ${plural(deletions, 'integration')}, and at most ${maxDelete} may be deleted`, {
      field: 'maxDelete',
    });
  }
  const outcomes = await applyAll(scope.deps, planned, { review: undefined, isShown: false, parallel: 1 });
  const failed = planned.map((each) => failureOf(each, outcomes.get(each))).find((error) => error !== undefined);
  if (failed) throw failed;
  const items = planned.flatMap((each) => outcomeItems(each, outcomes.get(each), undefined));
  return items as unknown as AppliedItem[];
}

async function plannedOf(
  { deps, tenant }: TenantScope,
  manifest: string | Manifest,
  { prune = false, credentials = true, environment = {}, folder }: PlanOptions,
): Promise<Planned[]> {
  const text = typeof manifest === 'string' ? manifest : JSON.stringify({ tenant: tenant.id, ...manifest });
  const preparation = await prepare(deps, {
    texts: [givenText(text, folder)],
    problems: [],
    sources: credentials ? { env: environment, allowOutside: false } : undefined,
    envPrefix: undefined,
    prune,
    tenant: tenant.id,
  });
  return planAll(deps, preparation);
}
