import { type Answer, Undecided } from './verification.ts';

/** How answers are read, for the rules of all and for the providers that have more to say. */

/** Says so when our clock and the provider's are more than a minute apart. */
export function clockHint({ clockAhead }: Answer): string | undefined {
  if (Math.abs(clockAhead) < 60) return undefined;
  const minutes = Math.round(Math.abs(clockAhead) / 60);
  return `This machine's clock is ${minutes} min ${clockAhead > 0 ? 'behind' : 'ahead of'} the provider's: set it first, then try again.`;
}

export function throttled(answer: Answer, now: Date): Undecided {
  return new Undecided('RATE_LIMITED', {
    detail: `the provider is throttling (${answer.status})`,
    hint: comeBack(answer, now) ?? 'Try again later.',
  });
}

/** When to try again, where the answer tells. */
export function comeBack(answer: Answer, now: Date): string | undefined {
  const seconds = retryAfter(answer.header('retry-after'), now) ?? untilReset(answer, now);
  return seconds === undefined ? undefined : `Try again ${inWords(seconds)}.`;
}

/** Whether the status and the headers say that there were too many requests. */
export function isThrottled(answer: Answer): boolean {
  if (answer.status === 429) return true;
  return (
    answer.status === 403 &&
    (answer.header('x-ratelimit-remaining') === '0' || answer.header('retry-after') !== undefined)
  );
}

const longestDays = 31;

/** `in 90 s`, `in 3 h`; what is further away than anybody means is told as later. */
function inWords(seconds: number): string {
  const units: readonly [name: string, length: number, most: number][] = [
    ['s', 1, 120],
    ['min', 60, 120],
    ['h', 3_600, 48],
    ['d', 86_400, longestDays],
  ];
  const unit = units.find(([, length, most]) => seconds <= length * most);
  return unit ? `in ${Math.ceil(seconds / unit[1])} ${unit[0]}` : 'later';
}

/** Some providers name the moment, in seconds since 1970. */
function untilReset(answer: Answer, now: Date): number | undefined {
  const reset = answer.header('x-ratelimit-reset') ?? answer.header('ratelimit-reset') ?? '';
  return /^\d{10}$/.test(reset) ? Math.max(0, Math.ceil(Number(reset) - now.getTime() / 1000)) : undefined;
}

/** Seconds from `Retry-After`, which holds seconds or a date (RFC 9110, 10.2.3); undefined where it holds neither. */
export function retryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value.trim());
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? undefined : Math.max(0, Math.ceil((moment - now.getTime()) / 1000));
}
