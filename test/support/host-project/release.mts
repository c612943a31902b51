// A release script as somebody writes it who has nothing but the types.
import {
  type Integrations,
  IntegrationsError,
  type NewScm,
  openIntegrations,
  type ScmIntegration,
} from 'tenant-integrations';

const { DATABASE = '', KEYS = '', TOKEN = '' } = process.env;

function repositoryOf(scm: ScmIntegration): string {
  switch (scm.scmType) {
    case 'GITHUB':
    case 'GITLAB':
      return `${scm.scmType} ${scm.organization}/${scm.repositoryUrl.split('/').at(-1)}`;
    case 'BITBUCKET':
      return scm.repositoryUrl;
  }
}

async function setUp(integrations: Integrations): Promise<void> {
  const acme = integrations.tenant('Acme');
  const mobile = {
    scmType: 'GITHUB',
    displayName: 'mobile',
    organization: 'acme',
    repositoryUrl: 'https://github.com/acme/mobile',
    accessToken: TOKEN,
  } satisfies NewScm;
  await acme.scm.create(mobile);
  await acme.apply({
    targets: [
      {
        name: 'iOS',
        type: 'play-store',
        googleServiceAccountEmail: 'ci@acme.iam.gserviceaccount.com',
        googlePackageName: 'com.acme.app',
        googlePrivateKey: `value:${await newKey()}`,
      },
    ],
    pipelines: [
      {
        name: 'ios-release',
        type: 'github-actions',
        scm: 'mobile',
        target: 'iOS',
        githubWorkflowPath: '.github/workflows/release.yml',
      },
    ],
  });
}

async function newKey(): Promise<string> {
  const { generateKeyPairSync } = await import('node:crypto');
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
}

const integrations = await openIntegrations({
  database: DATABASE,
  keys: { file: KEYS },
  actor: { account: 'ops@acme.test', purpose: 'release-service' },
});
await setUp(integrations);

const { pipelines, scm: scms, communication } = integrations.tenant('Acme');
for await (const pipeline of pipelines.list({ active: true, include: ['scm', 'target'] })) {
  const { scm, target } = pipeline;
  if (!scm || !target) throw new Error('a pipeline without what it uses');
  const credentials = await scms.credentials(scm.id, { purpose: `release of ${pipeline.displayName}` });
  const app = target.targetType === 'PLAY_STORE' ? target.googlePackageName : target.appleBundleId;
  const { length } = credentials.accessToken;
  process.stdout.write(`${pipeline.displayName}: ${repositoryOf(scm)}, ${app}, token of ${length} characters\n`);
}

/** A build, from its start to its end. */
export async function built(signal: AbortSignal): Promise<string> {
  const begun = await pipelines.trigger('ios-release', { key: '2.4.0', environmentVariables: { LANE: 'beta' } });
  if (begun.state === 'unknown') return `nobody knows: ${begun.detail ?? 'no answer came'}`;
  const { state, url } = await pipelines.wait(begun.runId, { signal });
  // @ts-expect-error there is no such state
  if (state === 'done') return '';
  const { trouble } = await pipelines.run(begun.runId);
  if (state === 'waiting') await pipelines.cancel(begun.runId);
  for await (const run of integrations.tenant('Acme').runs({ category: 'pipeline', limit: 1 })) return run.displayName;
  return `${state} ${url ?? trouble ?? ''}`;
}

/** What the compiler has to refuse. */
export async function refused(): Promise<void> {
  // @ts-expect-error a credential is needed
  await scms.create({
    scmType: 'GITHUB',
    displayName: 'x',
    organization: 'x',
    repositoryUrl: 'https://github.com/x/x',
  });
  // @ts-expect-error there is no such type
  await scms.create({ scmType: 'SVN', displayName: 'x' });
  // @ts-expect-error of another provider
  await scms.update('mobile', { jiraUrl: 'https://x.test' });
  // @ts-expect-error a purpose is needed
  await scms.credentials('mobile');
  // @ts-expect-error the values are texts
  await pipelines.trigger('ios-release', { environmentVariables: { COUNT: 1 } });
  const read = await scms.get('mobile');
  // @ts-expect-error what is shown is whether a credential is set, not the credential
  const shown: string = read.credentials.accessToken;
  const message = await communication.get('releases');
  // @ts-expect-error not every provider has channels
  void message.slackChannels;
  if (message.communicationType === 'SLACK') void message.slackChannels?.join(shown);
  // @ts-expect-error communication is what has no organization
  void message.organization;
}

const missing = await scms.get('nobody').catch((error: unknown) => error);
if (!(missing instanceof IntegrationsError) || missing.code !== 'NOT_FOUND') throw new Error('another error');
await integrations.close();
