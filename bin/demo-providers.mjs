// The providers of the demonstration, on this machine: each answers what it would where all is well, and GitHub refuses
// a token that was revoked.
import { createServer } from 'node:http';

const workflow = { id: 7, name: 'Release', path: '.github/workflows/release.yml', state: 'active' };

const answers = {
  '/github/user': { login: 'octocat', id: 1 },
  '/github/repos/acme/mobile': {
    full_name: 'acme/mobile',
    default_branch: 'main',
    permissions: { pull: true, push: true },
  },
  '/github/repos/acme/mobile/branches/main': { name: 'main' },
  '/github/repos/acme/mobile/git/matching-refs/heads%2Fmain': [{ ref: 'refs/heads/main', object: { sha: 'abc' } }],
  '/github/repos/acme/mobile/actions/workflows/release.yml': workflow,
  '/github/repos/acme/mobile/contents/.github%2Fworkflows%2Frelease.yml': 'on: workflow_dispatch\njobs: {}\n',
  '/apple/v1/apps': {
    data: [{ type: 'apps', id: '1111', attributes: { bundleId: 'com.acme.app', name: 'Acme' } }],
  },
  '/apple/v1/builds': { data: [] },
  '/apple/v1/apps/1111/appStoreVersions': { data: [] },
  '/apple/v1/bundleIds': { data: [] },
  '/slack/auth.test': { ok: true, user: 'releasebot', team: 'Acme', team_id: 'T0ACME', user_id: 'U1' },
  '/slack/conversations.list': { ok: true, channels: [{ id: 'C0123456780', name: 'releases', is_member: true }] },
};

const scopes = { github: 'repo, workflow', slack: 'chat:write,channels:read,groups:read' };

/**
 * @returns `env`, which sends the commands there; `revoke(token)`, after which GitHub refuses it; and `close()`
 */
export async function startProviders() {
  const revoked = new Set();
  const server = createServer((request, response) => {
    const [path] = request.url.split('?');
    const provider = path.split('/')[1];
    const answer = answers[path];
    const [, token] = (request.headers.authorization ?? '').split(' ');
    const [status, body] = revoked.has(token)
      ? [401, { message: 'Bad credentials' }]
      : answer === undefined
        ? [404, { message: 'Not Found' }]
        : [200, answer];
    const type = typeof body === 'string' ? 'application/vnd.github.raw+json' : 'application/json';
    response.writeHead(status, { 'content-type': type, 'x-oauth-scopes': scopes[provider] ?? '' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    env: {
      INTEGRATIONS_GITHUB_API_URL: `${url}/github`,
      INTEGRATIONS_APP_STORE_API_URL: `${url}/apple`,
      INTEGRATIONS_SLACK_API_URL: `${url}/slack`,
    },
    revoke: (token) => revoked.add(token),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
