import { AppError } from '../../core/error.ts';
import type { Json } from '../../core/field.ts';
import { quotable } from '../../core/text.ts';
import type { Digester } from '../../crypto/digest.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { runStore } from '../../db/stores/runs.ts';
import type { TenantScope } from '../scope.ts';

/** States in which nothing was done: the same key may be tried again. */
const undone: readonly string[] = ['refused', 'not_sent'];

export function wasDone({ state }: Run): boolean {
  return !undone.includes(state);
}

/** What a caller asks for under a name of its own. */
interface Keyed {
  key: string | undefined;
  /** What of several things the key stands for, such as a recipient. */
  part?: string;
  /** Null where the key alone says what is asked for. */
  request: Json;
}

/** The run of the caller's key, where it may have done something. @throws AppError CONFLICT where the key stands for another request */
export async function knownRun(
  scope: TenantScope,
  { id }: Integration,
  { key, part = '', request }: Keyed,
): Promise<Run | undefined> {
  if (key === undefined) return undefined;
  const { queries } = await scope.deps.database();
  const known = await runStore(queries, scope.tenant.id).withKey(id, key, part);
  if (!known || !wasDone(known)) return undefined;
  const digester = await scope.digester();
  await scope.deps.withNewKeys(() => refuseOther(known, { key, request }, digester));
  return known;
}

/**
 * @throws AppError CONFLICT where the key of an earlier run stands for another request than this one, KEY_UNAVAILABLE
 * where nobody can tell
 */
export function refuseOther(earlier: Run, { key, request }: Pick<Keyed, 'key' | 'request'>, digester: Digester): void {
  if (request === null || digester.isOf(earlier.requestDigest, textOf(request))) return;
  throw new AppError('CONFLICT', `"${quotable(key ?? '')}" stands for another request already: the run ${earlier.id}`, {
    hint: 'Give another key, or ask for the same as before.',
    field: 'key',
    details: { runId: earlier.id },
  });
}

/** Of what is asked for, as it is digested. */
export function textOf(request: Json): string {
  return JSON.stringify(request);
}
