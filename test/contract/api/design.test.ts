import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { startApi } from '../../support/api.ts';
import { sqlite } from '../../support/engines.ts';

const key = (prefix: string) => `${prefix}${'design'.repeat(6)}`;

/* The endpoints that the design names, with its names in what is sent and told. */

const repository = {
  scmType: 'GITHUB',
  displayName: 'mobile',
  organization: 'acme',
  repositoryUrl: 'https://github.com/acme/mobile',
  defaultBranch: 'main',
  accessToken: key('ghp_'),
  isActive: true,
};
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const app = {
  targetType: 'PLAY_STORE',
  displayName: 'android',
  googleServiceAccountEmail: 'ci@acme.iam.gserviceaccount.com',
  googlePrivateKey: privateKey,
  googlePackageName: 'com.acme.app',
};
const pipeline = {
  pipelineType: 'GITHUB_ACTIONS',
  displayName: 'android-release',
  description: 'Builds what is released',
  githubWorkflowPath: '.github/workflows/build.yml',
  githubWorkflowRef: 'main',
  triggerOnRelease: true,
  buildTimeout: 3600,
  environmentVariables: { LANE: 'release' },
};
const messages = {
  communicationType: 'SLACK',
  displayName: 'releases',
  slackBotToken: 'xoxb-1234567890-1234567890-abcdefghijklmnopqrstuvwx',
  slackChannels: ['C0123456789'],
  notifyOnEvents: ['release_started', 'build_completed'],
};
const tickets = {
  ticketSystemType: 'JIRA',
  displayName: 'epics',
  jiraUrl: 'https://acme.atlassian.net',
  jiraEmail: 'ops@acme.test',
  jiraApiToken: key('ATATT3'),
  jiraProjectKey: 'MOB',
  jiraDefaultIssueType: 'Epic',
  autoCreateEpics: false,
  epicTemplate: { summary: 'Release {{version}}' },
};

test("the design's endpoints take and tell what its tables are made of", async () => {
  const api = await startApi(sqlite);
  const at = `/api/v1/${api.tenants.acme}/integrations`;
  const made = async (path: string, body: Record<string, unknown>, credentials: readonly string[]) => {
    const { status, json, text } = await api.ask('POST', `${at}/${path}`, { body });
    expect(status, text).toBe(201);
    const plain = Object.entries(body).filter(([name]) => !credentials.includes(name));
    expect(json).toMatchObject({
      ...Object.fromEntries(plain),
      tenantId: api.tenants.acme,
      verificationStatus: 'NOT_VERIFIED',
      lastVerifiedAt: null,
      isActive: true,
      configuredByAccountId: expect.stringMatching(/./),
      credentials: Object.fromEntries(credentials.map((name) => [name, true])),
    });
    for (const name of ['createdAt', 'updatedAt']) expect(Date.parse(json[name])).not.toBeNaN();
    for (const name of credentials) expect(json).not.toHaveProperty(name);
    return json;
  };
  const scm = await made('scm', repository, ['accessToken']);
  const target = await made('targets', app, ['googlePrivateKey']);
  const links = { scmIntegrationId: scm.id, targetIntegrationId: target.id };
  const running = await made('pipelines', { ...pipeline, ...links }, []);
  await made('communication', messages, ['slackBotToken']);
  await made('tickets', tickets, ['jiraApiToken']);

  const { status, json } = await api.ask('GET', `${at}/pipelines?include=scm,target`);
  expect([status, json]).toEqual([200, { items: [{ ...running, scm, target }], next: null }]);
});
