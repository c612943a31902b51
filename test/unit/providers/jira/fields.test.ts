import { describe, expect, test } from 'vitest';
import { isNeeded } from '../../../../src/core/field.ts';
import { jira } from '../../../../src/providers/jira/index.ts';
import { fieldOf, refusal, stored, warning } from '../reads.ts';

const a = (length: number) => 'a'.repeat(length);

describe('jiraUrl', () => {
  test.each([
    ['https://acme.atlassian.net', 'https://acme.atlassian.net'],
    ['https://acme.atlassian.net/', 'https://acme.atlassian.net'],
    ['https://acme.atlassian.net/jira', 'https://acme.atlassian.net'],
    ['https://Acme.atlassian.net/browse/MOB-12?filter=1#x', 'https://acme.atlassian.net'],
    ['http://acme.atlassian.net', 'https://acme.atlassian.net'],
    ['https://acme.test/jira/', 'https://acme.test/jira'],
    ['https://jira.acme.test:8443', 'https://jira.acme.test:8443'],
    ['https://acme.test/jira/browse/MOB-12', 'https://acme.test/jira'],
    ['https://acme.test/secure/Dashboard.jspa', 'https://acme.test'],
    ['https://acme.test/projects', 'https://acme.test/projects'],
    ['https://atlassian.net.acme.test/jira', 'https://atlassian.net.acme.test/jira'],
  ])('stores %s as %s', (given, kept) => {
    expect(stored(jira, 'jiraUrl', given)).toBe(kept);
  });

  test('warns of plain http and refuses what is no address', () => {
    expect(warning(jira, 'jiraUrl', 'http://jira.acme.test')).toContain('plain http');
    expect(refusal(jira, 'jiraUrl', 'acme.atlassian.net')).toContain('is not a web address');
    expect(refusal(jira, 'jiraUrl', `https://ops:${a(20)}@acme.atlassian.net`)).toContain('has credentials');
  });
});

describe('jiraEmail', () => {
  test('is needed where it is absent, and may be emptied', () => {
    expect(isNeeded(fieldOf(jira, 'jiraEmail'), () => false)).toBe(true);
    expect(fieldOf(jira, 'jiraEmail').emptiable).toBe(true);
  });

  test.each([
    ['https://acme.atlassian.net', null, ['jiraEmail']],
    ['https://acme.atlassian.net', undefined, ['jiraEmail']],
    ['https://acme.atlassian.net', 'ops@acme.test', []],
    ['https://jira.acme.test', null, []],
    ['https://atlassian.net.acme.test', null, []],
    [undefined, null, []],
  ])('at %s and with %s: %j', (jiraUrl, jiraEmail, misfits) => {
    expect(jira.misfits({ jiraUrl, jiraEmail }).map(({ field }) => field)).toEqual(misfits);
  });

  test('is an address', () => {
    expect(stored(jira, 'jiraEmail', ' ops@Acme.test ')).toBe('ops@acme.test');
    expect(refusal(jira, 'jiraEmail', 'ops')).toContain('must be an e-mail address');
  });
});

describe('jiraApiToken', () => {
  test.each([`ATATT3xFf${a(160)}=ABCD1234`, `N${a(43)}`])('takes a known shape (%#)', (token) => {
    expect(stored(jira, 'jiraApiToken', token)).toBe(token);
  });

  test('warns of others, and says of the old ones that they ended', () => {
    expect(warning(jira, 'jiraApiToken', 'hunter2')).toContain('has an unusual form');
    const old = fieldOf(jira, 'jiraApiToken').read('aB3'.repeat(8));
    expect('warnings' in old && old.warnings).toContain(
      'API tokens of 24 characters stopped working on Jira Cloud by 2026-05-12.',
    );
  });

  test('refuses e-mail and token in one', () => {
    expect(refusal(jira, 'jiraApiToken', `ops@acme.test:ATATT${a(30)}=ABCD1234`)).toContain('belongs in jiraEmail');
  });
});

describe('jiraProjectKey', () => {
  test('takes keys, the odd ones with a warning', () => {
    expect(stored(jira, 'jiraProjectKey', ' MOB2 ')).toBe('MOB2');
    for (const key of ['MOB_IOS', 'mob', 'M', '10000']) {
      expect(warning(jira, 'jiraProjectKey', key)).toContain('usually is two or more capital letters');
    }
  });

  test.each([
    ['MOB-12', 'is an issue'],
    ['MOB_A-1', 'is an issue'],
    ['Mobile App', 'must be the key'],
    ['acme/MOB', 'must be the key'],
  ])('refuses %s', (given, reason) => {
    expect(refusal(jira, 'jiraProjectKey', given)).toContain(reason);
  });
});
