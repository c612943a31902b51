import type { Json } from '../../../src/core/field.ts';
import { at, credential, type Fixture, get, letters } from '../provider-fixture.ts';
import { type Handler, page } from '../provider-server.ts';
import { jenkinsExamples } from './jenkins-answers.ts';

const own = { 'x-jenkins': '2.516.1' };

function job(more: Record<string, Json> = {}): Handler {
  const property = [{ parameterDefinitions: [{ name: 'LANE' }, { name: 'NOTE' }] }];
  return { headers: own, json: { _class: 'x.WorkflowJob', buildable: true, disabled: false, property, ...more } };
}

const folder = {
  _class: 'com.cloudbees.hudson.plugins.folder.Folder',
  name: 'mobile',
  jobs: [{ _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob', name: 'release' }],
};

const refusal = (status: number, headers: Record<string, string>): Handler => ({ ...page, status, headers });
const refused = at('jenkins user', refusal(401, { 'www-authenticate': 'Basic realm="Jenkins"' }));

export const fixture: Fixture = {
  contract: 'url* username* api-token!* job-path*',
  columns: 'jenkinsUrl:512 jenkinsUsername:255 jenkinsApiToken jenkinsJobPath:512',
  sample: {
    flags: ['--url', 'https://ci.acme.test/jenkins', '--username', 'release-bot', '--job-path', 'mobile/release'],
    stored: {
      jenkinsUrl: 'https://ci.acme.test/jenkins',
      jenkinsUsername: 'release-bot',
      jenkinsJobPath: 'mobile/release',
    },
    credentials: [credential('jenkinsApiToken', 'api-token', letters('jenkins', 32, '0123456789abcdef'), ['11', ''])],
    change: { flags: ['--job-path', 'mobile/nightly'], stored: { jenkinsJobPath: 'mobile/nightly' } },
  },
  there: { flags: (url) => ['--url', `${url}/jenkins`], values: (url) => ({ jenkinsUrl: `${url}/jenkins` }) },
  answers: {
    'jenkins user': get('/jenkins/whoAmI/api/json', {
      headers: own,
      json: { name: 'release-bot', authenticated: true, anonymous: false },
    }),
    'jenkins jobs': get('/jenkins/api/json', { headers: own, json: { jobs: [folder] } }),
    'jenkins job': get('/jenkins/job/mobile/job/release/api/json', job()),
    'jenkins build': get('/jenkins/job/mobile/job/release/buildWithParameters', {
      status: 405,
      headers: { ...own, allow: 'POST', 'content-type': 'text/html' },
      body: '<html></html>',
    }),
  },
  first: 'jenkins user',
  valid: { checks: 'passed passed passed', account: 'release-bot', expiresAt: null },
  listed: { jenkinsJobPath: ['mobile/release'] },
  examples: jenkinsExamples,
  mishaps: {
    INVALID: refused,
    EXPIRED: refused,
    INSUFFICIENT: at(
      'jenkins build',
      refusal(403, { ...own, 'content-type': 'text/html', 'x-required-permission': 'hudson.model.Item.Build' }),
    ),
    NOT_FOUND: at('jenkins job', refusal(404, own)),
    PROVIDER_BLOCKED: at('jenkins job', job({ buildable: false, disabled: true })),
  },
};
