import { moment, toStored } from '../../core/time.ts';
import type { Queries } from '../queries.ts';

export const accessRefusalsTable = 'tenant_access_refusals';

const minuteMs = 60_000;
/** What other servers may still count, whose clocks are not quite ours. */
const keptMs = 5 * minuteMs;

/**
 * Counts that a caller from an address was refused, and forgets what is minutes old; to be run in a transaction, which
 * may be stored twice.
 * @returns how often that happened in this minute, at all servers together
 */
export async function countRefusal(queries: Queries, address: string, now: Date): Promise<number> {
  const rows = () => queries(accessRefusalsTable);
  const minute = moment(new Date(Math.floor(now.getTime() / minuteMs) * minuteMs));
  const id = `${minute} ${address}`;
  await rows()
    .insert({ id, minute: toStored(minute), refusals: 1 })
    .onConflict('id')
    .merge({ refusals: queries.raw('?? + 1', ['refusals']) });
  const { refusals } = await rows().where({ id }).first('refusals');
  if (refusals === 1) {
    await rows()
      .where('minute', '<', toStored(moment(new Date(now.getTime() - keptMs))))
      .delete();
  }
  return refusals;
}
