import { describe, expect, test } from 'vitest';
import { isNeeded } from '../../../src/core/field.ts';
import { azureDevops } from '../../../src/providers/ticket/azure-devops.ts';
import { jira } from '../../../src/providers/ticket/jira.ts';
import { linear } from '../../../src/providers/ticket/linear.ts';
import { fieldOf, refusal, stored, warning } from './reads.ts';

const a = (length: number) => 'a'.repeat(length);
const uuid = '12345678-1234-1234-1234-123456789abc';

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
    expect(warning(jira, 'jiraApiToken', 'hunter2')).toContain('does not look as usual');
    const old = fieldOf(jira, 'jiraApiToken').read('aB3'.repeat(8));
    expect('warnings' in old && old.warnings).toContain(
      'API tokens of 24 characters ended on Jira Cloud by 2026-05-12.',
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
    ['https://acme.atlassian.net/browse/MOB', 'must be the key'],
  ])('refuses %s', (given, reason) => {
    expect(refusal(jira, 'jiraProjectKey', given)).toContain(reason);
  });
});

describe('linear', () => {
  test('linearApiKey', () => {
    expect(stored(linear, 'linearApiKey', `lin_api_${a(40)}`)).toBe(`lin_api_${a(40)}`);
    expect(warning(linear, 'linearApiKey', `lin_oauth_${a(64)}`)).toContain('does not look as usual');
    expect(refusal(linear, 'linearApiKey', `lin_wh_${a(40)}`)).toContain('signing secret');
    expect(refusal(linear, 'linearApiKey', `Bearer lin_api_${a(40)}`)).toContain('white space');
  });

  test('linearTeamId', () => {
    expect(stored(linear, 'linearTeamId', uuid)).toBe(uuid);
    expect(stored(linear, 'linearTeamId', 'MOB')).toBe('MOB');
    expect(warning(linear, 'linearTeamId', 'mobile')).toContain('neither like an id');
    expect(refusal(linear, 'linearTeamId', 'Mobile Apps')).toContain('must be the id or key of a team');
    expect(refusal(linear, 'linearTeamId', 'https://linear.app/acme/team/MOB')).toContain('must be the id or key');
  });

  test('linearDefaultProjectId', () => {
    expect(stored(linear, 'linearDefaultProjectId', uuid)).toBe(uuid);
    expect(refusal(linear, 'linearDefaultProjectId', 'https://linear.app/acme/project/m-1')).toContain('the last part');
  });
});

describe('azure-devops', () => {
  test.each([
    ['acme', 'acme'],
    ['Acme-2', 'Acme-2'],
    ['https://dev.azure.com/acme', 'acme'],
    ['https://dev.azure.com/acme/Mobile%20App/_boards?x=1', 'acme'],
    ['dev.azure.com/acme/', 'acme'],
    ['https://acme.visualstudio.com/Mobile', 'acme'],
    ['acme.visualstudio.com', 'acme'],
  ])('stores the organization %s as %s', (given, kept) => {
    expect(stored(azureDevops, 'azureOrganization', given)).toBe(kept);
  });

  test.each([
    ['https://dev.azure.com/', 'must be an organization of Azure DevOps Services'],
    ['https://tfs.acme.test/tfs/DefaultCollection', 'must be an organization of Azure DevOps Services'],
    ['acme/Mobile', 'must be an organization of Azure DevOps Services'],
    ['https://dev.azure.com.acme.test/acme', 'must be an organization of Azure DevOps Services'],
    [`https://bot:${a(20)}@dev.azure.com/acme`, 'has credentials'],
    ['-acme', 'must be letters, digits'],
    ['acme corp', 'must be letters, digits'],
  ])('refuses the organization %s', (given, reason) => {
    expect(refusal(azureDevops, 'azureOrganization', given)).toContain(reason);
  });

  test('azureProject may have spaces, but is no address', () => {
    expect(stored(azureDevops, 'azureProject', ' Mobile App ')).toBe('Mobile App');
    expect(refusal(azureDevops, 'azureProject', 'https://dev.azure.com/acme/Mobile')).toContain(
      'must be the name of a project',
    );
  });

  test('azurePatToken', () => {
    for (const token of [`${a(76)}AZDO${'b'.repeat(4)}`, a(52)]) {
      expect(stored(azureDevops, 'azurePatToken', `${token}\n`)).toBe(token);
    }
    expect(warning(azureDevops, 'azurePatToken', a(84))).toContain('does not look as usual');
  });
});
