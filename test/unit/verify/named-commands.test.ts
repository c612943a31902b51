import { expect, test } from 'vitest';
import type { Verdict } from '../../../src/core/verification.ts';
import { type Concerned, withNamedCommands } from '../../../src/verify/named-commands.ts';
import { github, jenkins } from '../manifest/plans.ts';

const mobile = github('my app');
const unstored = { ...mobile, id: '' };
const pipeline = jenkins('release', { scm: 'scm_code', target: 'target_ios' });

function told(hint: string, concerned: Concerned): string | null {
  const verdict: Verdict = {
    outcome: 'invalid',
    checks: [],
    errorCode: 'INVALID',
    hint,
    expiresAt: null,
    account: null,
  };
  return withNamedCommands(verdict, concerned).hint;
}

test.each<[name: string, hint: string, concerned: Concerned, told: string]>([
  ['a verb', 'Correct it with "update".', { row: github('web') }, 'Correct it with "integrations scm update web".'],
  [
    'a name that a shell would part',
    'Make a new token, and store it with "integrations scm rotate".',
    { row: mobile },
    `Make a new token, and store it with "integrations scm rotate 'my app'".`,
  ],
  [
    'a command that leaves its category open',
    'Store the key again with "integrations ... rotate".',
    { row: pipeline },
    'Store the key again with "integrations pipeline rotate release".',
  ],
  [
    'the credential of another integration',
    'Make a new token, and store it with "integrations scm rotate".',
    { row: pipeline, owner: github('code') },
    'Make a new token, and store it with "integrations scm rotate code".',
  ],
  [
    'another tenant',
    'Correct it with "update".',
    { row: github('web'), flags: "--tenant 'Beta Ltd'" },
    `Correct it with "integrations scm update web --tenant 'Beta Ltd'".`,
  ],
  [
    'what is not stored yet',
    'Make a new token, and store it with "integrations scm rotate".',
    { row: unstored },
    'Make a new token, and store it.',
  ],
  [
    'a flag',
    'Correct --default-branch.',
    { row: github('web') },
    'Correct --default-branch. The command: integrations scm update web --default-branch NEW',
  ],
  ['a flag of what is not stored yet', 'Correct --default-branch.', { row: unstored }, 'Correct --default-branch.'],
  [
    'two flags',
    'Correct --organization or --repository-url.',
    { row: github('web') },
    'Correct --organization or --repository-url.',
  ],
  [
    'a flag of the command itself',
    'Try again, or use a longer --timeout.',
    { row: github('web') },
    'Try again, or use a longer --timeout.',
  ],
])('a hint with %s', (_, hint, concerned, expected) => {
  expect(told(hint, concerned)).toBe(expected);
});
