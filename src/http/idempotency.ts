import { createHash, createHmac } from 'node:crypto';
import type { Json } from '../core/field.ts';
import { apiRequestStore, type Claim } from '../db/stores/api-requests.ts';
import type { Host } from '../library/host.ts';
import { RequestProblem } from './problem.ts';
import type { Answer } from './route.ts';

/** A request that bears a key. */
export interface Keyed {
  key: string;
  callerId: string;
  tenantId: string;
  /** The method, the path with its query, and the body as it was read. */
  asked: readonly [method: string, url: string, body: Json];
}

/** What an `Idempotency-Key` header holds. */
export const keyPattern = '^[\\x21-\\x7e]{1,255}$';

/**
 * The key of an `Idempotency-Key` header: the text itself, or as a structured field in quotation marks.
 * @throws RequestProblem
 */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (new RegExp(keyPattern).test(header)) return /^"(.+)"$/.exec(header)?.[1] ?? header;
  throw new RequestProblem('VALIDATION', 'an Idempotency-Key is 1 to 255 characters of ASCII without blanks', {
    errors: [{ field: 'Idempotency-Key', message: 'must be 1 to 255 characters of ASCII without blanks' }],
  });
}

/** Of a request that bears a key what is done and answered once. */
export interface Once {
  /** Does the work, or answers as it was answered. What fails, or is not settled, may be tried again. @throws RequestProblem */
  run(keyed: Keyed, work: () => Promise<Answer>): Promise<Answer>;
}

const purgeEveryMs = 3_600_000;

/** @param unnoted is told that an answer was given and could not be kept */
export function createOnce(host: Host, unnoted: (error: unknown) => void): Once {
  let purgedAt = 0;
  const stored = <T>(work: (store: ReturnType<typeof apiRequestStore>) => Promise<T>): Promise<T> =>
    host.run('apply', async (deps) => {
      const database = await deps.database();
      return database.transaction((queries) => work(apiRequestStore(queries)));
    });

  async function purge(): Promise<void> {
    if (Date.now() - purgedAt < purgeEveryMs) return;
    purgedAt = Date.now();
    await stored((store) => store.removeOld());
  }

  return {
    async run(keyed, work) {
      const { id, digest } = namesOf(keyed);
      const claim = await stored((store) => store.begin({ id, tenantId: keyed.tenantId, digest }));
      if (claim.kind !== 'begun') return answerOf(claim);
      let answer: Answer;
      try {
        answer = await work();
      } catch (error) {
        await stored((store) => store.release(id)).catch(unnoted);
        throw error;
      }
      const { isUnsettled = false } = answer;
      await stored((store) => (isUnsettled ? store.release(id) : store.answer(id, JSON.stringify(answer)))).catch(
        unnoted,
      );
      await purge().catch(unnoted);
      return answer;
    },
  };
}

/** A digest of the body alone would tell of a credential in it whether it was guessed; only the client has the key. */
function namesOf({ key, callerId, tenantId, asked }: Keyed): { id: string; digest: string } {
  return {
    id: createHash('sha256')
      .update(JSON.stringify([callerId, tenantId, key]))
      .digest('hex'),
    digest: createHmac('sha256', key).update(JSON.stringify(asked)).digest('hex'),
  };
}

function answerOf(claim: Exclude<Claim, { kind: 'begun' }>): Answer {
  if (claim.kind === 'answered') {
    const answer = JSON.parse(claim.answer) as Answer;
    return { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } };
  }
  if (claim.kind === 'under way') {
    throw new RequestProblem('CONFLICT', 'the request with this Idempotency-Key is still under way', {
      hint: 'Ask again in a moment.',
      headers: { 'retry-after': '1' },
    });
  }
  throw new RequestProblem('VALIDATION', 'this Idempotency-Key belongs to another request', {
    errors: [{ field: 'Idempotency-Key', message: 'belongs to another request' }],
  });
}
