import { type Description, description } from '../../../support/descriptions.ts';
import { type Handler, type ProviderServer, providerServer } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';

/** A GitLab where the token works, for its scm and its pipelines. */

export const [token = ''] = sampleOf('gitlab').credentials.map(({ value }) => value);

const project = '/api/v4/projects/acme%2Fapps%2Fmobile';
export const paths = {
  self: '/api/v4/personal_access_tokens/self',
  user: '/api/v4/user',
  project,
  branch: `${project}/repository/branches/release%2F1.x`,
  lint: `${project}/ci/lint`,
  run: `${project}/pipelines/1234567890`,
} as const;

export type Answers = Partial<Record<keyof typeof paths, Handler>>;

export const stored = {
  organization: 'acme',
  repositoryUrl: 'https://gitlab.com/acme/apps/mobile',
  defaultBranch: 'release/1.x',
};

export function personal(more: Record<string, unknown> = {}): Handler {
  const json = { id: 5, active: true, revoked: false, scopes: ['api'], user_id: 42, expires_at: '2100-06-30' };
  return { json: { ...json, ...more } };
}

export function projectOf(more: Record<string, unknown> = {}): Handler {
  const json = {
    path_with_namespace: 'acme/apps/mobile',
    namespace: { full_path: 'acme/apps' },
    default_branch: 'main',
    archived: false,
    permissions: { project_access: { access_level: 20 }, group_access: { access_level: 30 } },
    ci_pipeline_variables_minimum_override_role: 'developer',
  };
  return { json: { ...json, ...more } };
}

export function failure(status: number, json: Record<string, string>, headers: Record<string, string> = {}): Handler {
  return { status, headers, json: { ...json, echo: token } };
}

export function invalidToken(description: string): Handler {
  return failure(401, { error: 'invalid_token', error_description: `${description} ${token}` });
}

export const oauth = failure(400, { message: 'This endpoint requires token type to be a personal access token' });

export async function gitlabServer(answers: Answers = {}, under = ''): Promise<ProviderServer> {
  const server = await providerServer({ description: described(under) });
  const given: Answers = {
    self: personal(),
    project: projectOf(),
    branch: { json: { name: 'release/1.x', protected: false, can_push: true } },
    ...answers,
  };
  for (const [name, handler] of Object.entries(given)) {
    // The description has no /user.
    server.on('GET', `${under}${paths[name as keyof typeof paths]}`, handler, { undescribed: name === 'user' });
  }
  return server;
}

/** The description takes names of branches and paths of projects for numbers, which they are not. */
export function described(under: string): Description {
  const gitlab = description('gitlab-rest.swagger2.json', under);
  return { fits: (asked) => gitlab.fits(asked).filter((misfit) => !/ path (id|branch) must be integer/.test(misfit)) };
}
