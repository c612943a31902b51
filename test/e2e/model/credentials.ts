import { createHash, generateKeyPairSync } from 'node:crypto';
import { sampleOf } from '../../support/samples.ts';
import type { Sentinel } from '../../support/traces.ts';

const core = 'c0re7Xw2Zq9Lm4Tn8Rv5';
const hexCore = 'c0de7a92b4d1e836';

function hash(seed: string): string {
  return createHash('sha256').update(seed).digest('hex');
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const appleKeyIds = ['WQ7ZK3MX9P', 'VB4YT8RN2D'];
const uuids = ['5b1c9d20-77aa-4e3f-9c51-0d4be86a1f32', 'e07f4a6c-12bd-4c98-8a35-9f6d2c7b5e41'];

function sampled(provider: string, column: string): string {
  return sampleOf(provider).credentials.find((each) => each.column === column)?.value ?? '';
}

const of = (values: readonly string[]) => (n: number) => values[n % values.length] as string;
const token = (prefix: string, length: number) => (n: number) =>
  `${prefix}${`${core}${hash(String(n))}`.slice(0, length)}`;

/** Credentials of every column that the commands set, the n-th of many. */
const makers: Readonly<Record<string, (n: number) => string>> = {
  'github accessToken': token('ghp_', 36),
  'github refreshToken': token('ghr_', 36),
  'gitlab accessToken': token('glpat-', 30),
  'gitlab refreshToken': token('', 40),
  'app-store appleApiKeyId': of(appleKeyIds),
  'app-store appleIssuerId': of(uuids),
  'app-store applePrivateKey': of([sampled('app-store', 'applePrivateKey'), ec]),
  'play-store googlePrivateKey': of([sampled('play-store', 'googlePrivateKey'), rsa]),
  'jenkins jenkinsApiToken': (n) => `11${hexCore}${hash(String(n)).slice(0, 16)}`,
  'slack slackBotToken': token('xoxb-123456789012-123456789012-', 30),
  'slack slackWebhookUrl': token('https://hooks.slack.com/services/T12345678/B12345678/', 30),
  'linear linearApiKey': token('lin_api_', 40),
};

export function credentialAt(provider: string, column: string, n: number): string {
  const make = makers[`${provider} ${column}`];
  if (!make) throw new Error(`no credentials of ${provider} are made for ${column}`);
  return make(n);
}

/** What must be found nowhere: every credential has one of these in it. */
export const sentinels: readonly Sentinel[] = [
  { name: 'a token', value: core },
  { name: 'a hexadecimal token', value: hexCore },
  ...[rsa, ec, sampled('app-store', 'applePrivateKey'), sampled('play-store', 'googlePrivateKey')].map((pem) => ({
    name: 'a private key',
    value: pem.split('\n')[2] ?? '',
  })),
  ...[...appleKeyIds, ...uuids].map((value) => ({ name: 'an id of an Apple key', value })),
];
