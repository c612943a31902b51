import { judgeBy } from '../../core/answers.ts';
import { bearer, signedJwt } from '../../core/authorization.ts';
import type { Secret } from '../../core/secret.ts';
import { quotable } from '../../core/text.ts';
import { type Answer, type HostedApi, type Probe, Refusal, Undecided } from '../../core/verification.ts';
import { isMissing, jsonObject, textOf, unforeseen } from '../json-answer.ts';
import { playStoreAnswers } from './answers.ts';

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

export async function verifyPlayStore(probe: Probe): Promise<void> {
  const { token } = await probe.check('credential', async () => {
    const given = await accessToken(probe);
    probe.accountIs(probe.text('googleServiceAccountEmail'));
    return { detail: 'Google gives the service account a token', token: given };
  });
  await probe.check('resource', () => checkPackage(probe, token));
  await probe.check('permission', async () => ({
    outcome: 'unproven',
    detail: 'whether it may publish cannot be checked without opening an edit, which could break a running upload',
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
  const releases = await get(probe, token, '/tracks/production/releases', isMissing);
  if (!isMissing(releases)) {
    jsonObject(releases);
    return found;
  }
  refuseMissing(probe, releases);
  // An app without a production track may be there all the same; its reviews are another thing to read.
  const reviews = await get(probe, token, '/reviews?maxResults=1', (each) => isMissing(each) || each.status === 403);
  if (reviews.status < 300) {
    jsonObject(reviews);
    return found;
  }
  refuseMissing(probe, reviews);
  throw new Undecided('UNREACHABLE', {
    detail: 'Google Play shows no production track of the app, and does not say why (404)',
    hint: 'Check --package-name, and in Play Console whether the app has a production track.',
  });
}

/** @throws Refusal where a 404 says that the app is missing, and not its track */
function refuseMissing(probe: Probe, answer: Answer): void {
  const problem = isMissing(answer) ? problemIn(probe, answer) : undefined;
  if (problem instanceof Refusal) throw problem;
}

function problemIn(probe: Probe, answer: Answer): Refusal | Undecided | undefined {
  return judgeBy(playStoreAnswers, answer, { credentialProven: true, now: probe.now() });
}

/** A 401 that is not about permissions is asked once more with a fresh token. */
async function get(probe: Probe, token: Secret, path: string, accept: (answer: Answer) => boolean): Promise<Answer> {
  const name = encodeURIComponent(probe.text('googlePackageName') ?? '');
  const url = `${probe.base(playStoreApi)}/androidpublisher/v3/applications/${name}${path}`;
  const isStale = (each: Answer) => each.status === 401 && !each.isPage && !(problemIn(probe, each) instanceof Refusal);
  const ask = (bearing: Secret, isRead: (answer: Answer) => boolean) =>
    probe.send({ url, headers: { authorization: bearer(bearing) }, accept: isRead });
  const first = await ask(token, (each) => isStale(each) || accept(each));
  return isStale(first) ? ask(await accessToken(probe), accept) : first;
}
