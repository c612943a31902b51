import { AppError, usage } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Tenant } from '../../db/stores/host.ts';
import {
  digestsOf,
  documentDigest,
  newNonce,
  type PlanFile,
  type StoredDigest,
  startStoredDigest,
  type TenantDigests,
} from '../../manifest/plan-file.ts';
import type { Credentials } from '../../manifest/resolve-sources.ts';
import type { Deps, KeyDeps } from '../deps.ts';
import type { Observer, Preparation, Seen } from './prepare.ts';

type ReviewDeps = Pick<Deps, 'openers'> & Pick<KeyDeps, 'keyRing'>;

/** Notes what a plan is made of, for `apply --plan` to compare. */
export interface Recording extends Observer {
  file(): PlanFile;
}

export async function startRecording(deps: ReviewDeps, preparation: Preparation, prune: boolean): Promise<Recording> {
  const head = { kid: (await deps.keyRing()).active.kid, nonce: newNonce() };
  const digests = await createDigests(deps, preparation.credentials, head);
  const tenants: TenantDigests[] = [];
  return {
    digestOf: digests.ofStored,
    see: (seen) => void tenants.push(digests.of(seen)),
    file: () => ({ version: 1, ...head, prune, tenants }),
  };
}

/** Compares what there is with what was reviewed. */
export interface Review extends Observer {
  /** @throws AppError CONFLICT where the manifest, a source or the database is another than when the plan was made */
  refuseOther(): void;
  /** @param digest of what is stored now @throws AppError CONFLICT */
  refuseChanged(tenant: Tenant, digest: string | undefined): void;
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
  const refuseChanged = (tenant: Tenant, digest: string | undefined) => {
    if (reviewed.get(tenant.id)?.stored !== digest) {
      throw changed(`what is stored of the tenant "${quotable(tenant.displayName ?? tenant.id)}" has changed`);
    }
  };
  return {
    digestOf: digests.ofStored,
    see: (each) => void seen.push({ tenant: each.tenant, now: digests.of(each) }),
    refuseOther() {
      if (seen.length !== reviewed.size || seen.some(({ now }) => reviewed.get(now.id)?.manifest !== now.manifest)) {
        throw changed('the manifest or one of its sources has changed');
      }
      for (const { tenant, now } of seen) refuseChanged(tenant, now.stored);
    },
    refuseChanged,
  };
}

function changed(what: string): AppError {
  return new AppError('CONFLICT', `${what} since the plan was made`, {
    hint: 'Make a new plan, and have that one reviewed.',
  });
}

interface Digests {
  of(seen: Seen): TenantDigests;
  ofStored(tenant: Tenant): StoredDigest;
}

async function createDigests(
  deps: ReviewDeps,
  credentials: Credentials | undefined,
  head: Pick<PlanFile, 'kid' | 'nonce'>,
): Promise<Digests> {
  const start = digestsOf(await deps.keyRing(), head);
  const openers = await deps.openers();
  return {
    ofStored: ({ id }) => startStoredDigest(openers(id), start),
    of: ({ tenant: { id }, document, digest }) => ({
      id,
      manifest: documentDigest(document, credentials ?? new Map(), start),
      stored: digest,
    }),
  };
}
