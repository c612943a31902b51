import { describe, expect, it } from 'vitest';
import { clockHint, retryAfter } from '../../../src/core/reading.ts';
import type { Answer, AnswerTable } from '../../../src/core/verification.ts';
import { judge } from '../../../src/verify/judge.ts';

const now = new Date('2026-11-22T12:00:00Z');

function answer(
  status: number,
  rest: { headers?: Record<string, string>; isPage?: boolean; clockAhead?: number } = {},
): Answer {
  const { headers = {}, isPage = false, clockAhead = 0 } = rest;
  return {
    status,
    header: (name) => headers[name],
    text: '',
    bytes: new Uint8Array(),
    json: () => ({}),
    isPage,
    clockAhead,
  };
}

describe('the reading that holds for every provider', () => {
  const retryAfterHeader = { headers: { 'retry-after': '90' } };
  it.each<[string, Answer, string | undefined]>([
    ['200', answer(200), undefined],
    ['204', answer(204), undefined],
    ['200 with a page', answer(200, { isPage: true }), 'UNREACHABLE'],
    ['404 with a page', answer(404, { isPage: true }), 'UNREACHABLE'],
    // What they mean is for the provider's table to say; who answers may stand in front.
    ['401', answer(401), 'UNREACHABLE'],
    ['403', answer(403), 'UNREACHABLE'],
    ['404', answer(404), 'UNREACHABLE'],
    ['410', answer(410), 'UNREACHABLE'],
    ['403 with Retry-After', answer(403, retryAfterHeader), 'RATE_LIMITED'],
    ['403 without requests left', answer(403, { headers: { 'x-ratelimit-remaining': '0' } }), 'RATE_LIMITED'],
    ['429', answer(429), 'RATE_LIMITED'],
    ['301', answer(301), 'UNREACHABLE'],
    ['302', answer(302), 'UNREACHABLE'],
    ['400', answer(400), 'UNREACHABLE'],
    ['422', answer(422), 'UNREACHABLE'],
    ['500', answer(500), 'UNREACHABLE'],
    ['502', answer(502), 'UNREACHABLE'],
    ['599', answer(599), 'UNREACHABLE'],
  ])('%s', (_, given, kind) => {
    for (const credentialProven of [true, false]) expect(judge(given, { credentialProven, now })?.kind).toBe(kind);
  });

  it('that the table has is what the table says, before any rule of all', () => {
    const line = { class: 'NOT_FOUND', detail: 'it is gone', hint: 'Look.', source: 'a/b#1' } as const;
    const table: AnswerTable = { gone: { ...line, status: 404, proven: true }, moved: { ...line, status: 302 } };
    expect(judge(answer(404), { credentialProven: true, now }, table)?.kind).toBe('NOT_FOUND');
    expect(judge(answer(404), { credentialProven: false, now }, table)?.kind).toBe('UNREACHABLE');
    expect(judge(answer(302), { credentialProven: false, now }, table)?.message).toBe('it is gone (302)');
  });

  it('says when to try again', () => {
    const date = { headers: { 'retry-after': 'Sun, 22 Nov 2026 12:02:00 GMT' } };
    expect(judge(answer(429, retryAfterHeader), { credentialProven: true, now })?.hint).toBe('Try again in 90 s.');
    expect(judge(answer(429, date), { credentialProven: true, now })?.hint).toBe('Try again in 120 s.');
    expect(judge(answer(429), { credentialProven: true, now })?.hint).toBe('Try again later.');
    const waits: [wait: string, told: string][] = [
      ['0', 'in 0 s'],
      ['3600', 'in 60 min'],
      ['86400', 'in 24 h'],
      ['604800', 'in 7 d'],
      ['999999999', 'later'],
      ['Fri, 31 Dec 9999 23:59:59 GMT', 'later'],
    ];
    for (const [wait, told] of waits) {
      const throttling = answer(429, { headers: { 'retry-after': wait } });
      expect(judge(throttling, { credentialProven: true, now })?.hint).toBe(`Try again ${told}.`);
    }
  });

  it('names a clock that is off', () => {
    expect(clockHint(answer(401, { clockAhead: 600 }))).toContain('10 min behind');
    expect(clockHint(answer(401, { clockAhead: -180 }))).toContain('3 min ahead');
    expect(clockHint(answer(401, { clockAhead: 59 }))).toBeUndefined();
  });
});

it.each([
  ['0', 0],
  [' 120 ', 120],
  ['Sun, 22 Nov 2026 12:00:30 GMT', 30],
  ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  ['99999999999', undefined],
  [undefined, undefined],
])('Retry-After: %s', (value, seconds) => {
  expect(retryAfter(value, now)).toBe(seconds);
});
