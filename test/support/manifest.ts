import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment, Sandbox } from './cli.ts';
import { checkout } from './programs.ts';
import { type Credential, sampleOf } from './samples.ts';

/** The example that lies in the package, as a folder of its own beside what it names. */
export interface Example {
  path: string;
  text: string;
  /** What its `env:` sources name. */
  env: Environment;
  credentials: readonly (Credential & { provider: string })[];
}

/** Which credential a variable or a file of the example holds. */
const sources: Readonly<Record<string, readonly [provider: string, column: string]>> = {
  ACME_GITHUB_TOKEN: ['github', 'accessToken'],
  ACME_GITHUB_REFRESH_TOKEN: ['github', 'refreshToken'],
  ACME_GITLAB_TOKEN: ['gitlab', 'accessToken'],
  ACME_GITLAB_REFRESH_TOKEN: ['gitlab', 'refreshToken'],
  ACME_BITBUCKET_TOKEN: ['bitbucket', 'accessToken'],
  ACME_BITBUCKET_REFRESH_TOKEN: ['bitbucket', 'refreshToken'],
  ASC_KEY_ID: ['app-store', 'appleApiKeyId'],
  ASC_ISSUER_ID: ['app-store', 'appleIssuerId'],
  'AuthKey.p8': ['app-store', 'applePrivateKey'],
  'service-account.json': ['play-store', 'googlePrivateKey'],
  ACME_JENKINS_TOKEN: ['jenkins', 'jenkinsApiToken'],
  ACME_SLACK_TOKEN: ['slack', 'slackBotToken'],
  ACME_SLACK_WEBHOOK_URL: ['slack', 'slackWebhookUrl'],
  ACME_TEAMS_WEBHOOK_URL: ['teams', 'teamsWebhookUrl'],
  ACME_JIRA_TOKEN: ['jira', 'jiraApiToken'],
  ACME_LINEAR_KEY: ['linear', 'linearApiKey'],
  ACME_AZURE_TOKEN: ['azure-devops', 'azurePatToken'],
};

function credentialOf(provider: string, column: string): Credential {
  const found = sampleOf(provider).credentials.find((each) => each.column === column);
  if (!found) throw new Error(`the sample of ${provider} has no ${column}`);
  return found;
}

export const exampleText = readFileSync(join(checkout, 'src', 'manifest', 'example.yaml'), 'utf8');

/** Puts the example into a folder of the sandbox, with the files that it names. */
export function example(box: Sandbox): Example {
  const folder = join(box.root, 'example');
  mkdirSync(folder);
  const env: Environment = {};
  for (const [name, [provider, column]] of Object.entries(sources)) {
    const { value } = credentialOf(provider, column);
    if (!name.includes('.')) env[name] = value;
    else {
      const account = {
        type: 'service_account',
        client_email: 'release@acme.iam.gserviceaccount.com',
        private_key: value,
      };
      writeFileSync(join(folder, name), name.endsWith('.json') ? JSON.stringify(account) : value);
    }
  }
  const path = join(folder, 'integrations.yaml');
  writeFileSync(path, exampleText);
  const credentials = Object.values(sources).map(([provider, column]) => ({
    provider,
    ...credentialOf(provider, column),
  }));
  return { path, text: exampleText, env, credentials };
}
