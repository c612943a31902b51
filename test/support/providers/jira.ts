import { at, atlassianEnd, credential, type Fixture, failure, get, json, letters } from '../provider-fixture.ts';
import type { Handler } from '../provider-server.ts';
import { jiraExamples } from './jira-answers.ts';

const mayCreate = (may: boolean): Handler =>
  json({ permissions: { BROWSE_PROJECTS: { havePermission: true }, CREATE_ISSUES: { havePermission: may } } });

const refused = at('jira user', failure(401, {}, { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' }));

export const fixture: Fixture = {
  contract: 'url* email* api-token!* project-key* default-issue-type',
  columns: 'jiraUrl:512 jiraEmail:255 jiraApiToken jiraProjectKey:255 jiraDefaultIssueType:255',
  sample: {
    flags: [
      ...['--url', 'https://acme.atlassian.net', '--email', 'ops@acme.test', '--project-key', 'MOB'],
      ...['--default-issue-type', 'Epic'],
    ],
    stored: {
      jiraUrl: 'https://acme.atlassian.net',
      jiraEmail: 'ops@acme.test',
      jiraProjectKey: 'MOB',
      jiraDefaultIssueType: 'Epic',
    },
    credentials: [credential('jiraApiToken', 'api-token', letters('jira', 60), ['ATATT3xFfGF0', atlassianEnd])],
    change: { flags: ['--project-key', 'WEB'], stored: { jiraProjectKey: 'WEB' } },
  },
  there: { flags: (url) => ['--url', `${url}/jira`], values: (url) => ({ jiraUrl: `${url}/jira` }) },
  answers: {
    'jira user': get(
      '/jira/rest/api/3/myself',
      json({ accountId: '5b10', emailAddress: 'ops@acme.test', displayName: 'Ops', active: true }),
    ),
    'jira user of version 2': get('/jira/rest/api/2/myself', json({ name: 'ops', key: 'JIRAUSER1', active: true })),
    'jira projects': get(
      '/jira/rest/api/3/project/search',
      json({ values: [{ key: 'MOB', name: 'Mobile' }], isLast: true }),
    ),
    'jira project': get('/jira/rest/api/3/project/MOB', json({ id: '1', key: 'MOB', name: 'Mobile' })),
    'jira types': get(
      '/jira/rest/api/3/issue/createmeta/MOB/issuetypes',
      json({ issueTypes: [{ id: '10000', name: 'Epic' }], total: 1 }),
    ),
    'jira permissions': get('/jira/rest/api/3/mypermissions', mayCreate(true)),
  },
  first: 'jira user',
  examples: jiraExamples,
  valid: { checks: 'passed passed passed', account: 'ops@acme.test', expiresAt: null },
  listed: { jiraProjectKey: ['MOB'], jiraDefaultIssueType: ['Epic'] },
  mishaps: {
    INVALID: refused,
    EXPIRED: refused,
    REVOKED: at('jira user', json({ accountId: '5b10', active: false })),
    INSUFFICIENT: at('jira permissions', mayCreate(false)),
    NOT_FOUND: at('jira project', failure(404, { errorMessages: ['no'] })),
    PROVIDER_BLOCKED: at(
      'jira user',
      failure(403, {}, { 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE; login-url=x' }),
    ),
  },
};
