import { describe, expect, test } from 'vitest';
import { failureOf, reportView } from '../../../src/commands/verification/report.ts';
import type { Data } from '../../../src/output/view.ts';
import { viewOnScreen } from '../../support/on-screen.ts';

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

const check = (name: string, outcome: string, detail: string) => ({ name, outcome, detail });

const report: Data[] = [
  {
    id: 'scm_1',
    tenantId: 't-1',
    displayName: 'mobile',
    category: 'scm',
    type: 'github',
    outcome: 'valid',
    status: 'VALID',
    checks: [check('credential', 'passed', 'accepted for acme-bot'), check('permission', 'unproven', 'nobody says')],
    hint: null,
  },
  {
    id: 'scm_2',
    tenantId: 't-2',
    displayName: 'web',
    category: 'scm',
    type: 'github',
    outcome: 'invalid',
    status: 'INVALID',
    checks: [
      check('credential', 'failed', 'GitHub does not accept the token: it is wrong, revoked or expired (401)'),
      check('resource', 'skipped', 'not asked after what an earlier check found'),
    ],
    hint: 'Make a new token, and store it with "integrations scm rotate web".',
  },
  {
    id: 'target_1',
    tenantId: 't-2',
    displayName: 'ios',
    category: 'target',
    type: 'app-store',
    outcome: 'undecided',
    status: 'NOT_VERIFIED',
    checks: [check('credential', 'undecided', 'the host name api.appstoreconnect.apple.com cannot be looked up')],
    hint: 'Check the address, and the DNS.',
  },
];

describe('the report says what was found and what to do', () => {
  test('at 60 columns', async () => {
    expect(await viewOnScreen(reportView(report, { interrupted: false }), 60)).toBe(
      `NAME    CATEGORY  TYPE    OUTCOME  FOUND
mobile  scm       github  valid    permission unproven:
                                   nobody says

scm "web" (github) is invalid.
  credential failed: GitHub does not accept the token: it is
  wrong, revoked or expired (401)
  remedy: Make a new token, and store it with
    integrations scm rotate web

target "ios" (app-store) could not be decided; it stays
NOT_VERIFIED.
  credential undecided: the host name
  api.appstoreconnect.apple.com cannot be looked up
  remedy: Check the address, and the DNS.
`,
    );
  });

  test('at 120 columns', async () => {
    expect(await viewOnScreen(reportView(report, { interrupted: false }), 120)).toBe(
      `NAME    CATEGORY  TYPE    OUTCOME  FOUND
mobile  scm       github  valid    permission unproven: nobody says

scm "web" (github) is invalid.
  credential failed: GitHub does not accept the token: it is wrong, revoked or expired (401)
  remedy: Make a new token, and store it with
    integrations scm rotate web

target "ios" (app-store) could not be decided; it stays NOT_VERIFIED.
  credential undecided: the host name api.appstoreconnect.apple.com cannot be looked up
  remedy: Check the address, and the DNS.
`,
    );
  });

  test('of all tenants each by its name, which is not cut', async () => {
    const long = 'Acme Mobile Europe, Middle East and Africa';
    const names = { nameOf: () => long, refOf: () => long, told: () => long };
    const [first = {}, second = {}] = report;
    expect(await viewOnScreen(reportView([first, second], { interrupted: false, names }), 60)).toBe(
      `TENANT           NAME    CATEGORY  OUTCOME  FOUND
Acme Mobile      mobile  scm       valid    permission
Europe, Middle                              unproven: nobody
East and Africa                             says

scm "web" (github) in tenant "Acme Mobile Europe, Middle
East and Africa" is invalid.
  credential failed: GitHub does not accept the token: it is
  wrong, revoked or expired (401)
  remedy: Make a new token, and store it with
    integrations scm rotate web
`,
    );
  });

  test('and where it does not, the hint says what does', () => {
    expect(failureOf(report)?.hint).toBe('The report says of each what was found and what to do.');
    expect(failureOf(report, false)?.hint).toBe('--json says of each what was found and what to do.');
  });
});
