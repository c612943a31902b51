import { AppError, usage } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Tenant } from '../../db/stores/host.ts';
import {
  type Digest,
  digestOf,
  documentContent,
  newNonce,
  type PlanFile,
  stateContent,
  type TenantDigests,
} from '../../manifest/plan-file.ts';
import type { Credentials } from '../../manifest/resolve-sources.ts';
import type { TenantState } from '../../manifest/state.ts';
import type { Deps, KeyDeps } from '../deps.ts';
import type { Preparation, Prepared } from './prepare.ts';

type ReviewDeps = Pick<Deps, 'openers'> & Pick<KeyDeps, 'keyRing'>;

/** Notes what a plan is made of, for `apply --plan` to compare. */
export interface Recording {
  see(prepared: Prepared): void;
  file(): PlanFile;
}

export async function startRecording(deps: ReviewDeps, preparation: Preparation, prune: boolean): Promise<Recording> {
  const head = { kid: (await deps.keyRing()).active.kid, nonce: newNonce() };
  const digests = await createDigests(deps, preparation.credentials, head);
  const tenants: TenantDigests[] = [];
  return {
    see: (prepared) => void tenants.push(digests.of(prepared)),
    file: () => ({ version: 1, ...head, prune, tenants }),
  };
}

/** Compares what there is with what was reviewed. */
export interface Review {
  see(prepared: Prepared): void;
  /** @throws AppError CONFLICT where the manifest, a source or the database is another than when the plan was made */
  refuseOther(): void;
  /** @throws AppError CONFLICT */
  refuseChanged(tenant: Tenant, state: TenantState): void;
}

export async function startReview(
  deps: ReviewDeps,
  preparation: Preparation,
  file: PlanFile,
  prune: boolean,
): Promise<Review> {
  if (file.prune !== prune) {
    throw usage(`the plan was made ${file.prune ? 'with' : 'without'} --prune`, {
      hint: `Apply it ${file.prune ? 'with' : 'without'} --prune too, or make a new plan.`,
      field: 'prune',
    });
  }
  const digests = await createDigests(deps, preparation.credentials, file);
  const reviewed = new Map(file.tenants.map((tenant) => [tenant.id, tenant]));
  const seen: { tenant: Tenant; now: TenantDigests }[] = [];
  const refuseStored = (tenant: Tenant, stored: string) => {
    if (reviewed.get(tenant.id)?.stored !== stored) {
      throw changed(`what is stored of the tenant "${quotable(tenant.displayName ?? tenant.id)}" has changed`);
    }
  };
  return {
    see: (prepared) => void seen.push({ tenant: prepared.tenant, now: digests.of(prepared) }),
    refuseOther() {
      if (seen.length !== reviewed.size || seen.some(({ now }) => reviewed.get(now.id)?.manifest !== now.manifest)) {
        throw changed('the manifest or one of its sources has changed');
      }
      for (const { tenant, now } of seen) refuseStored(tenant, now.stored);
    },
    refuseChanged: (tenant, state) => refuseStored(tenant, digests.stored(tenant.id, state)),
  };
}

function changed(what: string): AppError {
  return new AppError('CONFLICT', `${what} since the plan was made`, {
    hint: 'Make a new plan, and have that one reviewed.',
  });
}

interface Digests {
  of(prepared: Prepared): TenantDigests;
  stored(tenantId: string, state: TenantState): string;
}

async function createDigests(
  deps: ReviewDeps,
  credentials: Credentials | undefined,
  head: Pick<PlanFile, 'kid' | 'nonce'>,
): Promise<Digests> {
  const digest: Digest = digestOf(await deps.keyRing(), head);
  const openers = await deps.openers();
  const stored = (tenantId: string, state: TenantState) => digest(stateContent(state, openers(tenantId)));
  return {
    stored,
    of: ({ tenant: { id }, document, state }) => ({
      id,
      manifest: digest(documentContent(document, credentials ?? new Map())),
      stored: stored(id, state),
    }),
  };
}
