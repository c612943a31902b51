import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CategoryName, categoryList } from '../../../src/core/category.ts';
import { commonFields } from '../../../src/core/common-fields.ts';
import { isNeeded, Unfit } from '../../../src/core/field.ts';
import type { Provider } from '../../../src/core/provider.ts';
import { findProvider, providerOfType, providers, providersOf } from '../../../src/providers/index.ts';

const source = new URL('../../../src/providers/', import.meta.url);

/** The tables 'Shape' and 'Flags of add and update' of the contract: `!` marks a credential, `*` what is required. */
const contract: Record<CategoryName, { common: string; providers: Record<string, string> }> = {
  scm: {
    common: '',
    providers: {
      github: 'organization* repository-url* default-branch access-token!* refresh-token!',
      gitlab: 'organization* repository-url* default-branch access-token!* refresh-token!',
      bitbucket: 'organization* repository-url* default-branch access-token!* refresh-token!',
    },
  },
  target: {
    common: '',
    providers: {
      'app-store': 'api-key-id!* issuer-id! private-key!* bundle-id* team-id',
      'play-store': 'service-account-email* private-key!* package-name* service-account-json!',
    },
  },
  pipeline: {
    common: 'scm* target* description trigger-on-release build-timeout env',
    providers: {
      jenkins: 'url* username* api-token!* job-path*',
      'github-actions': 'workflow-path* workflow-ref',
      'gitlab-ci': 'pipeline-id job-name',
    },
  },
  communication: {
    common: 'notify-on',
    providers: {
      slack: 'bot-token! channel webhook-url!',
      email: 'recipient* from-address*',
      teams: 'webhook-url!* channel-id',
    },
  },
  ticket: {
    common: 'auto-create-epics epic-template',
    providers: {
      jira: 'url* email* api-token!* project-key* default-issue-type',
      linear: 'api-key!* team-id* default-project-id',
      'azure-devops': 'organization* project* pat-token!*',
    },
  },
};

/** The columns of the design that belong to providers, with the length of those that are `VARCHAR` and not sealed. */
const columns: Record<string, string> = {
  github: 'organization:255 repositoryUrl:512 defaultBranch:255 accessToken refreshToken',
  gitlab: 'organization:255 repositoryUrl:512 defaultBranch:255 accessToken refreshToken',
  bitbucket: 'organization:255 repositoryUrl:512 defaultBranch:255 accessToken refreshToken',
  'app-store': 'appleApiKeyId appleIssuerId applePrivateKey appleBundleId:255 appleTeamId:255',
  'play-store': 'googleServiceAccountEmail:255 googlePrivateKey googlePackageName:255',
  jenkins: 'jenkinsUrl:512 jenkinsUsername:255 jenkinsApiToken jenkinsJobPath:512',
  'github-actions': 'githubWorkflowPath:512 githubWorkflowRef:255',
  'gitlab-ci': 'gitlabPipelineId:255 gitlabJobName:255',
  slack: 'slackBotToken slackChannels slackWebhookUrl',
  email: 'emailRecipients emailFromAddress:255',
  teams: 'teamsWebhookUrl teamsChannelId:255',
  jira: 'jiraUrl:512 jiraEmail:255 jiraApiToken jiraProjectKey:255 jiraDefaultIssueType:255',
  linear: 'linearApiKey linearTeamId:255 linearDefaultProjectId:255',
  'azure-devops': 'azureOrganization:255 azureProject:255 azurePatToken',
};

function flagsOf(provider: Provider): string[] {
  const flags = provider.fields.map((field) => {
    const required = isNeeded(field, () => false) && field.insteadOf === undefined;
    return `${field.flag}${field.credential ? '!' : ''}${required ? '*' : ''}`;
  });
  return [...flags, ...provider.bundles.map((bundle) => `${bundle.flag}!`)];
}

function ownFields(provider: Provider) {
  const { leading, trailing } = commonFields[provider.category.name];
  return provider.fields.filter((field) => !(field.name in leading) && !(field.name in trailing));
}

