import { createPrivateKey, createPublicKey, createSign, createVerify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { categoryList } from '../../../src/core/category.ts';
import type { OpenToolRow, ToolFile, ToolVariable } from '../../../src/core/tool-environment.ts';
import { providers } from '../../../src/providers/index.ts';
import { sampleOf } from '../../support/samples.ts';

type Values = Readonly<Record<string, unknown>>;

/** A row of a provider's sample, open; null takes a column out. */
function rowOf(name: string, changes: Values = {}): OpenToolRow {
  const { stored, credentials } = sampleOf(name);
  const secrets = Object.fromEntries(credentials.map(({ column, value }) => [column, value]));
  const values: Values = { ...stored, ...secrets, ...changes };
  const text = (field: string) => (typeof values[field] === 'string' ? values[field] : undefined);
  const row: OpenToolRow = {
    text: (field) => (field in secrets ? undefined : text(field)),
    has: (field) => text(field) !== undefined,
    secret: (field) => text(field) ?? '',
    pathOf: (file) => `/run/x/${file.name(row)}`,
    folder: () => '/run/x',
  };
  return row;
}

function variablesOf(name: string, row: OpenToolRow): readonly ToolVariable[] {
  return providers.find((each) => each.name === name)?.environment(row) ?? [];
}

/** What a command gets of a provider's sample. */
function valuesOf(name: string, changes: Values = {}): Record<string, string> {
  const row = rowOf(name, changes);
  return Object.fromEntries(variablesOf(name, row).map((variable) => [variable.name, variable.value(row)]));
}

/** What lies at the path that a variable holds. */
function fileOf(name: string, variable: string, changes: Values = {}): string {
  const row = rowOf(name, changes);
  const file = variablesOf(name, row).find((each) => each.name === variable)?.file as ToolFile;
  return file.content(row);
}

const secretOf = (name: string, column: string) =>
  sampleOf(name).credentials.find((each) => each.column === column)?.value ?? '';

test('no two integrations that a command may have at once fill one variable', () => {
  const seen = new Map<string, string>();
  for (const { name: category } of categoryList) {
    const some = providers.filter((each) => each.category.name === category);
    const names = new Set(some.flatMap(({ name }) => variablesOf(name, rowOf(name)).map((each) => each.name)));
    for (const name of names) {
      expect([name, seen.get(name)]).toEqual([name, undefined]);
      seen.set(name, category);
    }
  }
  expect(seen.size).toBeGreaterThan(50);
});

test.each(providers.map(({ name }) => name))(
  '%s: a name is set once, of fields that there are, with a value',
  (name) => {
    const provider = providers.find((each) => each.name === name);
    const row = rowOf(name);
    const variables = variablesOf(name, row);
    expect(new Set(variables.map((each) => each.name)).size).toBe(variables.length);
    for (const variable of variables) {
      expect(variable.name).toMatch(/^[A-Z][A-Z0-9_]*$/);
      expect(variable.name).not.toMatch(/^INTEGRATIONS_/);
      expect(variable.fields.length).toBeGreaterThan(0);
      for (const field of variable.fields) expect(provider?.fields.map((each) => each.name)).toContain(field);
      expect(typeof variable.value(row)).toBe('string');
    }
  },
);

test.each(providers.map(({ name }) => name))('%s: a credential that a value is made of is told', (name) => {
  const { credentials } = sampleOf(name);
  for (const variable of variablesOf(name, rowOf(name))) {
    for (const { column } of credentials) {
      const before = content(variable, rowOf(name));
      const after = content(variable, rowOf(name, { [column]: 'another' }));
      expect([variable.name, column, before === after || variable.fields.includes(column)]).toEqual([
        variable.name,
        column,
        true,
      ]);
    }
  }
});

function content(variable: ToolVariable, row: OpenToolRow): string {
  return `${variable.value(row)}\n${variable.file?.content(row) ?? ''}`;
}

/*
 * The tools themselves are not here. What they read is read as they do it; where that stands is named at each.
 */

describe('App Store Connect', () => {
  /** fastlane, spaceship/lib/spaceship/connect_api/token.rb: from_json_file, create and refresh!. */
  function fastlaneToken(text: string) {
    const json = JSON.parse(text);
    for (const key of ['key_id', 'key']) if (!(key in json)) throw new Error(`missing field ${key}`);
    const key = createPrivateKey(json.key);
    const signed = createSign('sha256').update('x').sign(key);
    return { kid: json.key_id, ...('issuer_id' in json ? { iss: json.issuer_id } : { sub: 'user' }), signed };
  }

  test('fastlane makes a token of the key file', () => {
    const token = fastlaneToken(fileOf('app-store', 'APP_STORE_CONNECT_API_KEY_PATH'));
    expect(token).toMatchObject({
      kid: secretOf('app-store', 'appleApiKeyId'),
      iss: secretOf('app-store', 'appleIssuerId'),
    });
    const own = createPublicKey(secretOf('app-store', 'applePrivateKey'));
    expect(createVerify('sha256').update('x').verify(own, token.signed)).toBe(true);
  });

  test('an individual key has no issuer anywhere, and keeps one that was set out of the way', () => {
    const individual = { appleIssuerId: null };
    expect(fastlaneToken(fileOf('app-store', 'APP_STORE_CONNECT_API_KEY_PATH', individual))).toMatchObject({
      sub: 'user',
    });
    const names = Object.keys(valuesOf('app-store', individual));
    expect(names.filter((name) => /ISSUER/.test(name))).toEqual([]);
    // codemagic's tools take none.
    expect(names.filter((name) => /^APP_STORE_CONNECT_(KEY_IDENTIFIER|PRIVATE_KEY)$/.test(name))).toEqual([]);
    const displaced = variablesOf('app-store', rowOf('app-store', individual)).flatMap(({ replaces = [] }) => replaces);
    expect(displaced).toEqual(
      expect.arrayContaining([
        'APP_STORE_CONNECT_API_KEY_ISSUER_ID',
        'SPACESHIP_CONNECT_API_ISSUER_ID',
        'EXPO_ASC_ISSUER_ID',
      ]),
    );
  });

  test('the key lies where altool looks for it, as canonical PEM', () => {
    const values = valuesOf('app-store');
    const id = secretOf('app-store', 'appleApiKeyId');
    expect(values).toMatchObject({
      API_PRIVATE_KEYS_DIR: '/run/x',
      EXPO_ASC_API_KEY_PATH: `/run/x/AuthKey_${id}.p8`,
      APP_STORE_CONNECT_PRIVATE_KEY: `@file:/run/x/AuthKey_${id}.p8`,
    });
    expect(fileOf('app-store', 'EXPO_ASC_API_KEY_PATH')).toMatch(
      /^-----BEGIN PRIVATE KEY-----\n[\s\S]*\n-----END PRIVATE KEY-----\n$/,
    );
  });

  test('fastlane is never given both forms of a key', () => {
    const names = Object.keys(valuesOf('app-store'));
    expect(names).not.toContain('APP_STORE_CONNECT_API_KEY_KEY');
    expect(names).not.toContain('SPACESHIP_CONNECT_API_KEY');
    // A Hash to fastlane, which refuses a text.
    expect(names).not.toContain('APP_STORE_CONNECT_API_KEY');
  });
});

describe('Google Play', () => {
  test('the file has what every reader demands, and is one line', () => {
    const text = fileOf('play-store', 'SUPPLY_JSON_KEY');
    expect(text).not.toContain('\n');
    const file = JSON.parse(text);
    // google-auth-library-java ServiceAccountCredentials.fromJson, oauth2client, google-auth (Python) and googleauth (Ruby).
    for (const member of ['type', 'client_id', 'client_email', 'private_key', 'private_key_id', 'token_uri'])
      expect([member, file[member]]).toEqual([member, expect.stringMatching(/./)]);
    expect(file).toMatchObject({
      type: 'service_account',
      project_id: 'acme',
      client_email: 'release@acme.iam.gserviceaccount.com',
    });
    expect(createPrivateKey(file.private_key).asymmetricKeyType).toBe('rsa');
    expect(valuesOf('play-store')).toMatchObject({
      ANDROID_PUBLISHER_CREDENTIALS: text,
      SUPPLY_JSON_KEY: '/run/x/service_account.json',
      GOOGLE_PLAY_SERVICE_ACCOUNT_CREDENTIALS: '@file:/run/x/service_account.json',
      PACKAGE_NAME: 'com.acme.app',
    });
  });

  test('no other Google client is led to it', () => {
    expect(Object.keys(valuesOf('play-store'))).not.toContain('GOOGLE_APPLICATION_CREDENTIALS');
  });

  test('an account of no project of its own has an empty one', () => {
    const googleServiceAccountEmail = '123-compute@developer.gserviceaccount.com';
    expect(JSON.parse(fileOf('play-store', 'SUPPLY_JSON_KEY', { googleServiceAccountEmail })).project_id).toBe('');
  });
});

describe('source control', () => {
  const token = secretOf('github', 'accessToken');

  test.each<[string, Values]>([
    [
      'https://github.com/acme/mobile',
      {
        GH_TOKEN: token,
        GITHUB_TOKEN: token,
        GH_REPO: 'acme/mobile',
        FL_GITHUB_API_SERVER_URL: 'https://api.github.com',
      },
    ],
    ['git@github.com:acme/mobile.git', { GH_TOKEN: token, GH_REPO: 'acme/mobile' }],
    [
      'https://acme.ghe.com/acme/mobile',
      {
        GH_TOKEN: token,
        GH_HOST: 'acme.ghe.com',
        GH_REPO: 'acme.ghe.com/acme/mobile',
        FL_GITHUB_API_SERVER_URL: 'https://api.acme.ghe.com',
      },
    ],
    [
      'https://git.acme.test/acme/mobile',
      {
        ...{ GH_ENTERPRISE_TOKEN: token, GITHUB_ENTERPRISE_TOKEN: token, GH_HOST: 'git.acme.test' },
        ...{ GH_REPO: 'git.acme.test/acme/mobile', FL_GITHUB_RELEASE_SERVER_URL: 'https://git.acme.test/api/v3' },
      },
    ],
  ])('GitHub at %s', (repositoryUrl, expected) => {
    const values = valuesOf('github', { repositoryUrl });
    expect(values).toMatchObject(expected);
    const ofOthers = 'GH_TOKEN' in expected ? /ENTERPRISE_TOKEN$/ : /^(GH|GITHUB)_TOKEN$/;
    // gh would take a token of one host to the other.
    expect(Object.keys(values).filter((name) => ofOthers.test(name))).toEqual([]);
  });

  test.each([
    ['https://gitlab.com/acme/apps/mobile', 'gitlab.com'],
    ['git@git.acme.test:acme/mobile.git', 'git.acme.test'],
    ['http://127.0.0.1:8080/acme/mobile', 'http://127.0.0.1:8080'],
  ])('GitLab at %s: never the token without its host', (repositoryUrl, GITLAB_HOST) => {
    const GITLAB_TOKEN = secretOf('gitlab', 'accessToken');
    expect(valuesOf('gitlab', { repositoryUrl })).toMatchObject({ GITLAB_TOKEN, GITLAB_HOST });
  });

  test('Bitbucket: what is for a Data Center goes to no tool of bitbucket.org', () => {
    expect(valuesOf('bitbucket', { repositoryUrl: 'https://bitbucket.org/acme/mobile' })).toMatchObject({
      ...{ BITBUCKET_WORKSPACE: 'acme', BITBUCKET_REPO_SLUG: 'mobile' },
      BITBUCKET_ACCESS_TOKEN: secretOf('bitbucket', 'accessToken'),
    });
    const values = valuesOf('bitbucket', { repositoryUrl: 'https://git.acme.test/projects/MOB/repos/app' });
    expect(Object.keys(values).filter((name) => name.startsWith('BITBUCKET_'))).toEqual([]);
    expect(values['REPOSITORY_URL']).toBe('https://git.acme.test/projects/MOB/repos/app');
  });
});

test('Jira: a token without its e-mail is one of Data Center, which fastlane cannot use', () => {
  expect(valuesOf('jira')).toMatchObject({
    FL_JIRA_PASSWORD: secretOf('jira', 'jiraApiToken'),
    FL_JIRA_CONTEXT_PATH: '',
  });
  const values = valuesOf('jira', { jiraEmail: null, jiraUrl: 'https://jira.acme.test/jira' });
  expect(values).toEqual({ JIRA_API_TOKEN: secretOf('jira', 'jiraApiToken'), JIRA_AUTH_TYPE: 'bearer' });
});
