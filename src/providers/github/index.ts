import type { TokenPage } from '../../core/field.ts';
import { token } from '../../core/field-builders.ts';
import { defineProvider, type Plain } from '../../core/provider.ts';
import { pagesOf, scmFields } from '../scm-fields.ts';
import { repositoryIn } from './addresses.ts';
import { githubAnswers } from './answers.ts';
import { checkCredential, checkPermission, checkRepository, classicScope, githubApi, githubApiAt } from './api.ts';
import { githubEnvironment } from './environment.ts';
import { githubListings } from './listings.ts';

export const github = defineProvider({
  name: 'github',
  title: 'GitHub',
  category: 'scm',
  apis: [githubApi],
  audience: ({ repositoryUrl }) => [githubApiAt(String(repositoryUrl))],
  tellsExpiry: true,
  verification: {
    checks: ['credential', 'resource', 'permission'],
    answers: githubAnswers,
    async run(probe) {
      await checkCredential(probe);
      await checkPermission(probe, await checkRepository(probe));
    },
  },
  listings: githubListings,
  environment: githubEnvironment,
  listField: 'organization',
  fields: scmFields({
    host: 'github.com',
    repositoryIn,
    organization: {
      help: 'User or organization that owns the repository',
      example: 'acme',
      pattern: /^[A-Za-z0-9_-]+$/,
      shape: 'a name of letters, digits, "-" and "_"',
    },
    repositoryUrl: { example: 'https://github.com/acme/mobile' },
    accessToken: token({
      label: 'Access token',
      help: 'Personal, OAuth or installation token',
      example: 'env:GITHUB_TOKEN',
      whereToGet: 'GitHub, Settings, Developer settings, Personal access tokens',
      permissions: `Fine-grained: Contents read, Actions read and write. Classic: ${classicScope}`,
      madeAt: tokenPages,
      // Prefixes: GitHub docs, 'About authentication'; lengths: gitleaks rules and GitHub's changelog of 2026-05-15.
      // Tokens of 40 hex digits are from before the prefixes and still exist on Enterprise Server.
      pattern: /^(gh[pou]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{82}|ghs_[A-Za-z0-9._-]{36,}|[0-9a-f]{40})$/,
      refuse: [[/^ghr_/, 'is a refresh token (ghr_); it belongs in refreshToken']],
      warn: shortLived,
    }),
    refreshToken: token({
      label: 'Refresh token',
      help: 'Renews an OAuth token (ghr_)',
      example: 'env:GITHUB_REFRESH_TOKEN',
      optional: true,
      whereToGet: 'The OAuth response that came with the access token',
      permissions: 'None of its own',
      pattern: /^ghr_[A-Za-z0-9]{36,}$/,
      refuse: [[/^(gh[pous]_|github_pat_)/, 'is an access token; it belongs in accessToken']],
    }),
  }),
});

/**
 * GitHub docs, 'Managing your personal access tokens'. The form of a classic token is filled in from its address; of a
 * fine-grained one that broke, and is documented no more (github/docs#44419).
 */
function tokenPages({ repositoryUrl }: Plain): TokenPage[] {
  const settings = `${pagesOf(repositoryUrl, 'github.com').origin}/settings`;
  return [
    { kind: 'Fine-grained', address: `${settings}/personal-access-tokens/new` },
    { kind: 'Classic', address: `${settings}/tokens/new?description=integrations&scopes=${classicScope}` },
  ];
}

// Lifetimes: GitHub docs, 'Token expiration and revocation'.
function shortLived(value: string): string | undefined {
  if (value.startsWith('ghs_')) return 'An installation token (ghs_) lasts one hour.';
  if (value.startsWith('ghu_')) return 'A GitHub App user token (ghu_) lasts eight hours.';
  return undefined;
}
