import { at, credential, type Fixture, failure, get, json, letters, post } from '../provider-fixture.ts';
import { page } from '../provider-server.ts';
import { azureDevopsExamples } from './azure-devops-answers.ts';

const user = { id: '1b2c3d4e-0000-4000-8000-1a2b3c4d5e6f', providerDisplayName: 'Ops' };

export const fixture: Fixture = {
  contract: 'organization* project* pat-token!*',
  columns: 'azureOrganization:255 azureProject:255 azurePatToken',
  sample: {
    flags: ['--organization', 'acme', '--project', 'Mobile App'],
    stored: { azureOrganization: 'acme', azureProject: 'Mobile App' },
    credentials: [credential('azurePatToken', 'pat-token', letters('azure', 52))],
    change: { flags: ['--project', 'Web App'], stored: { azureProject: 'Web App' } },
  },
  places: { INTEGRATIONS_AZURE_DEVOPS_API_URL: '/azure' },
  answers: {
    'azure user': get('/azure/acme/_apis/connectionData', json({ authenticatedUser: user, authorizedUser: user })),
    'azure projects': get('/azure/acme/_apis/projects', json({ count: 1, value: [{ id: 'p1', name: 'Mobile App' }] })),
    'azure project': get('/azure/acme/_apis/projects/Mobile%20App', json({ id: 'p1', state: 'wellFormed' })),
    'azure types': get(
      '/azure/acme/Mobile%20App/_apis/wit/workitemtypes',
      json({ count: 1, value: [{ name: 'Epic' }] }),
    ),
    'azure create': post('/azure/acme/Mobile%20App/_apis/wit/workitems/$Epic', json({ id: -1 })),
  },
  first: 'azure user',
  examples: azureDevopsExamples,
  valid: { checks: 'passed passed passed', account: 'Ops', expiresAt: null },
  listed: { azureProject: ['Mobile App'] },
  mishaps: {
    INVALID: at('azure user', { ...page, status: 203 }),
    EXPIRED: at('azure user', failure(401, { message: 'The Personal Access Token used has expired.' })),
    INSUFFICIENT: at('azure create', { status: 403, json: {} }),
    NOT_FOUND: at('azure types', json({ count: 1, value: [{ name: 'Bug' }] })),
  },
};
