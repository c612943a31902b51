import { createHash } from 'node:crypto';
import { IntegrationsError } from '../library/error.ts';
import { RequestProblem } from './problem.ts';

const mostOfKey = 128;

/** An Idempotency-Key as the key of a run, which may not be as long. */
export function keyOfRun(header: string): string {
  return header.length <= mostOfKey ? header : digestOf(header);
}

/** The same where others may send the same header and mean something else. */
export function keyOfCaller(header: string, callerId: string): string {
  return digestOf(JSON.stringify([callerId, header]));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Does what is named by its Idempotency-Key. @throws RequestProblem where that stands for another request */
export function underHeader<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    const isOther = error instanceof IntegrationsError && error.code === 'CONFLICT' && error.field === 'key';
    if (!isOther) throw error;
    throw new RequestProblem('VALIDATION', 'this Idempotency-Key belongs to another request', {
      errors: [{ field: 'Idempotency-Key', message: 'belongs to another request' }],
    });
  });
}
