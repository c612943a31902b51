import type { Environment } from '../config/settings.ts';
import type { HostedApi } from '../core/verification.ts';

const bases: Readonly<Record<HostedApi, readonly [variable: string, base: string]>> = {
  GITHUB: ['INTEGRATIONS_GITHUB_API_URL', 'https://api.github.com'],
  GITLAB: ['INTEGRATIONS_GITLAB_API_URL', 'https://gitlab.com/api/v4'],
  BITBUCKET: ['INTEGRATIONS_BITBUCKET_API_URL', 'https://api.bitbucket.org/2.0'],
  APP_STORE: ['INTEGRATIONS_APP_STORE_API_URL', 'https://api.appstoreconnect.apple.com'],
  PLAY_STORE: ['INTEGRATIONS_PLAY_STORE_API_URL', 'https://androidpublisher.googleapis.com'],
  SLACK: ['INTEGRATIONS_SLACK_API_URL', 'https://slack.com/api'],
  SLACK_WEBHOOK: ['INTEGRATIONS_SLACK_WEBHOOK_URL', 'https://hooks.slack.com'],
  LINEAR: ['INTEGRATIONS_LINEAR_API_URL', 'https://api.linear.app/graphql'],
  AZURE_DEVOPS: ['INTEGRATIONS_AZURE_DEVOPS_API_URL', 'https://dev.azure.com'],
  ATLASSIAN: ['INTEGRATIONS_ATLASSIAN_API_URL', 'https://api.atlassian.com'],
  GOOGLE_TOKEN: ['INTEGRATIONS_GOOGLE_TOKEN_URL', 'https://oauth2.googleapis.com/token'],
};

/** The base of a hosted API, without a slash at its end. */
export function baseFrom(env: Environment): (api: HostedApi) => string {
  return (api) => {
    const [variable, base] = bases[api];
    return (env[variable] || base).replace(/\/+$/, '');
  };
}
