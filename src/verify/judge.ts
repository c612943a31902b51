import { refused, throttled } from '../core/reading.ts';
import { type Answer, Refusal, Undecided } from '../core/verification.ts';

/** What is known when an answer is judged. */
export interface Evidence {
  /** Another call has shown that the credential is accepted: only then does a 404 mean that a thing is not there. */
  credentialProven: boolean;
  now: Date;
}

/** The reading of an answer that holds for every provider; undefined is a success. */
export function judge(answer: Answer, evidence: Evidence): Refusal | Undecided | undefined {
  const { status } = answer;
  if (isThrottled(answer)) return throttled(answer, evidence.now);
  if (status >= 500)
    return new Undecided('UNREACHABLE', { detail: `the provider has a fault (${status})`, hint: 'Try again later.' });
  if (status >= 300 && status < 400) {
    return new Undecided('UNREACHABLE', {
      detail: 'it redirects elsewhere, where credentials are not sent',
      hint: 'Check the address, and whether a sign-in page stands in front.',
    });
  }
  if (answer.isPage) {
    return new Undecided('UNREACHABLE', {
      detail: `a web page answered (${status}), not the API`,
      hint: 'Check the address, and whether a proxy or a sign-in page stands in front.',
    });
  }
  if (status >= 200 && status < 300) return undefined;
  if (status === 401) return refused(answer);
  if (status === 403)
    return new Refusal('INSUFFICIENT', {
      detail: 'the credential is known, and may not do this (403)',
      hint: 'Give it the permissions that "integrations provider show" names.',
    });
  if (status === 404 || status === 410) {
    return evidence.credentialProven
      ? new Refusal('NOT_FOUND', {
          detail: `there is no such thing, or the credential cannot see it (${status})`,
          hint: 'Check the name, and what the credential has access to.',
        })
      : new Undecided('UNREACHABLE', {
          detail: `nothing answers at this address (${status})`,
          hint: 'Check the address.',
        });
  }
  return new Undecided('UNREACHABLE', { detail: `it gave an answer that is not foreseen (${status})` });
}

function isThrottled(answer: Answer): boolean {
  if (answer.status === 429) return true;
  return (
    answer.status === 403 &&
    (answer.header('x-ratelimit-remaining') === '0' || answer.header('retry-after') !== undefined)
  );
}
