import { token } from '../../core/field-builders.ts';
import { defineProvider } from '../../core/provider.ts';
import type { Finding, Probe } from '../../core/verification.ts';
import { pagesOf, scmFields } from '../scm-fields.ts';
import { repositoryIn } from './addresses.ts';
import { gitlabAnswers } from './answers.ts';
import {
  apiScope,
  checkToken,
  developer,
  findBranch,
  findProject,
  gitlabAddress,
  gitlabApi,
  located,
  type Project,
  projectDetail,
  readScope,
  scopesBeyond,
  type Token,
} from './api.ts';
import { gitlabEnvironment } from './environment.ts';
import { gitlabListings } from './listings.ts';

// GitLab docs, 'Token overview': none of these is an access token of the API.
const otherTokens = [
  [/^gldt-/, 'is a deploy token (gldt-), which does not work on the API; give an access token (glpat-)'],
  [/^glrt-/, 'is a runner token (glrt-); give an access token (glpat-)'],
  [/^glcbt-/, 'is a job token (glcbt-), which expires with its job; give an access token (glpat-)'],
  [/^glptt-/, 'is a trigger token (glptt-); give an access token (glpat-)'],
  [/^gloas-/, 'is the secret of an OAuth application (gloas-); give an access token (glpat-)'],
  [/^glft-/, 'is a feed token (glft-); give an access token (glpat-)'],
  [/^glimt-/, 'is an incoming mail token (glimt-); give an access token (glpat-)'],
  [/^glagent-/, 'is an agent token (glagent-); give an access token (glpat-)'],
] as const;

// 64 hex digits is what GitLab gives out as an OAuth token; it has no prefix.
const oauthToken = /^[0-9a-f]{64}$/;

export const gitlab = defineProvider({
  name: 'gitlab',
  title: 'GitLab',
  category: 'scm',
  apis: [gitlabApi],
  audience: ({ repositoryUrl }) => [gitlabAddress(String(repositoryUrl))],
  tellsExpiry: true,
  verification: {
    checks: ['credential', 'resource', 'permission'],
    answers: gitlabAnswers,
    async run(given) {
      const probe = await located(given);
      const token = await checkToken(probe);
      const project = await checkProject(probe);
      await probe.check('permission', async () => readingOf(token, project));
    },
  },
  listings: gitlabListings,
  environment: gitlabEnvironment,
  listField: 'organization',
  fields: scmFields({
    host: 'gitlab.com',
    repositoryIn,
    organization: {
      help: 'Group or user that owns the project; subgroups with "/"',
      example: 'acme/apps',
      pattern: /^[A-Za-z0-9_.][A-Za-z0-9_.-]*(\/[A-Za-z0-9_.][A-Za-z0-9_.-]*)*$/,
      shape: 'the path of a group',
    },
    repositoryUrl: { example: 'https://gitlab.com/acme/apps/mobile' },
    accessToken: token({
      label: 'Access token',
      help: 'Personal, project, group or OAuth token',
      example: 'env:GITLAB_TOKEN',
      whereToGet: 'GitLab, the project or group or your profile, Access tokens',
      permissions: `Scope ${apiScope} and role Developer; ${readScope} where no pipeline is started`,
      // GitLab docs, 'Prefill personal access token name and scopes'.
      madeAt: ({ repositoryUrl }) => [
        {
          address: `${pagesOf(repositoryUrl, 'gitlab.com').origin}/-/user_settings/personal_access_tokens?name=integrations&scopes=${apiScope}`,
        },
      ],
      // Shapes: gitleaks rules; the dotted ones are GitLab's 'routable tokens'. Administrators may change the prefix.
      pattern: /^(glpat-[\w-]{20}|glpat-[\w-]{27,300}(\.[0-9a-z]{2})?\.[0-9a-z]{9}|[0-9a-f]{64})$/,
      refuse: otherTokens,
      // GitLab docs, 'REST authentication'.
      warn: (value) => (oauthToken.test(value) ? 'An OAuth token of GitLab lasts two hours.' : undefined),
    }),
    refreshToken: token({
      label: 'Refresh token',
      help: 'Renews an OAuth token',
      example: 'env:GITLAB_REFRESH_TOKEN',
      optional: true,
      whereToGet: 'The OAuth response that came with the access token',
      permissions: 'None of its own',
      refuse: [[/^glpat-/, 'is an access token (glpat-); it belongs in accessToken'], ...otherTokens],
    }),
  }),
});

async function checkProject(probe: Probe): Promise<Project> {
  const { project } = await probe.check('resource', async () => {
    const found = await findProject(probe);
    const branch = await findBranch(probe, probe.text('defaultBranch') ?? found.defaultBranch ?? 'main');
    return { detail: projectDetail(found, branch), project: found };
  });
  return project;
}

/** Source control is read; starting pipelines, which takes more, is for the pipeline to check. */
function readingOf({ scopes }: Token, { role }: Project): Finding {
  const scope = [apiScope, readScope].find((name) => scopes?.includes(name));
  if (!scopes || !scope) return { outcome: 'unproven', detail: 'the token does not show what it may do' };
  const starts = scope === apiScope && role !== undefined && role >= developer;
  const may = starts
    ? ' and a role that may start pipelines'
    : scope === readScope
      ? ', which cannot start a pipeline'
      : '';
  return { detail: [`it has the scope ${scope}${may}`, ...scopesBeyond(scopes)].join('; ') };
}
