import type { TokenPage } from '../../core/field.ts';
import { token } from '../../core/field-builders.ts';
import { defineProvider, type Plain } from '../../core/provider.ts';
import type { Probe } from '../../core/verification.ts';
import { pagesOf, scmFields } from '../scm-fields.ts';
import { repositoryIn } from './addresses.ts';
import { bitbucketAnswers } from './answers.ts';
import {
  bitbucketAddress,
  bitbucketApi,
  checkCloudCredential,
  checkCloudPermission,
  checkCloudRepository,
  isCloud,
  readScope,
} from './api.ts';
import { checkDataCenterCredential, checkDataCenterRepository } from './data-center.ts';
import { bitbucketEnvironment } from './environment.ts';
import { bitbucketListings } from './listings.ts';

export const bitbucket = defineProvider({
  name: 'bitbucket',
  title: 'Bitbucket',
  category: 'scm',
  apis: [bitbucketApi],
  audience: ({ repositoryUrl }) => [bitbucketAddress(String(repositoryUrl))],
  verification: {
    checks: ['credential', 'resource', 'permission'],
    answers: bitbucketAnswers,
    run: (probe) => (isCloud(probe) ? verifyCloud(probe) : verifyDataCenter(probe)),
  },
  listings: bitbucketListings,
  environment: bitbucketEnvironment,
  listField: 'organization',
  fields: scmFields({
    host: 'bitbucket.org',
    repositoryIn,
    organization: {
      help: 'Workspace; on Data Center the key of the project',
      example: 'acme',
      pattern: /^([A-Za-z0-9._~-]+|\{[0-9a-fA-F-]{36}\})$/,
      shape: 'a workspace of letters, digits, ".", "-" and "_", or its id in braces',
    },
    repositoryUrl: { example: 'https://bitbucket.org/acme/mobile' },
    accessToken: token({
      label: 'Access token',
      help: 'Of a repository, project or workspace; an Atlassian API token as email:token',
      example: 'env:BITBUCKET_TOKEN',
      whereToGet: 'Repository settings, Access tokens; or id.atlassian.com, API tokens',
      permissions: `Access token: Repositories read. API token: ${readScope}`,
      madeAt: tokenPages,
      // Shapes: trufflehog's Atlassian and Bitbucket Data Center detectors. API tokens are sent as Basic e-mail:token.
      pattern:
        /^([^\s:@]+@[^\s:@]+:ATATT[\w+/=-]+=[A-Za-z0-9]{8}|ATCTT3xFfG[\w+/=-]+=[A-Za-z0-9]{8}|BBDC-[\w+/@-]{20,})$/,
      refuse: [
        // Atlassian community, app password schedule.
        [
          /^([^:]+:)?ATBB/,
          'is an app password (ATBB); Bitbucket removed them on 2026-07-28: make an API token with scopes',
        ],
        [/^ATATT/, 'is an Atlassian API token without its account; give it as email:token'],
        [/^[^:@]+:/, 'has a git user name in front; give the access token alone, or an API token as email:token'],
      ],
    }),
    refreshToken: token({
      label: 'Refresh token',
      help: 'Renews an OAuth token',
      example: 'env:BITBUCKET_REFRESH_TOKEN',
      optional: true,
      whereToGet: 'The OAuth response that came with the access token',
      permissions: 'None of its own',
      refuse: [[/^([^:]+:)?(ATATT|ATCTT|ATBB|BBDC-)/, 'is not a refresh token; it belongs in accessToken']],
    }),
  }),
});

/** Atlassian support, 'Create a repository access token', 'Using API tokens' and, of Data Center, 'HTTP access tokens'. */
function tokenPages({ repositoryUrl }: Plain): TokenPage[] {
  const { origin, path } = pagesOf(repositoryUrl, 'bitbucket.org');
  if (origin !== 'https://bitbucket.org') return [{ address: `${origin}/plugins/servlet/access-tokens/manage` }];
  const ofAccount = { kind: 'API token', address: 'https://id.atlassian.com/manage-profile/security/api-tokens' };
  const [workspace, name] = path;
  if (name === undefined) return [ofAccount];
  return [{ kind: 'Access token', address: `${origin}/${workspace}/${name}/admin/access-tokens` }, ofAccount];
}

async function verifyCloud(probe: Probe): Promise<void> {
  const answer = await checkCloudCredential(probe);
  await checkCloudRepository(probe, answer);
  await checkCloudPermission(probe, answer);
}

async function verifyDataCenter(probe: Probe): Promise<void> {
  await checkDataCenterRepository(probe, await checkDataCenterCredential(probe));
  // Source control is read, and that has been done.
  await probe.check('permission', async () => ({ detail: 'it may read; Bitbucket does not say whether it may write' }));
}
