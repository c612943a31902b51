import { judgeBy } from '../../core/answers.ts';
import { bearer, signedJwt } from '../../core/authorization.ts';
import { quotable } from '../../core/text.ts';
import {
  type Answer,
  type Finding,
  type HostedApi,
  type Probe,
  Refusal,
  type Request,
  Undecided,
} from '../../core/verification.ts';
import { at, errorBody, jsonObject, listOf, sameName, shownName, textOf, unforeseen } from '../json-answer.ts';
import { appStoreAnswers } from './answers.ts';

/** The App Store Connect API. Facts: Apple, 'Generating Tokens for API Requests', and fastlane's spaceship. */

export const appStoreApi: HostedApi = {
  base: 'https://api.appstoreconnect.apple.com',
  variable: 'INTEGRATIONS_APP_STORE_API_URL',
};

// Apple takes at most 20 minutes, and exactly 20 fails where clocks differ.
const lifetimeSeconds = 15 * 60;

/** What stands against a key that was accepted: its role, or the account. */
function forbiddenBy(probe: Probe, answer: Answer): Refusal | undefined {
  if (answer.status !== 403) return undefined;
  const problem = judgeBy(appStoreAnswers, answer, { credentialProven: true, now: probe.now() });
  return problem instanceof Refusal ? problem : undefined;
}

/** Asks once more with a fresh token before a 401 is believed: Apple refuses good ones now and then. */
export async function appStoreGet(
  probe: Probe,
  path: string,
  accept: (answer: Answer) => boolean = () => false,
): Promise<Answer> {
  const isRefused = (answer: Answer) => answer.status === 401 && !answer.isPage;
  const first = await probe.send(request(probe, path, (answer) => isRefused(answer) || accept(answer)));
  return isRefused(first) ? probe.send(request(probe, path, accept)) : first;
}

function request(probe: Probe, path: string, accept: (answer: Answer) => boolean): Request {
  return { url: `${probe.base(appStoreApi)}${path}`, headers: { authorization: bearer(token(probe)) }, accept };
}

/** Team keys name their issuer; individual keys have none and are for a user. */
function token(probe: Probe) {
  const key = probe.secret('applePrivateKey');
  const keyId = probe.secret('appleApiKeyId');
  if (!key || !keyId) throw new Undecided('MALFORMED', { detail: 'the key or its id is not stored' });
  const issuer = probe.secret('appleIssuerId');
  const now = Math.floor(probe.now().getTime() / 1000);
  return signedJwt('ES256', key, {
    header: { kid: keyId },
    payload: {
      ...(issuer ? { iss: issuer } : { sub: 'user' }),
      iat: now,
      exp: now + lifetimeSeconds,
      aud: 'appstoreconnect-v1',
    },
  });
}

export async function verifyAppStore(probe: Probe): Promise<void> {
  const { apps } = await probe.check('credential', async () => {
    const answer = await appStoreGet(probe, appsPath(probe), (each) => forbiddenBy(probe, each) !== undefined);
    if (answer.status !== 403 && !Array.isArray(jsonObject(answer)['data'])) throw unforeseen();
    const kind = probe.secret('appleIssuerId') ? 'team' : 'individual';
    return { detail: `the ${kind} key is accepted`, apps: answer };
  });
  const { appId } = await probe.check('resource', async () => {
    const problem = forbiddenBy(probe, apps);
    if (problem) throw problem;
    const id = exactApp(probe, apps);
    return { detail: `the app "${quotable(wanted(probe))}" is there${await teamNote(probe)}`, appId: id };
  });
  await probe.check('permission', () => mayRead(probe, appId));
}

function wanted(probe: Probe): string {
  return probe.text('appleBundleId') ?? '';
}

function appsPath(probe: Probe): string {
  const query = new URLSearchParams({
    'filter[bundleId]': wanted(probe),
    'fields[apps]': 'bundleId,name,sku,primaryLocale',
    limit: '200',
  });
  return `/v1/apps?${query}`;
}

/** The id of the app; the filter may find more than the exact bundle id. */
function exactApp(probe: Probe, apps: Answer): string {
  const bundleId = wanted(probe);
  const found = listOf(jsonObject(apps)['data']).map((app) => ({
    id: textOf(at(app, 'id')),
    bundleId: textOf(at(app, 'attributes', 'bundleId')),
  }));
  if (found.some((app) => app.bundleId === undefined)) throw unforeseen();
  const exact = found.find((app) => app.bundleId === bundleId);
  if (exact?.id !== undefined) return exact.id;
  if (exact) throw unforeseen();
  const other = shownName(found.find((app) => sameName(app.bundleId ?? '', bundleId))?.bundleId);
  throw new Refusal('NOT_FOUND', {
    detail: other
      ? `there is no app "${quotable(bundleId)}"; the key sees "${other}", with other capitals`
      : `there is no app "${quotable(bundleId)}", or the key cannot see it`,
    hint: 'Correct --bundle-id, or give the key access to the app.',
  });
}

/** An app's prefix normally is its team, but older ones have another, so a difference is only said. */
async function teamNote(probe: Probe): Promise<string> {
  const team = probe.text('appleTeamId');
  if (!team) return '';
  const query = new URLSearchParams({
    'filter[identifier]': wanted(probe),
    'fields[bundleIds]': 'identifier,seedId',
    limit: '200',
  });
  // Individual keys may not ask this at all (Apple, 'Creating API Keys'); nothing hangs on it.
  const answer = await appStoreGet(probe, `/v1/bundleIds?${query}`, () => true);
  const listed = answer.status === 200 ? listOf(errorBody(answer)['data']) : [];
  const match = listed.find((each) => at(each, 'attributes', 'identifier') === wanted(probe));
  const prefix = shownName(at(match, 'attributes', 'seedId'));
  if (prefix === undefined) return '; its team cannot be checked with this key';
  return prefix === team ? '; its team is the configured one' : `; its prefix is "${prefix}", not the team id`;
}

/** No call tells a key's role; what it may read shows whether that is too small. */
async function mayRead(probe: Probe, appId: string): Promise<Finding> {
  const builds = await appStoreGet(probe, `/v1/builds?${new URLSearchParams({ 'filter[app]': appId, limit: '1' })}`);
  const versions = await appStoreGet(probe, `/v1/apps/${encodeURIComponent(appId)}/appStoreVersions?limit=1`);
  for (const answer of [builds, versions]) {
    if (!Array.isArray(jsonObject(answer)['data'])) throw unforeseen();
  }
  return {
    outcome: 'unproven',
    detail: 'the key may see builds and versions; whether it may upload cannot be checked',
  };
}