describe('the registry', () => {
  test('lists every provider of the contract, by category and in its order', () => {
    const listed = providers.map((provider) => `${provider.category.name} ${provider.name}`);
    const wanted = Object.entries(contract).flatMap(([category, { providers }]) =>
      Object.keys(providers).map((name) => `${category} ${name}`),
    );
    expect(listed).toEqual(wanted);
  });

  test.each(categoryList)('lists what lies in the folder $name', ({ name }) => {
    const folder = new URL(`${name}/`, source);
    const files = readdirSync(folder).filter((file) =>
      readFileSync(new URL(file, folder), 'utf8').includes('defineProvider({'),
    );
    expect(files.sort()).toEqual(
      providersOf(name)
        .map((provider) => `${provider.name}.ts`)
        .sort(),
    );
  });

  test('finds providers by name and by type, within their category', () => {
    expect(findProvider('pipeline', 'github-actions')?.type).toBe('GITHUB_ACTIONS');
    expect(providerOfType('pipeline', 'GITHUB_ACTIONS')?.name).toBe('github-actions');
    expect(findProvider('scm', 'github-actions')).toBeUndefined();
    expect(findProvider('pipeline', 'GITHUB_ACTIONS')).toBeUndefined();
    expect(providerOfType('scm', 'JIRA')).toBeUndefined();
  });

  test.each([
    ['scm', ['GITHUB', 'GITLAB', 'BITBUCKET']],
    ['target', ['APP_STORE', 'PLAY_STORE']],
    ['pipeline', ['JENKINS', 'GITHUB_ACTIONS', 'GITLAB_CI']],
    ['communication', ['SLACK', 'EMAIL', 'TEAMS']],
    ['ticket', ['JIRA', 'LINEAR', 'AZURE_DEVOPS']],
  ] as const)('has the types of the %s table', (category, types) => {
    expect(providersOf(category).map((provider) => provider.type)).toEqual(types);
  });

  test('ties pipelines to the source control that they run on', () => {
    expect(Object.fromEntries(providers.map(({ name, scm }) => [name, scm]).filter(([, scm]) => scm))).toEqual({
      'github-actions': 'github',
      'gitlab-ci': 'gitlab',
    });
  });
});

describe.each(providers)('$name', (provider) => {
  test('has the flags of the contract, each once', () => {
    const { common, providers: own } = contract[provider.category.name];
    const wanted = `name* expires-at ${common} ${own[provider.name]}`.split(' ').filter((flag) => flag !== '');
    expect(flagsOf(provider).sort()).toEqual(wanted.sort());
  });

  test('has the columns of the design', () => {
    const wanted = `${columns[provider.name]}`.split(' ').map((column) => column.split(':')[0]);
    expect(ownFields(provider).map((field) => field.name)).toEqual(wanted);
  });

  test('refuses what is longer than its column', () => {
    for (const column of `${columns[provider.name]}`.split(' ')) {
      const [name, max] = column.split(':');
      if (!max) continue;
      const field = ownFields(provider).find((candidate) => candidate.name === name);
      const refusal = (text: string) => [field?.read(text)].map((read) => (read instanceof Unfit ? read.message : ''));
      expect(refusal('a'.repeat(Number(max) + 1))).toEqual([expect.stringContaining(`at most ${max} fit`)]);
      expect(refusal('a/'.padEnd(Number(max), 'a'))).not.toEqual([expect.stringContaining('at most')]);
    }
  });

  test('explains every field in a line', () => {
    for (const { name, label, help } of [...ownFields(provider), ...provider.bundles]) {
      expect(label, name).toMatch(/^[A-Z][^\n]{1,30}$/);
      expect(help, name).toMatch(/^[^\n]{8,120}$/);
    }
  });

  test('says of every credential where it is made and what it must be allowed', () => {
    for (const field of provider.fields.filter((candidate) => candidate.credential)) {
      expect(field.whereToGet, field.name).toMatch(/^[^\n]{10,120}$/);
      expect(field.permissions, field.name).toMatch(/^[^\n]{10,120}$/);
      expect(field.example, field.name).toMatch(/^(env:[A-Z][A-Z_]+|file:\S+)$/);
    }
  });

  test('gives examples that it would take itself, and that stay as they are', () => {
    for (const field of ownFields(provider).filter((candidate) => !candidate.credential)) {
      const reading = field.read(field.example);
      if (reading instanceof Unfit) throw reading;
      const { value, warnings } = reading;
      expect(warnings, field.name).toEqual([]);
      expect([value].flat().join(','), field.name).toBe(field.example);
    }
  });

  test('is asked for its category first and last', () => {
    const names = provider.fields.map((field) => field.name);
    expect(names[0]).toBe('displayName');
    expect(names.at(-1)).toBe('credentialExpiresAt');
    expect(new Set(names).size).toBe(names.length);
  });

  test('fills fields that exist from its bundles', () => {
    const names = provider.fields.map((field) => field.name);
    for (const bundle of provider.bundles) expect(names).toEqual(expect.arrayContaining([...bundle.fills]));
  });

  test('is a description: its file imports nothing that does anything', () => {
    const file = readFileSync(new URL(`${provider.category.name}/${provider.name}.ts`, source), 'utf8');
    const imported = [...file.matchAll(/from '([^']+)'/g)].map((match) => match[1]);
    expect(imported).toContain('../../core/provider.ts');
    for (const path of imported) {
      // Own files alone, so that a description costs nothing; what a verification needs is handed to it.
      expect(path).toMatch(/^(\.\.\/\.\.\/core|\.|\.\.|\.\.\/scm)\/[a-z-]+\.ts$/);
    }
  });
});
