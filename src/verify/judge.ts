import { type Answer, Refusal, Undecided } from '../core/verification.ts';

/** What is known when an answer is judged. */
export interface Standing {
  /** Another call has shown that the credential is accepted: only then does a 404 mean that a thing is not there. */
  credentialProven: boolean;
  now: Date;
}

/** The reading of an answer that holds for every provider; undefined is a success. */
export function judge(answer: Answer, standing: Standing): Refusal | Undecided | undefined {
  const { status } = answer;
  if (isThrottled(answer)) return throttled(answer, standing.now);
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
    return standing.credentialProven
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

/** A 401, and the clock named before the credential where it is minutes off. */
export function refused(answer: Answer, detail = 'the provider does not accept the credential (401)'): Refusal {
  const skew = clockHint(answer);
  return new Refusal('INVALID', {
    detail,
    hint: skew ?? 'Make a new credential, and store it with "integrations ... rotate".',
  });
}

/** Says so when our clock and the provider's are more than a minute apart. */
export function clockHint({ clockAhead }: Answer): string | undefined {
  if (Math.abs(clockAhead) < 60) return undefined;
  const minutes = Math.round(Math.abs(clockAhead) / 60);
  return `This machine's clock is ${minutes} min ${clockAhead > 0 ? 'behind' : 'ahead of'} the provider's: set it first, then try again.`;
}

function isThrottled(answer: Answer): boolean {
  if (answer.status === 429) return true;
  return (
    answer.status === 403 &&
    (answer.header('x-ratelimit-remaining') === '0' || answer.header('retry-after') !== undefined)
  );
}

export function throttled(answer: Answer, now: Date): Undecided {
  const seconds = retryAfter(answer.header('retry-after'), now);
  const when = seconds === undefined ? 'later' : `in ${seconds} s`;
  return new Undecided('RATE_LIMITED', {
    detail: `the provider throttles (${answer.status})`,
    hint: `Try again ${when}.`,
  });
}

/** Seconds from `Retry-After`, which holds seconds or a date (RFC 9110, 10.2.3); undefined where it holds neither. */
export function retryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value.trim());
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? undefined : Math.max(0, Math.ceil((moment - now.getTime()) / 1000));
}
