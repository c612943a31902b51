import { bearer, signedJwt } from '../../core/authorization.ts';
import { clockHint } from '../../core/reading.ts';
import type { Secret } from '../../core/secret.ts';
import { quotable } from '../../core/text.ts';
import { type Answer, type HostedApi, type Probe, Refusal, Undecided } from '../../core/verification.ts';
import { at, errorBody, type JsonObject, jsonObject, listOf, textOf, unforeseen } from '../json-answer.ts';

/** Google's token endpoint and the Google Play Developer API. Facts: Google, 'Using OAuth 2.0 for server to server applications'. */

export const playStoreApi: HostedApi = {
  base: 'https://androidpublisher.googleapis.com',
  variable: 'INTEGRATIONS_PLAY_STORE_API_URL',
};

export const googleTokens: HostedApi = {
  base: 'https://oauth2.googleapis.com/token',
  variable: 'INTEGRATIONS_GOOGLE_TOKEN_URL',
};

const scope = 'https://www.googleapis.com/auth/androidpublisher';
// Google takes at most an hour; the token that comes back lives its own hour.
const lifetimeSeconds = 15 * 60;

export function playStoreJudge(answer: Answer): Refusal | Undecided | undefined {
  if (answer.isPage) return undefined;
  const body = errorBody(answer);
  const tokenError = textOf(body['error']);
  if (tokenError !== undefined) return grantRefused(answer, tokenError, textOf(body['error_description']) ?? '');
  return answer.status === 403 ? forbidden(body) : undefined;
}

/** The token endpoint's errors: `error` is a word there (RFC 6749, 5.2), and an object in the API. */
function grantRefused(answer: Answer, error: string, description: string): Refusal | Undecided | undefined {
  if (error === 'invalid_client' && answer.status === 401) {
    return new Refusal('INVALID', {
      detail: 'Google does not accept the service account (invalid_client)',
      hint: 'Make a new key in Google Cloud console, Service accounts, Keys, and store it with "rotate".',
    });
  }
  if (error !== 'invalid_grant' || answer.status !== 400) return undefined;
  if (/signature/i.test(description)) {
    return new Refusal('INVALID', {
      detail: 'the private key is not one of this service account, or it was deleted',
      hint: 'Make a new key in Google Cloud console, Service accounts, Keys, and store it with "rotate".',
    });
  }
  if (/account not found/i.test(description)) {
    return new Refusal('INVALID', {
      detail: 'Google knows no service account with this e-mail',
      hint: 'Correct --service-account-email, or make the account again.',
    });
  }
  // Says nothing of the key: Google looks at the times first.
  const skew = clockHint(answer);
  if (skew || /short-lived token|reasonable timeframe/i.test(description)) {
    return new Undecided('UNREACHABLE', {
      detail: "Google does not take the token's times, which come from this machine's clock",
      hint: skew ?? "Set this machine's clock, then try again.",
    });
  }
  return new Refusal('INVALID', {
    detail: 'Google does not accept the service account and its key (invalid_grant)',
    hint: 'Check e-mail and key, or make a new key in Google Cloud console, Service accounts, Keys.',
  });
}

function forbidden(body: JsonObject): Refusal | Undecided | undefined {
  const message = textOf(at(body, 'error', 'message')) ?? '';
  const reasons = [at(body, 'error', 'errors'), at(body, 'error', 'details')]
    .flatMap(listOf)
    .flatMap((each) => textOf(at(each, 'reason')) ?? []);
  if (reasons.some((reason) => /^(rateLimitExceeded|quotaExceeded|RATE_LIMIT_EXCEEDED)$/.test(reason))) {
    return new Undecided('RATE_LIMITED', { detail: 'Google Play throttles (403)', hint: 'Try again later.' });
  }
  if (/has not been used in project|it is disabled/i.test(message)) {
    return new Refusal('PROVIDER_BLOCKED', {
      detail: 'the Google Play Developer API is not enabled in the Google Cloud project of the service account',
      hint: 'Enable "Google Play Android Developer API" in Google Cloud console, APIs and services; it takes some minutes.',
    });
  }
  return new Refusal('INSUFFICIENT', {
    detail: 'the service account is not invited in Play Console, or has no access to the app (403)',
    hint: 'Invite it in Play Console, Users and permissions. New grants can take a day to work.',
  });
}

