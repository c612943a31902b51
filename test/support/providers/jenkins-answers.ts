import type { Json } from '../../../src/core/field.ts';
import type { jenkinsAnswers } from '../../../src/providers/jenkins/answers.ts';
import type { Example, Examples } from '../provider-fixture.ts';
import { type Reply, page as signIn } from '../provider-server.ts';

const own = { 'x-jenkins': '2.516.1' };

/** Jenkins refuses with pages, and its own headers on them. */
function page(status: number, text: string, headers: Record<string, string> = own): Reply {
  return {
    ...signIn,
    status,
    headers: { ...signIn.headers, ...headers },
    body: `<!doctype html><html><body>${text}</body></html>`,
  };
}

const lacks = (permission: string): Reply =>
  page(403, 'Access Denied', {
    ...own,
    'x-you-are-authenticated-as': 'release-bot',
    'x-required-permission': permission,
  });

const job = 'jenkins job';
/** Whether it may be built is asked in a way that Jenkins refuses; any refusal but those of rights says nothing. */
const asked = { 'jenkins build': 'valid' } as const;
const about = (json: Record<string, Json>): Example => ({
  answer: { headers: own, json: { _class: 'x.WorkflowJob', name: 'release', property: [], ...json } },
  class: 'PROVIDER_BLOCKED',
  to: job,
  elsewhere: asked,
});

export const jenkinsExamples: Examples<typeof jenkinsAnswers> = {
  'wrong token': {
    answer: page(401, 'Error 401 Invalid password/token for user: release-bot', {}),
    class: 'INVALID',
  },
  'directory out of reach': {
    answer: page(500, 'hudson.security.UserMayOrMayNotExistException2: Failed to search LDAP'),
    class: 'UNREACHABLE',
  },
  'another sign-in in front': {
    answer: page(
      401,
      '<h1>Unauthorized</h1><p>This server could not verify that you\nare authorized to access the document requested.',
      { 'www-authenticate': 'Basic realm="Restricted"' },
    ),
    class: 'UNREACHABLE',
  },
  'token not accepted': {
    answer: page(401, 'HTTP ERROR 401 Unauthorized', { 'www-authenticate': 'Basic realm="Jenkins"' }),
    class: 'INVALID',
  },
  'crumb wanted': {
    answer: page(403, 'HTTP ERROR 403 No valid crumb was included in the request'),
    class: 'INVALID',
  },
  anonymous: {
    answer: page(403, 'Authentication required', {
      ...own,
      'x-you-are-authenticated-as': 'anonymous',
      'x-required-permission': 'hudson.model.Hudson.Read',
    }),
    class: 'INVALID',
  },
  nobody: {
    answer: { headers: own, json: { name: 'anonymous', authenticated: true, anonymous: true } },
    class: 'INVALID',
    elsewhere: asked,
  },
  'no Overall/Read': { answer: lacks('hudson.model.Hudson.Read'), class: 'INSUFFICIENT' },
  'no Job/Read': { answer: lacks('hudson.model.Item.Read'), class: 'INSUFFICIENT', to: job },
  'no Job/Build': { answer: lacks('hudson.model.Item.Build'), class: 'INSUFFICIENT', to: 'jenkins build' },
  'no other permission': {
    answer: lacks('hudson.model.View.Read'),
    class: 'INSUFFICIENT',
    hint: 'Give the user View/Read, as well as Overall/Read, Job/Read and Job/Build.',
  },
  'no permission, in words': {
    answer: page(403, 'Access Denied: release-bot is missing the Overall/Read permission', {}),
    class: 'INSUFFICIENT',
  },
  forbidden: { answer: page(403, 'Forbidden'), class: 'INSUFFICIENT' },
  'job missing': {
    answer: page(404, 'HTTP ERROR 404 Not Found'),
    class: 'NOT_FOUND',
    to: job,
    elsewhere: { ...asked, 'jenkins user': 'UNREACHABLE' },
  },
  'resource domain': {
    answer: page(404, 'Jenkins serves only static files on this domain.'),
    class: 'UNREACHABLE',
    elsewhere: asked,
  },
  'another path': {
    answer: page(404, 'HTTP ERROR 404 Not Found <a href="https://jetty.org/">Powered by Jetty:// 12.0.22</a>', {}),
    class: 'UNREACHABLE',
    elsewhere: asked,
  },
  'encoding refused': {
    answer: page(400, 'HTTP ERROR 400 Ambiguous URI path encoding', {}),
    class: 'UNREACHABLE',
    to: job,
    elsewhere: asked,
  },
  'elsewhere, by https': {
    answer: { status: 302, headers: { location: 'https://ci.acme.test/jenkins/whoAmI/api/json' } },
    class: 'UNREACHABLE',
    elsewhere: asked,
  },
  'not buildable now': {
    answer: page(409, 'release is not buildable'),
    class: 'PROVIDER_BLOCKED',
    to: 'jenkins build',
    elsewhere: { 'jenkins user': 'UNREACHABLE' },
  },
  'job disabled': about({ buildable: false, disabled: true }),
  'job held': about({ buildable: false, disabled: false }),
  starting: { answer: page(503, 'Please wait while Jenkins is getting ready to work'), class: 'UNREACHABLE' },
  restarting: { answer: page(503, 'Please wait while Jenkins is restarting'), class: 'UNREACHABLE' },
  'nothing behind the proxy': {
    answer: page(503, '<h1>503 Service Temporarily Unavailable</h1><hr>nginx', {}),
    class: 'UNREACHABLE',
  },
  'fault of its own': {
    answer: page(500, 'Oops! A problem occurred while processing the request. Logging ID=7e1a'),
    class: 'UNREACHABLE',
  },
};
