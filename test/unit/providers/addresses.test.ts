import { describe, expect, test } from 'vitest';
import { providers } from '../../../src/providers/index.ts';
import { read } from './reads.ts';

/*
 * What a browser's address bar shows, and what becomes of it: the value that was meant, or what to copy instead (`!`).
 * The forms are those of the providers' own documentation, which each list names.
 */
type Line = readonly [given: string, kept: string];

// GitHub docs: 'About repositories', 'Managing workflow runs', 'Comparing commits'; cli/cli `internal/ghrepo`.
const github: readonly Line[] = [
  ['https://github.com/acme/mobile', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile/', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile?tab=readme-ov-file', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile#readme', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile/tree/release/1.x', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile/blob/main/README.md?plain=1#L3', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile/pull/12/files', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile/issues?q=is%3Aopen', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile/settings/secrets/actions', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile/actions/runs/123456/job/789', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile/releases/tag/v1.0', 'https://github.com/acme/mobile'],
  ['https://github.com/acme/mobile/compare/main...next', 'https://github.com/acme/mobile'],
  ['https://git.acme.test/acme/mobile/tree/main', 'https://git.acme.test/acme/mobile'],
  ['acme/mobile', 'https://github.com/acme/mobile'],
  ['github.com/acme/mobile', 'https://github.com/acme/mobile'],
  ['<https://github.com/acme/mobile>', 'https://github.com/acme/mobile'],
  ['[mobile](https://github.com/acme/mobile)', 'https://github.com/acme/mobile'],
  ['"https://github.com/acme/mobile"', 'https://github.com/acme/mobile'],
  ['\u200bhttps://github.com/acme/mobile\u00a0', 'https://github.com/acme/mobile'],
  ['https://github.com/orgs/acme/repositories', '! the address of the repository itself'],
  ['https://github.com/settings/tokens', '! the address of the repository itself'],
  ['https://github.com/acme', '! must name owner and repository'],
];

// GitLab docs: 'Reserved project and group names', 'Project and group visibility'; the routes under '/-/'.
const gitlab: readonly Line[] = [
  ['https://gitlab.com/acme/apps/mobile/-/tree/main/src', 'https://gitlab.com/acme/apps/mobile'],
  ['https://gitlab.com/acme/apps/mobile/-/merge_requests/12/diffs', 'https://gitlab.com/acme/apps/mobile'],
  ['https://gitlab.com/acme/mobile/-/pipelines/123?tab=jobs', 'https://gitlab.com/acme/mobile'],
  ['https://gitlab.com/acme/mobile/-/jobs/123', 'https://gitlab.com/acme/mobile'],
  ['https://gitlab.com/acme/mobile/-/settings/ci_cd#js-cicd-variables-settings', 'https://gitlab.com/acme/mobile'],
  ['https://gitlab.com/acme/mobile/tree/main', 'https://gitlab.com/acme/mobile'],
  ['https://gitlab.com/acme/mobile/blob/main/README.md', 'https://gitlab.com/acme/mobile'],
  ['https://acme.test/gitlab/acme/mobile/-/issues', 'https://acme.test/gitlab/acme/mobile'],
  ['acme/apps/mobile', 'https://gitlab.com/acme/apps/mobile'],
  ['gitlab.com/acme/mobile', 'https://gitlab.com/acme/mobile'],
  ['https://gitlab.com/groups/acme/-/settings/access_tokens', '! the address of the repository itself'],
  ['https://gitlab.com/-/user_settings/personal_access_tokens', '! the address of the repository itself'],
  ['https://gitlab.com/dashboard/projects', '! the address of the repository itself'],
];

// Atlassian support: 'Bitbucket Cloud URLs'; Data Center, 'Repositories' and its REST resources.
const bitbucket: readonly Line[] = [
  ['https://bitbucket.org/acme/mobile/src/main/README.md', 'https://bitbucket.org/acme/mobile'],
  ['https://bitbucket.org/acme/mobile/pull-requests/12/diff', 'https://bitbucket.org/acme/mobile'],
  ['https://bitbucket.org/acme/mobile/branches/?status=all', 'https://bitbucket.org/acme/mobile'],
  ['https://bitbucket.org/acme/mobile/pipelines/results/12', 'https://bitbucket.org/acme/mobile'],
  ['https://bitbucket.org/acme/mobile/admin/access-tokens', 'https://bitbucket.org/acme/mobile'],
  ['acme/mobile', 'https://bitbucket.org/acme/mobile'],
  ['https://bitbucket.org/acme/workspace/projects/MOB', '! the address of the repository itself'],
  ['https://bitbucket.org/account/settings/', '! the address of the repository itself'],
  ['https://git.acme.test/projects/MOB/repos/mobile/browse', 'https://git.acme.test/projects/MOB/repos/mobile'],
  [
    'https://git.acme.test/bitbucket/projects/MOB/repos/mobile/pull-requests/12/overview',
    'https://git.acme.test/bitbucket/projects/MOB/repos/mobile',
  ],
  ['https://git.acme.test/users/jdoe/repos/mobile/commits', 'https://git.acme.test/users/jdoe/repos/mobile'],
  ['https://git.acme.test/projects/MOB', '! the address of the repository itself'],
];

// Jenkins core: Jenkins, View, Job and Run; Blue Ocean's routes.
const jenkinsUrl: readonly Line[] = [
  ['https://ci.acme.test/view/all', 'https://ci.acme.test'],
  ['https://ci.acme.test/jenkins/view/all/', 'https://ci.acme.test/jenkins'],
  ['https://ci.acme.test/login?from=%2F', 'https://ci.acme.test'],
  ['https://ci.acme.test/jenkins/manage/configure', 'https://ci.acme.test/jenkins'],
  ['https://ci.acme.test/job/mobile/job/release/12/console', 'https://ci.acme.test'],
  ['https://ci.acme.test/user/release-bot/security/', 'https://ci.acme.test'],
  ['https://ci.acme.test/blue/organizations/jenkins/pipelines', 'https://ci.acme.test'],
  ['https://ci.acme.test/computer/', 'https://ci.acme.test'],
];
const jenkinsJob: readonly Line[] = [
  ['view/Release/job/mobile/job/release', 'mobile/release'],
  ['/view/all/view/iOS/job/release/', 'release'],
  ['job/mobile/job/release/lastBuild', 'mobile/release'],
  ['/job/mobile/job/release/12/console', 'mobile/release'],
  ['job/mobile/job/release/build?delay=0sec', 'mobile/release'],
  ['https://ci.acme.test/job/mobile/job/release/', 'mobile/release'],
  ['https://ci.acme.test/jenkins/job/mobile/job/release/lastSuccessfulBuild/', 'mobile/release'],
  ['https://ci.acme.test/view/Release/job/mobile/job/release/configure', 'mobile/release'],
  ['https://ci.acme.test/job/My%20Folder/job/release/', 'My Folder/release'],
  ['https://ci.acme.test/job/mobile/job/feature%252Fx/3/', 'mobile/feature%2Fx'],
  ['https://ci.acme.test/job/mobile/view/change-requests/job/PR-1/', 'mobile/PR-1'],
  ['https://ci.acme.test/blue/organizations/jenkins/release/detail/release/12/pipeline', 'release'],
  ['https://ci.acme.test/blue/organizations/jenkins/mobile%2Frelease/activity', 'mobile/release'],
  ['https://ci.acme.test/blue/organizations/jenkins/mobile%2Frelease/detail/main/12/pipeline', 'mobile/release/main'],
  ['https://ci.acme.test/blue/organizations/jenkins/mobile/detail/feature%2Fx/3/', 'mobile/feature%2Fx'],
  ['https://ci.acme.test/view/all/', '! without a job'],
  ['https://ci.acme.test/', '! without a job'],
];

// Atlassian: 'Jira Cloud URLs'; Data Center's web actions.
const jiraUrl: readonly Line[] = [
  ['https://acme.atlassian.net/jira/software/c/projects/MOB/boards/1', 'https://acme.atlassian.net'],
  ['https://acme.atlassian.net/browse/MOB-12', 'https://acme.atlassian.net'],
  ['https://jira.acme.test/login.jsp?os_destination=%2F', 'https://jira.acme.test'],
  ['https://jira.acme.test/issues/?jql=project%3DMOB', 'https://jira.acme.test'],
  ['https://jira.acme.test/issues', 'https://jira.acme.test'],
  ['https://jira.acme.test/software/c/projects/MOB/boards/1', 'https://jira.acme.test'],
  ['https://acme.test/jira/secure/RapidBoard.jspa?rapidView=1', 'https://acme.test/jira'],
  ['https://acme.test/jira/projects/MOB/summary', 'https://acme.test/jira'],
  ['https://acme.test/jira/browse/MOB-12', 'https://acme.test/jira'],
  ['https://acme.test/jira/plugins/servlet/project-config/MOB', 'https://acme.test/jira'],
  ['https://acme.test/jira/servicedesk/customer/portals', 'https://acme.test/jira'],
];
const jiraProject: readonly Line[] = [
  ['https://acme.atlassian.net/browse/MOB-12', 'MOB'],
  ['https://acme.atlassian.net/jira/software/c/projects/MOB/boards/1', 'MOB'],
  ['https://acme.atlassian.net/jira/software/projects/MOB/settings/details', 'MOB'],
  ['https://jira.acme.test/projects/MOB/issues', 'MOB'],
  ['https://jira.acme.test/secure/RapidBoard.jspa?rapidView=1&projectKey=MOB', 'MOB'],
  ['https://acme.atlassian.net/jira/your-work', '! the key of the project'],
];

// Microsoft Learn: 'Navigate in the web portal', 'Change the URL of an organization'.
const azureProject: readonly Line[] = [
  ['Mobile%20App', 'Mobile App'],
  ['https://dev.azure.com/acme/Mobile%20App', 'Mobile App'],
  ['https://dev.azure.com/acme/Mobile%20App/_boards/board/t/Team/Epics', 'Mobile App'],
  ['https://dev.azure.com/acme/Mobile/_workitems/edit/12/', 'Mobile'],
  ['https://dev.azure.com/acme/Mobile/_settings/teams', 'Mobile'],
  ['https://dev.azure.com/acme/_git/Mobile', 'Mobile'],
  ['https://acme.visualstudio.com/Mobile%20App/_git/app', 'Mobile App'],
  ['https://acme.visualstudio.com/DefaultCollection/Mobile/_build', 'Mobile'],
  ['https://dev.azure.com/acme/_usersSettings/tokens', '! the name of the project'],
  ['https://dev.azure.com/acme', '! the name of the project'],
];
const azureOrganization: readonly Line[] = [
  ['https://dev.azure.com/acme/_usersSettings/tokens', 'acme'],
  ['https://acme.visualstudio.com/DefaultCollection/Mobile', 'acme'],
];

// Linear docs: 'Teams', 'Projects', 'Issues'.
const linearTeam: readonly Line[] = [
  ['https://linear.app/acme/team/MOB/active', 'MOB'],
  ['https://linear.app/acme/team/MOB/cycle/upcoming', 'MOB'],
  ['https://linear.app/acme/issue/MOB-12/the-title-of-it', 'MOB'],
  ['https://linear.app/acme/view/my-view-1a2b3c', '! the key of the team'],
  ['https://linear.app/acme/settings/api', '! the key of the team'],
  ['MOB-12', '! what comes before the "-"'],
];
const linearProject: readonly Line[] = [
  ['https://linear.app/acme/project/mobile-releases-1a2b3c4d5e6f/overview', 'mobile-releases-1a2b3c4d5e6f'],
  ['https://linear.app/acme/team/MOB/projects', '! the address of the project itself'],
];

// Slack help: 'Share links and set preferences'; api.slack.com: 'Formatting text', 'Deep linking'.
const slackChannel: readonly Line[] = [
  ['https://acme.slack.com/archives/C0123ABCDEF', 'C0123ABCDEF'],
  ['https://acme.slack.com/archives/C0123ABCDEF/p1700000000000100?thread_ts=1', 'C0123ABCDEF'],
  ['https://acme.enterprise.slack.com/archives/C0123ABCDEF', 'C0123ABCDEF'],
  ['https://app.slack.com/client/T0123ABCDEF/C0123ABCDEF', 'C0123ABCDEF'],
  ['<#C0123ABCDEF|releases>', 'C0123ABCDEF'],
  ['https://acme.slack.com/team/U0123ABCDEF', '! must be names or ids'],
];

// Apple: App Store Connect help; the names of key files as downloaded.
const bundleId: readonly Line[] = [
  ['https://appstoreconnect.apple.com/apps/1234567890/distribution/ios/version/inflight', '! the bundle id'],
  ['https://apps.apple.com/app/acme/id1234567890', '! the bundle id'],
  ['1234567890', '! is the Apple ID of the app'],
];
const keyId: readonly Line[] = [
  ['AuthKey_ABC123DEFG.p8', 'ABC123DEFG'],
  ['/home/jane/Downloads/AuthKey_ABC123DEFG.p8', 'ABC123DEFG'],
];

// Google: Play Console help, 'View app statistics'; the store's own addresses.
const packageName: readonly Line[] = [
  ['https://play.google.com/store/apps/details?id=com.acme.app&hl=en', 'com.acme.app'],
  ['https://play.google.com/console/u/0/developers/123/app/456/app-dashboard', '! the name under the title'],
];

// GitHub docs: 'Viewing workflow run history'.
const workflow: readonly Line[] = [
  ['https://github.com/acme/mobile/actions/workflows/release.yml', '.github/workflows/release.yml'],
  ['https://github.com/acme/mobile/blob/main/.github/workflows/release.yml', '.github/workflows/release.yml'],
  ['https://github.com/acme/mobile/actions/runs/123', '! the name of its file'],
];
const pipelineId: readonly Line[] = [['https://gitlab.com/acme/mobile/-/pipelines/123', '123']];

const query = '?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=xxxx-_%2B';
const flow = (host: string, end = '') => `https://${host}/workflows/0a0a/triggers/manual/paths/invoke${end}${query}`;
// Microsoft Learn: 'Power Automate US Government', 'Logic Apps in Azure China'; the slash: uptrace/uptrace#545.
const webhook: readonly Line[] = [
  'default0a.00.environment.api.powerplatform.com',
  'default0a.00.environment.api.gov.powerplatform.microsoft.us',
  'default0a.00.environment.api.powerplatform.cn',
].flatMap((host) => [flow(host), flow(host, '/')].map((given): Line => [given, given]));

// Microsoft Learn: 'Deep links'.
const teamsChannel: readonly Line[] = [
  ['https://teams.microsoft.com/l/channel/19%3Aabc%40thread.tacv2/General?groupId=1&tenantId=2', '19:abc@thread.tacv2'],
];

const lists: readonly (readonly [provider: string, field: string, lines: readonly Line[]])[] = [
  ['github', 'repositoryUrl', github],
  ['gitlab', 'repositoryUrl', gitlab],
  ['bitbucket', 'repositoryUrl', bitbucket],
  [
    'github',
    'organization',
    [
      ['https://github.com/orgs/acme/people', 'acme'],
      ['https://github.com/acme', 'acme'],
    ],
  ],
  [
    'gitlab',
    'organization',
    [
      ['https://gitlab.com/groups/acme/-/members', 'acme'],
      ['https://gitlab.com/acme', 'acme'],
    ],
  ],
  ['bitbucket', 'organization', [['https://bitbucket.org/acme/workspace/overview', 'acme']]],
  ['jenkins', 'jenkinsUrl', jenkinsUrl],
  ['jenkins', 'jenkinsJobPath', jenkinsJob],
  ['jira', 'jiraUrl', jiraUrl],
  ['jira', 'jiraProjectKey', jiraProject],
  ['azure-devops', 'azureProject', azureProject],
  ['azure-devops', 'azureOrganization', azureOrganization],
  ['linear', 'linearTeamId', linearTeam],
  ['linear', 'linearDefaultProjectId', linearProject],
  ['slack', 'slackChannels', slackChannel],
  ['app-store', 'appleBundleId', bundleId],
  ['app-store', 'appleApiKeyId', keyId],
  ['play-store', 'googlePackageName', packageName],
  ['github-actions', 'githubWorkflowPath', workflow],
  ['gitlab-ci', 'gitlabPipelineId', pipelineId],
  ['teams', 'teamsWebhookUrl', webhook],
  ['teams', 'teamsChannelId', teamsChannel],
];

describe.each(lists)('%s: %s', (name, field, lines) => {
  const provider = providers.find((each) => each.name === name);
  test.each(lines)('%s gives %s', (given, kept) => {
    if (!provider) throw new Error(`there is no ${name}`);
    const outcome = read(provider, field, field === 'slackChannels' ? [given] : given);
    if (kept.startsWith('! ')) expect(outcome).toEqual({ refused: expect.stringContaining(kept.slice(2)) });
    else expect(outcome).toEqual({ stored: field === 'slackChannels' ? [kept] : kept, warnings: [] });
    // What is stored is read again, as by a plan, and stays.
    if ('stored' in outcome) expect(read(provider, field, outcome.stored)).toMatchObject({ stored: outcome.stored });
  });
});
