import type { Json } from '../../../src/core/field.ts';
import { at, credential, type Fixture, failure, json, letters, post } from '../provider-fixture.ts';
import type { Handler } from '../provider-server.ts';
import { linearExamples } from './linear-answers.ts';

const teamId = '0a1b2c3d-0000-4000-8000-1a2b3c4d5e6f';

function data(more: Record<string, Json> = {}): Handler {
  const project = { id: 'p1', name: 'Releases', teams: { nodes: [{ id: teamId }], pageInfo: { hasNextPage: false } } };
  return json({
    data: {
      viewer: { id: 'u1', name: 'Ops', email: 'ops@acme.test', active: true },
      organization: { name: 'Acme', urlKey: 'acme' },
      teams: { nodes: [{ id: teamId, key: 'MOB', name: 'Mobile', archivedAt: null, retiredAt: null }] },
      project,
      projects: { nodes: [project], pageInfo: { hasNextPage: false } },
      ...more,
    },
  });
}

const answered = (handler: Handler) => at('linear query', handler);
const problem = (status: number, extensions: Record<string, string>) =>
  answered(failure(status, { data: null, errors: [{ message: 'no', extensions }] }));
const refused = problem(401, { code: 'AUTHENTICATION_ERROR', type: 'authentication error' });

export const fixture: Fixture = {
  contract: 'api-key!* team-id* default-project-id',
  columns: 'linearApiKey linearTeamId:255 linearDefaultProjectId:255',
  sample: {
    flags: ['--team-id', 'MOB', '--default-project-id', 'mobile-releases-1a2b3c4d5e6f'],
    stored: { linearTeamId: 'MOB', linearDefaultProjectId: 'mobile-releases-1a2b3c4d5e6f' },
    credentials: [credential('linearApiKey', 'api-key', letters('linear', 40), ['lin_api_', ''])],
    change: { flags: ['--team-id', 'WEB'], stored: { linearTeamId: 'WEB' } },
  },
  places: { INTEGRATIONS_LINEAR_API_URL: '/linear/graphql' },
  answers: { 'linear query': post('/linear/graphql', data()) },
  first: 'linear query',
  examples: linearExamples,
  valid: { checks: 'passed passed unproven', account: 'ops@acme.test', expiresAt: null },
  listed: { linearTeamId: [teamId], linearDefaultProjectId: ['p1'] },
  mishaps: {
    INVALID: refused,
    EXPIRED: refused,
    REVOKED: answered(data({ viewer: { id: 'u1', name: 'Ops', email: 'ops@acme.test', active: false } })),
    INSUFFICIENT: problem(403, { code: 'FORBIDDEN', type: 'forbidden' }),
    NOT_FOUND: answered(data({ teams: { nodes: [] } })),
    RATE_LIMITED: problem(400, { code: 'RATELIMITED', type: 'ratelimited' }),
  },
};
