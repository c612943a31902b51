import { expect, test } from 'vitest';
import { failureOf, reportView } from '../../../src/commands/verification/report.ts';

const items = (...outcomes: string[]) => outcomes.map((outcome) => ({ outcome }));

test.each<[outcomes: string[], status: number | undefined, message?: RegExp]>([
  [[], undefined],
  [['valid', 'valid'], undefined],
  [['valid', 'undecided'], 5, /^1 integration of 2 could not be decided; what is stored stays$/],
  [['invalid'], 3, /^1 integration of 1 is refused/],
  [['expired', 'valid'], 3, /^1 integration of 2 is refused/],
  // What is refused weighs more than what nobody knows.
  [['undecided', 'invalid', 'undecided', 'expired'], 3, /^2 integrations of 4 are refused/],
])('%j is exit status %s', (outcomes, status, message) => {
  const failure = failureOf(items(...outcomes));
  expect(failure?.exitStatus).toBe(status);
  if (message) expect(failure?.message).toMatch(message);
});

test('what was cut short is cancelled, whatever was found so far', () => {
  expect(reportView(items('invalid'), { interrupted: true }).failure?.()?.exitStatus).toBe(130);
  expect(reportView(items('invalid'), { interrupted: false }).failure?.()?.exitStatus).toBe(3);
});