export async function verifyPlayStore(probe: Probe): Promise<void> {
  const { token } = await probe.check('credential', async () => {
    const given = await accessToken(probe);
    probe.accountIs(probe.text('googleServiceAccountEmail'));
    return { detail: 'Google gives the service account a token', token: given };
  });
  await probe.check('resource', () => checkPackage(probe, token));
  await probe.check('permission', async () => ({
    outcome: 'unproven',
    detail: 'whether it may publish cannot be asked without opening an edit, which could break a running upload',
  }));
}

/** Exchanges a signed JWT for an access token. */
async function accessToken(probe: Probe): Promise<Secret> {
  const key = probe.secret('googlePrivateKey');
  const email = probe.text('googleServiceAccountEmail');
  if (!key || !email) throw new Undecided('MALFORMED', { detail: 'the service account or its key is not stored' });
  const url = probe.base(googleTokens);
  const now = Math.floor(probe.now().getTime() / 1000);
  const payload = { iss: email, scope, aud: url, iat: now, exp: now + lifetimeSeconds };
  const answer = await probe.send({
    method: 'POST',
    url,
    form: {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: signedJwt('RS256', key, { header: {}, payload }),
    },
    repeatable: true,
  });
  const token = textOf(jsonObject(answer)['access_token']);
  // What does not fit into a header is no token.
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) throw unforeseen();
  return key.as(token);
}

async function checkPackage(probe: Probe, token: Secret) {
  const name = probe.text('googlePackageName') ?? '';
  const found = { detail: `the app "${quotable(name)}" is there` };
  const releases = await get(probe, token, '/tracks/production/releases');
  if (releases.status === 200) {
    jsonObject(releases);
    return found;
  }
  if (namesPackage(releases, name)) throw packageNotFound(name);
  // An app without a production track may be there all the same; its reviews are another thing to read.
  const reviews = await get(probe, token, '/reviews?maxResults=1', (answer) => answer.status === 403);
  if (reviews.status === 200) {
    jsonObject(reviews);
    return found;
  }
  if (namesPackage(reviews, name)) throw packageNotFound(name);
  throw new Undecided('UNREACHABLE', {
    detail: 'Google Play shows no production track of the app, and does not say why (404)',
    hint: 'Check --package-name, and in Play Console whether the app has a production track.',
  });
}

/** A 401 is asked once more with a fresh token; a 404 is the caller's to read. */
async function get(
  probe: Probe,
  token: Secret,
  path: string,
  accept: (answer: Answer) => boolean = () => false,
): Promise<Answer> {
  const name = encodeURIComponent(probe.text('googlePackageName') ?? '');
  const url = `${probe.base(playStoreApi)}/androidpublisher/v3/applications/${name}${path}`;
  const isRefused = (answer: Answer) => answer.status === 401 && !answer.isPage;
  const isRead = (answer: Answer) => isRefused(answer) || (answer.status === 404 && !answer.isPage) || accept(answer);
  const ask = (bearing: Secret) => probe.send({ url, headers: { authorization: bearer(bearing) }, accept: isRead });
  const first = await ask(token);
  if (!isRefused(first)) return first;
  const second = await ask(await accessToken(probe));
  if (!isRefused(second)) return second;
  throw new Undecided('UNREACHABLE', {
    detail: "Google Play does not take the token that Google's token service gave (401)",
    hint: 'Try again later.',
  });
}

function namesPackage(answer: Answer, name: string): boolean {
  const message = textOf(at(errorBody(answer), 'error', 'message')) ?? '';
  return (
    answer.status === 404 && (/package not found/i.test(message) || (message.includes(name) && !/track/i.test(message)))
  );
}

function packageNotFound(name: string): Refusal {
  return new Refusal('NOT_FOUND', {
    detail: `there is no app "${quotable(name)}" in Google Play`,
    hint: 'Correct --package-name; the first upload of an app is made by hand in Play Console.',
  });
}
