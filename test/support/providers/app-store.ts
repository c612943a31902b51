import {
  at,
  capitals,
  credential,
  type Fixture,
  failure,
  get,
  json,
  keyCredential,
  letters,
  steady,
  uuid,
} from '../provider-fixture.ts';
import { appStoreExamples } from './app-store-answers.ts';

function apps({ query }: { query: URLSearchParams }) {
  const asked = query.get('filter[bundleId]');
  const data = (asked === null ? ['com.acme.app', steady.bundleId] : [asked]).map((bundleId) => {
    const id = bundleId === steady.bundleId ? steady.appId : '1111';
    return { type: 'apps', id, attributes: { bundleId, name: 'Acme' } };
  });
  return { json: { data } };
}

const refused = (status: number, code: string) =>
  at('apple apps', failure(status, { errors: [{ status: `${status}`, code }] }));

export const fixture: Fixture = {
  contract: 'api-key-id!* issuer-id! private-key!* bundle-id* team-id',
  columns: 'appleApiKeyId appleIssuerId applePrivateKey appleBundleId:255 appleTeamId:255',
  sample: {
    flags: ['--bundle-id', 'com.acme.app', '--team-id', 'ABCDE12345'],
    stored: { appleBundleId: 'com.acme.app', appleTeamId: 'ABCDE12345' },
    credentials: [
      credential('appleApiKeyId', 'api-key-id', letters('apple key id', 10, capitals)),
      credential('appleIssuerId', 'issuer-id', uuid('apple issuer')),
      keyCredential('applePrivateKey', 'ec'),
    ],
    change: { flags: ['--bundle-id', 'com.acme.other'], stored: { appleBundleId: 'com.acme.other' } },
  },
  places: { INTEGRATIONS_APP_STORE_API_URL: '/apple' },
  answers: {
    'apple apps': get('/apple/v1/apps', apps),
    'apple builds': get('/apple/v1/builds', json({ data: [] })),
    'apple versions': get('/apple/v1/apps/1111/appStoreVersions', json({ data: [] })),
    'apple steady versions': get(`/apple/v1/apps/${steady.appId}/appStoreVersions`, json({ data: [] })),
    'apple bundle ids': get('/apple/v1/bundleIds', json({ data: [] })),
  },
  first: 'apple apps',
  examples: appStoreExamples,
  valid: { checks: 'passed passed unproven', account: null, expiresAt: null },
  listed: { appleBundleId: ['com.acme.app', 'com.acme.pipes'] },
  mishaps: {
    INVALID: refused(401, 'NOT_AUTHORIZED'),
    EXPIRED: refused(401, 'NOT_AUTHORIZED'),
    INSUFFICIENT: refused(403, 'FORBIDDEN_ERROR'),
    NOT_FOUND: at('apple apps', json({ data: [] })),
    PROVIDER_BLOCKED: refused(403, 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED'),
  },
};
