import { describe, expect, it } from 'vitest';
import { judgeBy, lineFor, machineCode } from '../../../src/core/answers.ts';
import type { Answer, AnswerLine, AnswerTable } from '../../../src/core/verification.ts';

interface Given {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  isPage?: boolean;
  clockAhead?: number;
}

function answer({ status = 403, headers = {}, body = {}, isPage = false, clockAhead = 0 }: Given): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    status,
    header: (name) => headers[name],
    text,
    bytes: Buffer.from(text),
    json: () => body,
    isPage,
    clockAhead,
  };
}

function line(more: Partial<AnswerLine>): AnswerLine {
  return { status: 403, class: 'INSUFFICIENT', detail: 'it may not', hint: 'Let it.', source: 'a/b#1', ...more };
}

const now = new Date('2026-11-27T12:00:00Z');
const proven = { credentialProven: true, now };

function found(table: AnswerTable, given: Given, credentialProven = true): string | undefined {
  return lineFor(table, answer(given), { credentialProven });
}

describe('a line matches', () => {
  it.each<[string, Partial<AnswerLine>, Given, boolean]>([
    ['its status', {}, {}, true],
    ['one of its statuses', { status: [401, 403] }, {}, true],
    ['no other status', { status: [401, 404] }, {}, false],
    ['a text by its path', { body: { 'error.code': 'x' } }, { body: { error: { code: 'x' } } }, true],
    ['no other text', { body: { 'error.code': 'x' } }, { body: { error: { code: 'y' } } }, false],
    [
      'any entry of a list',
      { body: { 'errors.code': /^x/ } },
      { body: { errors: [{ code: 'a' }, { code: 'x1' }] } },
      true,
    ],
    ['nothing in a list of things', { body: { disabled: true } }, { body: [{ disabled: true }] }, false],
    ['a list of texts', { body: { scopes: 'x' } }, { body: { scopes: ['y', 'x'] } }, true],
    ['a truth', { body: { disabled: true } }, { body: { disabled: true } }, true],
    ['no truth in words', { body: { disabled: true } }, { body: { disabled: 'true' } }, false],
    ['nothing inherited', { body: { constructor: /./ } }, { body: {} }, false],
    ['no pattern in a number', { body: { code: /7/ } }, { body: { code: 7 } }, false],
    ['all parts of a body', { body: { a: 'x', b: 'y' } }, { body: { a: 'x', b: 'z' } }, false],
    ['a body that is no JSON', { body: { a: 'x' } }, { body: 'no' }, false],
    ['its text', { text: /blocked/ }, { body: 'it is blocked' }, true],
    ['its header', { header: { 'x-sso': /^required/ } }, { headers: { 'x-sso': 'required' } }, true],
    ['no header that is absent', { header: { 'x-sso': /^required/ } }, {}, false],
    ['no page', {}, { isPage: true, body: '<html>' }, false],
    ['a page, where it may be one', { page: true }, { isPage: true, body: '<html>' }, true],
    ['clocks that differ', { skewed: true }, { clockAhead: 90 }, true],
    ['no clocks that agree', { skewed: true }, { clockAhead: 5 }, false],
    ['by the status alone nothing that asks to wait', {}, { headers: { 'retry-after': '5' } }, false],
    ['by its text what asks to wait', { text: /x/ }, { headers: { 'retry-after': '5' }, body: 'x' }, true],
  ])('%s', (_name, given, asked, expected) => {
    expect(found({ it: line(given) }, asked)).toBe(expected ? 'it' : undefined);
  });

  it('only where the credential is proven, if it says so', () => {
    expect(found({ it: line({ proven: true }) }, {}, false)).toBeUndefined();
    expect(found({ it: line({ proven: true }) }, {})).toBe('it');
  });

  it('before those that come later', () => {
    const table = { one: line({ body: { a: 'x' } }), two: line({}) };
    expect(found(table, { body: { a: 'x' } })).toBe('one');
    expect(found(table, {})).toBe('two');
  });
});

describe('what it says', () => {
  const judged = (more: Partial<AnswerLine>, given: Given = {}, asksFor?: string) =>
    judgeBy({ it: line(more) }, answer(given), { ...proven, asksFor });

  it('is its class, its detail with the status, and its hint', () => {
    expect(judged({})).toMatchObject({ kind: 'INSUFFICIENT', message: 'it may not (403)', hint: 'Let it.' });
    expect(judged({ status: 200 }, { status: 200 })).toMatchObject({ message: 'it may not' });
    expect(judged({ hint: ({ status }) => `See ${status}.` })?.hint).toBe('See 403.');
    expect(judged({ status: 401 })).toBeUndefined();
  });

  it('names what was asked for, where its line has a place for that and its request tells it', () => {
    const missing = { detail: 'there is no such thing, or it is hidden', unnamed: 'such thing' };
    const name = 'repository acme/$&';
    expect(judged(missing, {}, name)?.message).toBe('there is no repository acme/$&, or it is hidden (403)');
    expect(judged(missing)?.message).toBe('there is no such thing, or it is hidden (403)');
    expect(judged({}, {}, name)?.message).toBe('it may not (403)');
  });

  it('is when to come back, where the answer tells that of throttling', () => {
    const throttling = { class: 'RATE_LIMITED', body: { a: 'x' } } as const;
    expect(judged(throttling, { body: { a: 'x' } })?.hint).toBe('Let it.');
    expect(judged(throttling, { body: { a: 'x' }, headers: { 'retry-after': '90' } })?.hint).toBe('Try again in 90 s.');
  });

  it('is the clock before the credential, where that is off', () => {
    expect(judged({ class: 'INVALID' }, { clockAhead: 600 })?.hint).toContain('10 min behind');
    expect(judged({}, { clockAhead: 600 })?.hint).toBe('Let it.');
  });
});

it.each<[unknown, string | undefined]>([
  [{ error: 'insufficient_scope' }, 'insufficient_scope'],
  [{ error: { code: 403, status: 'PERMISSION_DENIED' } }, 'PERMISSION_DENIED'],
  [{ error: { errors: [{ reason: 'applicationNotFound' }], status: 'NOT_FOUND' } }, 'applicationNotFound'],
  [{ errors: [{ code: 'FORBIDDEN.REQUIRED_AGREEMENTS' }] }, 'FORBIDDEN.REQUIRED_AGREEMENTS'],
  [{ typeKey: 'UnauthorizedRequestException' }, 'UnauthorizedRequestException'],
  [{ error: 'You may not do this' }, undefined],
  [{ error: '404 Not Found' }, undefined],
  [{ message: 'forbidden' }, undefined],
  [{ error: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' }, undefined],
  [{ error: 'a'.repeat(61) }, undefined],
  [{ error: '\u001b[31m' }, undefined],
  [[], undefined],
  [null, undefined],
  ['<html>', undefined],
])('the code in %j is %j', (body, code) => {
  expect(machineCode(answer({ body }))).toBe(code);
});
