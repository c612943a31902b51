import { moment, toStored } from '../../core/time.ts';
import { refusalOf } from '../errors.ts';
import type { Queries } from '../queries.ts';

export const apiRequests = 'tenant_api_requests';

/** A request that is to be answered once. */
export interface KeyedRequest {
  /** Of who sent it under which key: a SHA-256 in hexadecimal. */
  id: string;
  tenantId: string;
  /** Of all that it asks for, likewise. */
  digest: string;
}

/** What became of a request: it is this one that is to do it, another one does it or did, or the key is another request's. */
export type Claim =
  | { kind: 'begun' }
  | { kind: 'under way' }
  | { kind: 'answered'; answer: string }
  | { kind: 'other' };

const keptMs = 86_400_000;
/** Whoever has not answered by then has ended before it could. */
const answeredMs = 300_000;

/** Requests that are done once, whichever instance gets them. Each call is to be run in a transaction. */
export function apiRequestStore(queries: Queries, now = Date.now()) {
  const rows = () => queries(apiRequests);
  const before = (ms: number) => toStored(moment(new Date(now - ms)));
  const begunAt = before(0);

  return {
    async begin({ id, tenantId, digest }: KeyedRequest): Promise<Claim> {
      try {
        // Not looked for first: that would lock the place where it is not yet, and another one's beside it.
        await rows().insert({ id, tenantId, digest, begunAt });
        return { kind: 'begun' };
      } catch (error) {
        if (refusalOf(error) !== 'duplicate') throw error;
      }
      const row = await rows().where({ id }).forUpdate().first();
      // Released just now: whoever asks again finds it gone.
      if (!row) return { kind: 'under way' };
      const isGivenUp = row.answer === null && String(row.begunAt) < before(answeredMs);
      if (String(row.begunAt) < before(keptMs) || (isGivenUp && row.digest === digest)) {
        await rows().where({ id }).update({ digest, answer: null, begunAt });
        return { kind: 'begun' };
      }
      if (row.digest !== digest) return { kind: 'other' };
      return row.answer === null ? { kind: 'under way' } : { kind: 'answered', answer: String(row.answer) };
    },

    async answer(id: string, answer: string): Promise<void> {
      await rows().where({ id }).update({ answer });
    },

    /** That nothing was done: the key may be used again. */
    async release(id: string): Promise<void> {
      await rows().where({ id }).delete();
    },

    /** What nobody asks for any more. */
    async removeOld(): Promise<void> {
      await rows().where('begunAt', '<', before(keptMs)).delete();
    },

    async removeAll(tenantId: string): Promise<void> {
      await rows().where({ tenantId }).delete();
    },
  };
}
