import type { ErrorClass } from '../../src/core/verification.ts';
import { faulty, type Handler, page } from './provider-server.ts';

const inAnHour = () => new Date(Date.now() + 3_600_000).toUTCString();

/** Answers that decide nothing, whatever was asked: what they are, and the class that they end in. */
export const undecidedAnswers: readonly [name: string, answer: Handler, errorCode: ErrorClass][] = [
  ['429', { status: 429, json: {} }, 'RATE_LIMITED'],
  ['429 with seconds to wait', { status: 429, headers: { 'retry-after': '3600' }, json: {} }, 'RATE_LIMITED'],
  ['429 with a date', () => ({ status: 429, headers: { 'retry-after': inAnHour() }, json: {} }), 'RATE_LIMITED'],
  ['503 with a long wait', { status: 503, headers: { 'retry-after': '3600' }, json: {} }, 'UNREACHABLE'],
  ['500 three times', { status: 500, json: {} }, 'UNREACHABLE'],
  ['a page with 200', page, 'UNREACHABLE'],
  ['broken JSON', { headers: { 'content-type': 'application/json' }, body: '{"data": [' }, 'UNREACHABLE'],
  ['nothing with 200', { body: '' }, 'UNREACHABLE'],
  ['null', { json: null }, 'UNREACHABLE'],
  ['a number', { json: 17 }, 'UNREACHABLE'],
  ['a list', { json: [{}] }, 'UNREACHABLE'],
  ['a redirect elsewhere', { status: 302, headers: { location: 'https://elsewhere.invalid/' } }, 'UNREACHABLE'],
  ['418', { status: 418, json: {} }, 'UNREACHABLE'],
  ['a cut connection', faulty.reset, 'UNREACHABLE'],
  ['more than 1 MB', faulty.flood, 'UNREACHABLE'],
];
