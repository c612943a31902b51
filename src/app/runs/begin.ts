import { AppError } from '../../core/error.ts';
import type { Json, JsonObject } from '../../core/field.ts';
import { quotable } from '../../core/text.ts';
import { moment } from '../../core/time.ts';
import type { Digester } from '../../crypto/digest.ts';
import type { Queries } from '../../db/queries.ts';
import { categoryOf, type Integration } from '../../db/stores/codec.ts';
import type { Run, RunKind } from '../../db/stores/run-row.ts';
import { type RunStore, runStore, unresolvedStates } from '../../db/stores/runs.ts';
import type { TenantScope } from '../scope.ts';
import { inTheWay } from './errors.ts';
import { refuseOther, textOf, wasDone } from './known.ts';

/** Something that is to be asked of a provider once. */
export interface Intent {
  id: string;
  kind: RunKind;
  integration: Integration;
  /** The caller's own name for it: with it, it is done once however often it is asked for. */
  key: string | undefined;
  /** What of several things the key stands for, such as a recipient. */
  part?: string;
  /** What is asked for, from which another request with the key is told; only a digest of it is stored. Null: the key says it. */
  request: Json;
  marker: string | null;
  about: JsonObject;
  place: JsonObject;
  deadline: Date | null;
  /** Whether one of the integration whose fate is not known stands in the way; `set aside`: it does so no longer. */
  unresolved: 'no matter' | 'in the way' | 'set aside';
  /** Sends it once more under its key although nobody knows what became of it. */
  isForced?: boolean;
}

export interface Begun {
  run: Run;
  /** It was begun by an earlier call with the same key, and nothing is to be sent. */
  isRepeat: boolean;
}

/**
 * Stores what is to be sent before anything is sent, so that whoever comes after knows of it.
 * @throws AppError CONFLICT where the key stands for something else, or another run is in the way
 */
export async function begin(scope: TenantScope, intent: Intent, now: Date): Promise<Begun> {
  const { integration, key, part = '' } = intent;
  const digester = await scope.digester();
  return scope.write(async (_, transaction) => {
    const runs = runStore(transaction, scope.tenant.id);
    await lock(transaction, scope, integration);
    const run = newRun(scope, intent, digester, now);
    const earlier = key === undefined ? undefined : await runs.withKey(integration.id, key, part);
    // The transaction may run again after it was stored.
    if (earlier?.id === run.id) return { run: earlier, isRepeat: false };
    if (earlier && wasDone(earlier)) {
      refuseOther(earlier, intent, digester);
      const isForced = intent.isForced === true && unresolvedStates.includes(earlier.state);
      if (!isForced) return { run: earlier, isRepeat: true };
    }
    await clearWay(runs, intent, now);
    if (!earlier) {
      await runs.insert(run);
      return { run, isRepeat: false };
    }
    const again = { ...run, id: earlier.id };
    await runs.tell(earlier.id, again, [earlier.state]);
    return { run: again, isRepeat: false };
  });
}

/** Of two calls for one integration the second comes when the first is stored. */
async function lock(transaction: Queries, scope: TenantScope, { id, displayName, ...row }: Integration): Promise<void> {
  const { table, noun } = categoryOf({ id, displayName, ...row });
  const found = await transaction(table).where({ tenantId: scope.tenant.id, id }).first('id').forUpdate();
  if (found) return;
  throw new AppError('NOT_FOUND', `the ${noun} "${quotable(displayName)}" no longer exists`);
}

async function clearWay(runs: RunStore, { integration, unresolved: rule }: Intent, now: Date): Promise<void> {
  if (rule === 'no matter') return;
  for (const other of await runs.open(integration.id)) {
    if (!unresolvedStates.includes(other.state)) continue;
    if (rule === 'in the way') throw inTheWay(other);
    await runs.tell(other.id, { state: 'unknown', endedAt: moment(now) }, unresolvedStates);
  }
}

function newRun(scope: TenantScope, intent: Intent, digester: Digester, now: Date): Run {
  const { id, kind, integration, key = null, part = '', request, marker, about, place, deadline } = intent;
  const time = moment(now);
  return {
    id,
    tenantId: scope.tenant.id,
    kind,
    category: categoryOf(integration).name,
    integrationId: integration.id,
    displayName: integration.displayName,
    key,
    part,
    requestDigest: digester.digest(textOf(request)),
    marker,
    about,
    state: 'dispatching',
    providerState: null,
    providerRunId: null,
    url: null,
    detail: null,
    place,
    createdAt: time,
    deadlineAt: deadline && moment(deadline),
    changedAt: time,
    endedAt: null,
  };
}
