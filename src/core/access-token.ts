import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Secret } from './secret.ts';

/** What a token may be for. None of them shows a credential. */
export const accessScopes = ['read', 'write', 'verify', 'use', 'admin', 'metrics'] as const;

export type AccessScope = (typeof accessScopes)[number];

/** What each allows. None includes another. */
export const scopesInWords: Readonly<Record<AccessScope, string>> = {
  read: 'see integrations, their status and their history',
  write: 'create, change, rotate and remove integrations, and apply manifests',
  verify: 'ask providers whether integrations work',
  use: 'start, follow and cancel builds, send messages, create and close tickets',
  admin: 'reserved: nothing takes it yet',
  metrics: 'scrape /metrics',
};

/** Those by which nothing changes, and nobody is asked. */
export const readingScopes: readonly AccessScope[] = ['read', 'metrics'];

/** What scanners for leaked secrets look for: the prefix, and the checksum at the end. */
const prefix = 'itg_';
const secretBytes = 32;
const secretLength = 43;
const sumLength = 6;
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new token: `itg_`, 32 random bytes and a CRC-32 of both, in base 62. */
export function newAccessToken(): Secret {
  const random = BigInt(`0x${randomBytes(secretBytes).toString('hex')}`);
  const body = prefix + base62(random, secretLength);
  return new Secret(body + sumOf(body));
}

/** Whether a text has the shape of a token, and was copied whole. */
export function isAccessToken(text: string): boolean {
  if (text.length !== prefix.length + secretLength + sumLength || !/^itg_[0-9A-Za-z]+$/.test(text)) return false;
  return text.slice(-sumLength) === sumOf(text.slice(0, -sumLength));
}

/** What is kept of a token. Its text is random, so that a quick hash will do: there is nothing to guess. */
export function digestOf(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('hex');
}

function sumOf(text: string): string {
  return base62(BigInt(crc32(text)), sumLength);
}

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest /= 62n) text = digits[Number(rest % 62n)] + text;
  return text;
}
