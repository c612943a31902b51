import { createHash, generateKeyPairSync } from 'node:crypto';
import type { FieldValue, Json } from '../../src/core/field.ts';
import type { AnswerTable, ErrorClass } from '../../src/core/verification.ts';
import type { Handler, Reply } from './provider-server.ts';

/** What the tests know of one provider; each has a file of its own in `providers`, under its name. */
export interface Fixture {
  /** Its flags in the contract, without those of its category: `!` marks a credential, `*` what is required. */
  contract: string;
  /** The columns of the design that are its own, with the length of those that are `VARCHAR` and not sealed. */
  columns: string;
  sample: Sample;
  /** Where its hosted APIs are on the world's server, by the variables that replace their bases. */
  places?: Readonly<Record<string, string>>;
  /** What sends the sample to the world's server, where a configured address says whom to ask. */
  there?: { flags(url: string): string[]; values(url: string): Record<string, FieldValue> };
  /** What it answers, by names that are its own. */
  answers: Readonly<Record<string, Answer>>;
  /** The answer to the call that it is asked first; undefined where there is none. */
  first?: string;
  /** What is said of the sample where all is well. */
  valid: Valid;
  /** By field, what it lists on the world's server. */
  listed: Readonly<Record<string, string[]>>;
  /** By class, what makes it end there. A class that is missing it cannot end in. */
  mishaps: Readonly<Partial<Record<ErrorClass, Mishap>>>;
  /** By the lines of its table of answers. */
  examples?: Readonly<Record<string, Example>>;
  /** Columns, as a manifest has them, that make every request show the mark; by default the first credential does. */
  marked?: (mark: string) => Record<string, Json>;
}

/** One valid integration of a provider, with every flag that it takes. */
export interface Sample {
  /** Every flag but `--name`, those of its category and the credentials. */
  flags: readonly string[];
  /** The provider's own columns as JSON shows them. */
  stored: Readonly<Record<string, Json>>;
  credentials: readonly Credential[];
  /** A change of one plain field that a check against the provider reads. */
  change: { flags: readonly string[]; stored: Readonly<Record<string, Json>> };
}

export interface Credential {
  column: string;
  flag: string;
  value: string;
  /** The stretch of it that would betray it anywhere: dense, and found nowhere else. */
  core: string;
}

export interface Answer {
  method: 'GET' | 'POST';
  path: string | RegExp;
  /** What a provider says where all is well. */
  good: Handler;
}

/** `checks` are the outcomes of its own three; `soon` is an hour from now. */
export interface Valid {
  checks: string;
  account: string | null;
  expiresAt: string | null;
}

/** What happens at one provider in place of what is good. */
export interface Mishap {
  /** Its answers, by their names. */
  answers?: Readonly<Record<string, Handler>>;
  /** The reply code of the mail server. */
  mail?: number;
  /** What the domain of the recipients has. */
  domain?: 'nothing' | 'fail';
}

/** What a provider really answers, for one line of its table. */
export interface Example {
  answer: Reply;
  /** What it means; said here again, so that the table cannot say something else by mistake. */
  class: ErrorClass;
  /** The request that it answers, as the fixture calls it; the first one where it is not said. */
  to?: string;
  /** Where the answer's request words it itself. */
  detail?: string;
  /** What it means at other requests, where that is something else; `valid` where it does not matter there. */
  elsewhere?: Readonly<Record<string, ErrorClass | 'valid'>>;
  /** Where the table makes it of the answer. */
  hint?: string;
  /** In the place of the sample's, where it is another deployment that answers so. */
  columns?: (url: string) => Readonly<Record<string, Json>>;
}

/** An example for each line of a table. */
export type Examples<Table extends AnswerTable> = Readonly<Record<keyof Table & string, Example>>;

/** Made up, but of the usual shape; the same in every run, so that a failure can be looked at again. */
export function letters(seed: string, length: number, alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    const digest = createHash('sha256').update(`${seed} ${block}`).digest();
    text += [...digest].map((byte) => alphabet[byte % alphabet.length]).join('');
  }
  return text.slice(0, length);
}

export const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export function credential(
  column: string,
  flag: string,
  core: string,
  [before, after]: readonly [string, string] = ['', ''],
): Credential {
  return { column, flag: `--${flag}`, value: `${before}${core}${after}`, core };
}

export function uuid(seed: string): string {
  return letters(seed, 32, '0123456789abcdef').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A new private key; its core is a whole line of its middle. */
export function keyCredential(column: string, kind: 'ec' | 'rsa'): Credential {
  const { privateKey } =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const value = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { column, flag: '--private-key', value, core: value.split('\n')[2] ?? '' };
}

/** What ends an API token of Atlassian's. */
export const atlassianEnd = `=${letters('atlassian end', 8, capitals)}`;

/** What every source control has alike. */
export const scmContract = 'organization* repository-url* default-branch access-token!* refresh-token!';
export const scmColumns = 'organization:255 repositoryUrl:512 defaultBranch:255 accessToken refreshToken';

export function scmSample(host: string, accessToken: Credential, refreshToken: Credential): Sample {
  return {
    flags: ['--organization', 'acme', '--repository-url', `https://${host}/acme/mobile`, '--default-branch', 'trunk'],
    stored: { organization: 'acme', repositoryUrl: `https://${host}/acme/mobile`, defaultBranch: 'trunk' },
    credentials: [accessToken, refreshToken],
    change: { flags: ['--default-branch', 'release/next'], stored: { defaultBranch: 'release/next' } },
  };
}

export const get = (path: string, good: Handler): Answer => ({ method: 'GET', path, good });
export const post = (path: string | RegExp, good: Handler): Answer => ({ method: 'POST', path, good });
export const json = (value: Json): Handler => ({ json: value as Record<string, Json> });
export const list = (value: Json[]): Handler => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

export function failure(status: number, body: Json, headers: Record<string, string> = {}): Handler {
  return { status, headers, json: body as Record<string, Json> };
}

/** One answer in the place of what is good. */
export const at = (name: string, handler: Handler): Mishap => ({ answers: { [name]: handler } });

/** The tenant of the pipelines has an SCM and a target that stay good whatever is put in place for the others. */
export const steady = { bundleId: 'com.acme.pipes', appId: '2222' };
