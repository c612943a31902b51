import { expect, test } from 'vitest';
import { providers } from '../../../src/providers/index.ts';

/** Where there is one for each kind, with that before it. */
function madeAt(provider: string, field: string, values: Record<string, unknown> = {}): readonly string[] {
  const found = providers.find(({ name }) => name === provider)?.fields.find(({ name }) => name === field);
  return found?.madeAt(values).map(({ kind, address }) => (kind ? `${kind}: ${address}` : address)) ?? [];
}

test.each<[string, string, Record<string, unknown>, string[]]>([
  [
    'github',
    'accessToken',
    {},
    [
      'Fine-grained: https://github.com/settings/personal-access-tokens/new',
      'Classic: https://github.com/settings/tokens/new?description=integrations&scopes=repo',
    ],
  ],
  [
    'github',
    'accessToken',
    { organization: 'acme', repositoryUrl: 'git@git.acme.test:acme/mobile.git' },
    [
      'Fine-grained: https://git.acme.test/settings/personal-access-tokens/new',
      'Classic: https://git.acme.test/settings/tokens/new?description=integrations&scopes=repo',
    ],
  ],
  [
    'gitlab',
    'accessToken',
    { repositoryUrl: 'https://git.acme.test:8443/acme/mobile' },
    ['https://git.acme.test:8443/-/user_settings/personal_access_tokens?name=integrations&scopes=api'],
  ],
  [
    'gitlab',
    'accessToken',
    { repositoryUrl: '\x1b' },
    ['https://gitlab.com/-/user_settings/personal_access_tokens?name=integrations&scopes=api'],
  ],
  ['bitbucket', 'accessToken', {}, ['API token: https://id.atlassian.com/manage-profile/security/api-tokens']],
  [
    'bitbucket',
    'accessToken',
    { repositoryUrl: 'https://bitbucket.org/acme/mobile' },
    [
      'Access token: https://bitbucket.org/acme/mobile/admin/access-tokens',
      'API token: https://id.atlassian.com/manage-profile/security/api-tokens',
    ],
  ],
  [
    'bitbucket',
    'accessToken',
    { repositoryUrl: 'https://git.acme.test/projects/MOB/repos/app' },
    ['https://git.acme.test/plugins/servlet/access-tokens/manage'],
  ],
  [
    'jira',
    'jiraApiToken',
    { jiraUrl: 'https://acme.atlassian.net' },
    ['https://id.atlassian.com/manage-profile/security/api-tokens'],
  ],
  [
    'jira',
    'jiraApiToken',
    { jiraUrl: 'https://acme.test/jira' },
    [
      'https://acme.test/jira/secure/ViewProfile.jspa?selectedTab=com.atlassian.pats.pats-plugin:jira-user-personal-access-tokens',
    ],
  ],
  ['jenkins', 'jenkinsApiToken', {}, []],
  [
    'jenkins',
    'jenkinsApiToken',
    { jenkinsUrl: 'https://acme.test/ci/', jenkinsUsername: 'release bot' },
    ['https://acme.test/ci/user/release%20bot/security/'],
  ],
  [
    'azure-devops',
    'azurePatToken',
    { azureOrganization: 'acme' },
    ['https://dev.azure.com/acme/_usersSettings/tokens'],
  ],
])('%s %s %j', (provider, field, values, pages) => {
  expect(madeAt(provider, field, values)).toEqual(pages);
});

test('an app of Slack comes with the scopes that are needed', () => {
  const [page = ''] = madeAt('slack', 'slackBotToken');
  expect(JSON.parse(new URL(page).searchParams.get('manifest_json') ?? '')).toMatchObject({
    oauth_config: { scopes: { bot: ['chat:write', 'channels:read', 'groups:read'] } },
  });
});

test('each page is one of the web, without a credential in it', () => {
  for (const { fields } of providers) {
    for (const field of fields) {
      for (const { address } of field.madeAt({}))
        expect(URL.parse(address)).toMatchObject({ protocol: 'https:', username: '' });
      if (!field.credential) expect(field.madeAt({})).toEqual([]);
    }
  }
});
