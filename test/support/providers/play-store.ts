import { at, type Fixture, failure, get, json, keyCredential, post } from '../provider-fixture.ts';
import type { Exchange, Reply } from '../provider-server.ts';
import { playStoreExamples } from './play-store-answers.ts';

const app = '/google/androidpublisher/v3/applications/com.acme.app';
const email = 'release@acme.iam.gserviceaccount.com';

/** The token shows for whom it is, as the assertion does. */
function granted({ body }: Exchange): Reply {
  const [, payload = ''] = (new URLSearchParams(body).get('assertion') ?? '').split('.');
  return { json: { access_token: `ya29.granted-for-an-hour.${payload}`, token_type: 'Bearer' } };
}

const forbidden = (message: string, reason = 'forbidden') =>
  at('google releases', failure(403, { error: { code: 403, message, errors: [{ reason }] } }));
const refused = at(
  'google token',
  failure(400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }),
);

export const fixture: Fixture = {
  contract: 'service-account-email* private-key!* package-name* service-account-json!',
  columns: 'googleServiceAccountEmail:255 googlePrivateKey googlePackageName:255',
  sample: {
    flags: ['--service-account-email', email, '--package-name', 'com.acme.app'],
    stored: { googleServiceAccountEmail: email, googlePackageName: 'com.acme.app' },
    credentials: [keyCredential('googlePrivateKey', 'rsa')],
    change: { flags: ['--package-name', 'com.acme.other'], stored: { googlePackageName: 'com.acme.other' } },
  },
  places: { INTEGRATIONS_PLAY_STORE_API_URL: '/google', INTEGRATIONS_GOOGLE_TOKEN_URL: '/google/token' },
  answers: {
    'google token': post('/google/token', granted),
    'google releases': get(`${app}/tracks/production/releases`, json({ releases: [] })),
  },
  first: 'google token',
  examples: playStoreExamples,
  marked: (mark) => ({ googleServiceAccountEmail: `release-${mark}@acme.iam.gserviceaccount.com` }),
  valid: { checks: 'passed passed unproven', account: email, expiresAt: null },
  listed: {},
  mishaps: {
    INVALID: refused,
    EXPIRED: refused,
    INSUFFICIENT: forbidden('The caller does not have permission'),
    NOT_FOUND: at('google releases', failure(404, { error: { message: 'Package not found: com.acme.app.' } })),
    PROVIDER_BLOCKED: forbidden('The API has not been used in project 123 before or it is disabled.'),
    RATE_LIMITED: forbidden('Quota exceeded', 'quotaExceeded'),
  },
};
