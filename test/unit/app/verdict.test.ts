import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decisionOf,
  isRefused,
  refusedError,
  statusOf,
  undecidedError,
  verdictReason,
} from '../../../src/app/verdict.ts';
import type { Check, CheckOutcome, Verdict } from '../../../src/core/verification.ts';

const outcomes = ['valid', 'invalid', 'expired', 'undecided'] as const;

function verdict(outcome: Verdict['outcome'], ...checks: [Check['name'], CheckOutcome][]): Verdict {
  const told = checks.map(([name, each]) => ({ name, outcome: each, detail: `${name} is ${each}` }));
  return { outcome, checks: told, errorCode: null, hint: null, expiresAt: null, account: null };
}

const at = new Date('2026-11-22T12:00:00Z');

test.each([
  ['valid', 'VALID'],
  ['invalid', 'INVALID'],
  ['expired', 'EXPIRED'],
  // What was not observed is no status.
  ['undecided', undefined],
] as const)('%s is stored as %s', (outcome, status) => {
  expect(statusOf(verdict(outcome))).toBe(status);
  expect(decisionOf(verdict(outcome), {}, at)?.status).toBe(status);
});

test('a decision holds what it was reached with, when, and what the provider told', () => {
  const uses = { scm: { id: 'scm_1' } as never };
  const told = { ...verdict('expired', ['credential', 'failed']), expiresAt: '2026-11-01T00:00:00Z' };
  expect(decisionOf(told, uses, at)).toEqual({
    uses,
    status: 'EXPIRED',
    reason: 'credential: credential is failed',
    expiresAt: '2026-11-01T00:00:00Z',
    decidedAt: at,
  });
});

test.each(outcomes.map((outcome) => [outcome, outcome === 'invalid' || outcome === 'expired'] as const))(
  '%s: refused is %s',
  (outcome, refused) => {
    expect(isRefused(verdict(outcome))).toBe(refused);
  },
);

describe('the reason', () => {
  test('is what failed, before what is undecided, wherever it stands', () => {
    expect(verdictReason(verdict('invalid', ['scm', 'undecided'], ['resource', 'failed']))).toBe(
      'resource: resource is failed',
    );
    expect(verdictReason(verdict('undecided', ['credential', 'passed'], ['resource', 'undecided']))).toBe(
      'resource: resource is undecided',
    );
  });

  test('is none of a valid one, nor of one whose checks tell none', () => {
    expect(verdictReason(verdict('valid', ['credential', 'passed'], ['permission', 'unproven']))).toBeNull();
    expect(verdictReason(verdict('undecided', ['credential', 'skipped']))).toBeNull();
  });

  test('names a check that is in the verdict, or there is none', () => {
    const outcome = fc.constantFrom<CheckOutcome>('passed', 'failed', 'undecided', 'unproven', 'skipped');
    const checks = fc.array(fc.tuple(fc.constantFrom<Check['name']>('credential', 'resource', 'permission'), outcome));
    fc.assert(
      fc.property(fc.constantFrom(...outcomes), checks, (whole, given) => {
        const { checks: told } = verdict(whole, ...given);
        const reason = verdictReason(verdict(whole, ...given));
        const broken = told.filter((each) => each.outcome === 'failed' || each.outcome === 'undecided');
        expect(reason === null).toBe(whole === 'valid' || broken.length === 0);
        if (reason !== null) expect(broken.map(({ name, detail }) => `${name}: ${detail}`)).toContain(reason);
      }),
    );
  });
});

test('as an error it tells what that means for what is stored', () => {
  const refused = refusedError(verdict('invalid', ['credential', 'failed']), 'mobile', 'nothing is stored');
  expect(refused).toMatchObject({
    code: 'VERIFICATION_FAILED',
    message: 'the provider refuses "mobile" (credential: credential is failed); nothing is stored',
    details: { outcome: 'invalid' },
  });
  expect(undecidedError(verdict('undecided'), 'mobile', 'it stays')).toMatchObject({
    code: 'UNDECIDED',
    message: 'the provider could not decide on "mobile" (undecided); it stays',
  });
});
