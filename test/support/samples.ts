import { createHash, generateKeyPairSync } from 'node:crypto';
import type { CategoryName } from '../../src/core/category.ts';
import type { Json } from '../../src/core/field.ts';
import type { Environment } from './cli.ts';

/** One valid integration of a provider, with every flag that it takes. */
export interface Sample {
  category: CategoryName;
  provider: string;
  /** Every flag but `--name` and the credentials. */
  flags: readonly string[];
  /** The provider's own columns as JSON shows them; a reference stands under the name that was given. */
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

/** Made up, but of the usual shape; the same in every run, so that a failure can be looked at again. */
function letters(seed: string, length: number, alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    const digest = createHash('sha256').update(`${seed} ${block}`).digest();
    text += [...digest].map((byte) => alphabet[byte % alphabet.length]).join('');
  }
  return text.slice(0, length);
}

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function credential(column: string, flag: string, core: string, [before, after] = ['', '']): Credential {
  return { column, flag: `--${flag}`, value: `${before}${core}${after}`, core };
}

function uuid(seed: string): string {
  return letters(seed, 32, '0123456789abcdef').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A new private key; its core is a whole line of its middle. */
function keyCredential(column: string, kind: 'ec' | 'rsa'): Credential {
  const { privateKey } =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const value = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { column, flag: '--private-key', value, core: value.split('\n')[2] ?? '' };
}

function scm(provider: string, host: string, accessToken: Credential, refreshToken: Credential): Sample {
  return {
    category: 'scm',
    provider,
    flags: ['--organization', 'acme', '--repository-url', `https://${host}/acme/mobile`, '--default-branch', 'trunk'],
    stored: { organization: 'acme', repositoryUrl: `https://${host}/acme/mobile`, defaultBranch: 'trunk' },
    credentials: [accessToken, refreshToken],
    change: { flags: ['--default-branch', 'release/next'], stored: { defaultBranch: 'release/next' } },
  };
}

const atlassianEnd = `=${letters('atlassian end', 8, capitals)}`;

const pipelineFlags = [
  ...['--scm', 'code', '--target', 'app', '--description', 'Builds what is released'],
  ...['--no-trigger-on-release', '--build-timeout', '900', '--env', 'LANE=release', '--env', 'NOTE=a=b'],
];

const pipelineStored = {
  scmIntegrationId: 'code',
  targetIntegrationId: 'app',
  description: 'Builds what is released',
  triggerOnRelease: false,
  buildTimeout: 900,
  environmentVariables: { LANE: 'release', NOTE: 'a=b' },
  lastTriggeredAt: null,
};

const notifyFlags = ['--notify-on', 'release_started', '--notify-on', 'build_failed'];
const notifyStored = { notifyOnEvents: ['release_started', 'build_failed'] };

const epicFlags = ['--auto-create-epics', '--epic-template', '{"summary": "Release {{version}}"}'];
const epicStored = { autoCreateEpics: true, epicTemplate: { summary: 'Release {{version}}' } };

const teamsUrl = [
  'https://acme.12.environment.api.powerplatform.com/workflows/1/triggers/manual/paths/invoke' +
    '?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=',
  '',
];

/** One of each of the fourteen, what others refer to first. */
export const samples: readonly Sample[] = [
  scm(
    'github',
    'github.com',
    credential('accessToken', 'access-token', letters('github access', 36), ['ghp_', '']),
    credential('refreshToken', 'refresh-token', letters('github refresh', 36), ['ghr_', '']),
  ),
  scm(
    'gitlab',
    'gitlab.com',
    credential('accessToken', 'access-token', letters('gitlab access', 20), ['glpat-', '']),
    credential('refreshToken', 'refresh-token', letters('gitlab refresh', 64, '0123456789abcdef')),
  ),
  scm(
    'bitbucket',
    'bitbucket.org',
    credential('accessToken', 'access-token', letters('bitbucket access', 60), [
      'ops@acme.test:ATATT3xFfGF0',
      atlassianEnd,
    ]),
    credential('refreshToken', 'refresh-token', letters('bitbucket refresh', 30)),
  ),
  {
    category: 'target',
    provider: 'app-store',
    flags: ['--bundle-id', 'com.acme.app', '--team-id', 'ABCDE12345'],
    stored: { appleBundleId: 'com.acme.app', appleTeamId: 'ABCDE12345' },
    credentials: [
      credential('appleApiKeyId', 'api-key-id', letters('apple key id', 10, capitals)),
      credential('appleIssuerId', 'issuer-id', uuid('apple issuer')),
      keyCredential('applePrivateKey', 'ec'),
    ],
    change: { flags: ['--bundle-id', 'com.acme.other'], stored: { appleBundleId: 'com.acme.other' } },
  },
  {
    category: 'target',
    provider: 'play-store',
    flags: ['--service-account-email', 'release@acme.iam.gserviceaccount.com', '--package-name', 'com.acme.app'],
    stored: {
      googleServiceAccountEmail: 'release@acme.iam.gserviceaccount.com',
      googlePackageName: 'com.acme.app',
    },
    credentials: [keyCredential('googlePrivateKey', 'rsa')],
    change: { flags: ['--package-name', 'com.acme.other'], stored: { googlePackageName: 'com.acme.other' } },
  },
  {
    category: 'pipeline',
    provider: 'jenkins',
    flags: [
      ...pipelineFlags,
      ...['--url', 'https://ci.acme.test/jenkins', '--username', 'release-bot', '--job-path', 'mobile/release'],
    ],
    stored: {
      ...pipelineStored,
      jenkinsUrl: 'https://ci.acme.test/jenkins',
      jenkinsUsername: 'release-bot',
      jenkinsJobPath: 'mobile/release',
    },
    credentials: [credential('jenkinsApiToken', 'api-token', letters('jenkins', 32, '0123456789abcdef'), ['11', ''])],
    change: { flags: ['--job-path', 'mobile/nightly'], stored: { jenkinsJobPath: 'mobile/nightly' } },
  },
  {
    category: 'pipeline',
    provider: 'github-actions',
    flags: [...pipelineFlags, '--workflow-path', '.github/workflows/release.yml', '--workflow-ref', 'main'],
    stored: {
      ...pipelineStored,
      githubWorkflowPath: '.github/workflows/release.yml',
      githubWorkflowRef: 'main',
    },
    credentials: [],
    change: { flags: ['--workflow-ref', 'next'], stored: { githubWorkflowRef: 'next' } },
  },
  {
    category: 'pipeline',
    provider: 'gitlab-ci',
    flags: [...pipelineFlags, '--pipeline-id', '1234567890', '--job-name', 'release'],
    stored: { ...pipelineStored, gitlabPipelineId: '1234567890', gitlabJobName: 'release' },
    credentials: [],
    change: { flags: ['--job-name', 'deploy'], stored: { gitlabJobName: 'deploy' } },
  },
  {
    category: 'communication',
    provider: 'slack',
    flags: ['--channel', '#releases', '--channel', 'C0123456789', ...notifyFlags],
    stored: { slackChannels: ['#releases', 'C0123456789'], ...notifyStored },
    credentials: [
      credential('slackBotToken', 'bot-token', letters('slack bot', 24), [
        `xoxb-${letters('slack digits', 12, '123456789')}-${letters('more digits', 12, '123456789')}-`,
        '',
      ]),
      credential('slackWebhookUrl', 'webhook-url', letters('slack webhook', 24), [
        `https://hooks.slack.com/services/T${letters('slack team', 9, capitals)}/B${letters('slack app', 9, capitals)}/`,
        '',
      ]),
    ],
    change: { flags: ['--channel', '#builds'], stored: { slackChannels: ['#builds'] } },
  },
  {
    category: 'communication',
    provider: 'email',
    flags: [
      ...['--recipient', 'team@acme.test', '--recipient', 'boss@acme.test'],
      ...['--from-address', 'Acme Releases <releases@acme.test>', ...notifyFlags],
    ],
    stored: {
      emailRecipients: ['team@acme.test', 'boss@acme.test'],
      emailFromAddress: 'Acme Releases <releases@acme.test>',
      ...notifyStored,
    },
    credentials: [],
    change: { flags: ['--recipient', 'all@acme.test'], stored: { emailRecipients: ['all@acme.test'] } },
  },
  {
    category: 'communication',
    provider: 'teams',
    flags: ['--channel-id', '19:abc123@thread.tacv2', ...notifyFlags],
    stored: { teamsChannelId: '19:abc123@thread.tacv2', ...notifyStored },
    credentials: [credential('teamsWebhookUrl', 'webhook-url', letters('teams', 43), teamsUrl as [string, string])],
    change: { flags: ['--channel-id', '19:def456@thread.tacv2'], stored: { teamsChannelId: '19:def456@thread.tacv2' } },
  },
  {
    category: 'ticket',
    provider: 'jira',
    flags: [
      ...['--url', 'https://acme.atlassian.net', '--email', 'ops@acme.test', '--project-key', 'MOB'],
      ...['--default-issue-type', 'Epic', ...epicFlags],
    ],
    stored: {
      jiraUrl: 'https://acme.atlassian.net',
      jiraEmail: 'ops@acme.test',
      jiraProjectKey: 'MOB',
      jiraDefaultIssueType: 'Epic',
      ...epicStored,
    },
    credentials: [credential('jiraApiToken', 'api-token', letters('jira', 60), ['ATATT3xFfGF0', atlassianEnd])],
    change: { flags: ['--project-key', 'WEB'], stored: { jiraProjectKey: 'WEB' } },
  },
  {
    category: 'ticket',
    provider: 'linear',
    flags: ['--team-id', 'MOB', '--default-project-id', 'mobile-releases-1a2b3c4d5e6f', ...epicFlags],
    stored: { linearTeamId: 'MOB', linearDefaultProjectId: 'mobile-releases-1a2b3c4d5e6f', ...epicStored },
    credentials: [credential('linearApiKey', 'api-key', letters('linear', 40), ['lin_api_', ''])],
    change: { flags: ['--team-id', 'WEB'], stored: { linearTeamId: 'WEB' } },
  },
  {
    category: 'ticket',
    provider: 'azure-devops',
    flags: ['--organization', 'acme', '--project', 'Mobile App', ...epicFlags],
    stored: { azureOrganization: 'acme', azureProject: 'Mobile App', ...epicStored },
    credentials: [credential('azurePatToken', 'pat-token', letters('azure', 52))],
    change: { flags: ['--project', 'Web App'], stored: { azureProject: 'Web App' } },
  },
];

export function sampleOf(provider: string): Sample {
  const sample = samples.find((each) => each.provider === provider);
  if (!sample) throw new Error(`there is no sample of ${provider}`);
  return sample;
}

/** The flags that name a sample's credentials as `env:` sources, and the variables that hold them. */
export function credentialFlags(sample: Sample): { flags: string[]; env: Environment } {
  const variable = ({ column }: Credential) => `SAMPLE_${column.toUpperCase()}`;
  return {
    flags: sample.credentials.flatMap((each) => [each.flag, `env:${variable(each)}`]),
    env: Object.fromEntries(sample.credentials.map((each) => [variable(each), each.value])),
  };
}

/** A whole `add`; flags given again replace the sample's own. */
export function addCommand(provider: string, name: string, ...more: string[]): { args: string[]; env: Environment } {
  const sample = sampleOf(provider);
  const { flags, env } = credentialFlags(sample);
  return { args: [sample.category, 'add', provider, '--name', name, ...sample.flags, ...flags, ...more], env };
}
