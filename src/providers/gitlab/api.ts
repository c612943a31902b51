import { bearer } from '../../core/authorization.ts';
import { scopeNotes } from '../../core/scopes.ts';
import { quotable } from '../../core/text.ts';
import {
  type Answer,
  type HostedApi,
  type Probe,
  Refusal,
  type Request,
  type RequestRest,
} from '../../core/verification.ts';
import {
  at,
  errorBody,
  isMissing,
  type JsonObject,
  jsonObject,
  listOf,
  sameName,
  shownName,
  textOf,
  unforeseen,
} from '../json-answer.ts';
import { hostAddress } from '../scm-fields.ts';

/** GitLab's REST API as its scm and its pipelines ask it. Facts: GitLab docs, 'REST authentication', and its source. */

export const gitlabApi: HostedApi = { base: 'https://gitlab.com/api/v4', variable: 'INTEGRATIONS_GITLAB_API_URL' };

/** The scopes of a token: the smaller one reads, and starts no pipeline (GitLab docs, 'Personal access token scopes'). */
export const apiScope = 'api';
export const readScope = 'read_api';

/** What a token may do beyond what is asked of it, as a clause. */
export function scopesBeyond(scopes: readonly string[]): string[] {
  return scopeNotes(scopes, { needed: [], harmless: [apiScope, readScope] });
}

/** The role from which pipelines may be started on unprotected branches. */
export const developer = 30;

/** A request to the API of the host that `repositoryUrl` names. */
export function gitlabRequest(probe: Probe, path: string, rest: RequestRest = {}): Request {
  const token = probe.secret('accessToken');
  // Bearer is for every kind of access token; PRIVATE-TOKEN would not take those of OAuth.
  return {
    ...rest,
    url: `${projectAddress(probe).base}${path}`,
    headers: token ? { authorization: bearer(token) } : {},
  };
}

/** `/projects/{id}` of the configured project. */
export function projectPath(probe: Probe): string {
  return `/projects/${encodeURIComponent(projectAddress(probe).project)}`;
}

interface ProjectAddress {
  /** Of the projects on the web. */
  web: string;
  /** Of the API. */
  base: string;
  project: string;
}

/** Where a token is sent, as the address of a project has it. @throws Unfit */
export function gitlabAddress(repositoryUrl: string): string {
  const { origin } = hostAddress(repositoryUrl);
  return isHosted(origin) ? gitlabApi.base : origin;
}

function isHosted(origin: string): boolean {
  return new URL(origin).host === 'gitlab.com';
}

/**
 * A server of one's own may live under a path; where that ends is where the organization begins. What is too short for a
 * project is the server alone.
 */
export function projectAddress(probe: Probe): ProjectAddress {
  const { origin, path } = hostAddress(probe.text('repositoryUrl') ?? '');
  if (isHosted(origin)) return { web: origin, base: probe.base(gitlabApi), project: path.join('/') };
  const root = Number(probe.text(rootField) ?? rootsOf(probe)[0]);
  const web = [origin, ...path.slice(0, root)].join('/');
  return { web, base: `${web}/api/v4`, project: path.slice(root).join('/') };
}

/** How many parts of the path may belong to the server: several, where that is called as the group is. */
function rootsOf(probe: Probe): readonly number[] {
  const { origin, path } = hostAddress(probe.text('repositoryUrl') ?? '');
  if (isHosted(origin)) return [0];
  if (path.length < 2) return [path.length];
  const wanted = `/${probe.text('organization') ?? path[0]}/`;
  const roots = path.flatMap((_, index) =>
    sameName(`/${path.slice(index).join('/')}/`.slice(0, wanted.length), wanted) && index < path.length - 1
      ? [index]
      : [],
  );
  return roots.length > 0 ? roots : [0];
}

/** What a probe is told of the server's own path once that is known; no field of an integration. */
const rootField = 'gitlab root';

/** The probe for the server's own path, which is asked for where the address may mean several. @throws Undecided */
export async function located(probe: Probe): Promise<Probe> {
  const roots = rootsOf(probe);
  const [first = probe, ...others] = roots.map((root) => withRoot(probe, root));
  if (others.length === 0) return probe;
  for (const there of [first, ...others]) {
    const answer = await there.send(gitlabRequest(there, '/personal_access_tokens/self', { accept: () => true }));
    if (!answer.isPage && !(answer.status === 404 && errorOf(answer) === '' && !isGone(answer))) return there;
  }
  return first;
}

function withRoot(probe: Probe, root: number): Probe {
  return { ...probe, text: (field) => (field === rootField ? String(root) : probe.text(field)) };
}

export interface Token {
  /** Undefined where GitLab does not tell them. */
  scopes: readonly string[] | undefined;
}

export async function checkToken(probe: Probe): Promise<Token> {
  return probe.check('credential', async () => {
    const answer = await probe.send(gitlabRequest(probe, '/personal_access_tokens/self', { accept: isForOthers }));
    // It looks at what a token may do once it knows it.
    if (errorOf(answer) === 'insufficient_granular_scope')
      return { detail: 'accepted: a fine-grained token that may not read its own details', scopes: undefined };
    if (isForOthers(answer)) return userOf(probe);
    const { active, revoked, expires_at: end, scopes, user_id: user } = jsonObject(answer);
    if (!Array.isArray(scopes)) throw unforeseen();
    probe.endsAt(dayOf(end));
    if (revoked === true) throw new Refusal('REVOKED', { detail: 'the token has been revoked' });
    if (active === false) throw new Refusal('INVALID', { detail: 'the token is not active' });
    if (typeof user === 'number') probe.accountIs(`user ${user}`);
    const names = scopes.filter((name) => typeof name === 'string');
    // A granular token has permissions of its own kind, which the API does not list.
    return { detail: 'accepted', scopes: names.includes('granular') ? undefined : names };
  });
}

/**
 * OAuth tokens get 400 there (GitLab source, personal_access_tokens/self_information), tokens without a scope for it 403;
 * servers before 15.5 know no such path.
 */
function isForOthers(answer: Answer): boolean {
  const { status, isPage } = answer;
  return !isPage && (status === 400 || status === 404 || (status === 403 && /^insufficient_/.test(errorOf(answer))));
}

function errorOf(answer: Answer): string {
  return textOf(at(errorBody(answer), 'error')) ?? '';
}

/** A thing in the repository is not there: of a route that it does not know, the API speaks in `error`. */
export function isGone(answer: Answer): boolean {
  return isMissing(answer) && /^404\b(?! (Project|Repository)\b)/.test(textOf(at(errorBody(answer), 'message')) ?? '');
}

async function userOf(probe: Probe): Promise<{ detail: string } & Token> {
  const { username, state } = jsonObject(await probe.send(gitlabRequest(probe, '/user')));
  if (textOf(username) === undefined) throw unforeseen();
  probe.accountIs(username);
  if (textOf(state) !== undefined && state !== 'active') {
    throw new Refusal('PROVIDER_BLOCKED', {
      detail: 'its user is blocked or not active',
      hint: 'Ask an administrator of GitLab.',
    });
  }
  return { detail: `accepted for ${shownName(username) ?? 'its user'}`, scopes: undefined };
}

/** A token ends at 00:00 UTC of that day. */
function dayOf(date: unknown): Date | undefined {
  return typeof date === 'string' && /^\d{4}-\d\d-\d\d$/.test(date) ? new Date(`${date}T00:00:00Z`) : undefined;
}

export interface Project {
  defaultBranch: string | undefined;
  isArchived: boolean;
  /** 10 is a guest, 30 a developer, 50 an owner; undefined where the role comes from elsewhere, as an administrator's. */
  role: number | undefined;
  /** From which role on a pipeline's variables may be set; undefined where GitLab does not tell. */
  variablesRole: string | undefined;
  renamed: string | undefined;
}

/** @throws Refusal when it is not there, or belongs elsewhere */
export async function findProject(probe: Probe): Promise<Project> {
  const asksFor = `project ${quotable(projectAddress(probe).project)}`;
  const found = jsonObject(await probe.send(gitlabRequest(probe, projectPath(probe), { asksFor })));
  const path = textOf(at(found, 'path_with_namespace'));
  if (path === undefined) throw unforeseen();
  const namespace = textOf(at(found, 'namespace', 'full_path')) ?? path.split('/').slice(0, -1).join('/');
  refuseOtherNamespace(probe, namespace);
  return {
    defaultBranch: textOf(at(found, 'default_branch')),
    isArchived: found['archived'] === true,
    role: roleOf(found['permissions']),
    variablesRole: variablesRole(found),
    renamed: sameName(path, projectAddress(probe).project) ? undefined : (shownName(path) ?? 'otherwise'),
  };
}

function refuseOtherNamespace(probe: Probe, actual: string): void {
  const wanted = probe.text('organization') ?? actual;
  if (sameName(`${actual}/`.slice(0, wanted.length + 1), `${wanted}/`)) return;
  throw new Refusal('NOT_FOUND', {
    detail: `the project belongs to ${shownName(actual) ?? 'another group'}, not to ${quotable(wanted)}`,
    hint: 'Correct --organization or --repository-url.',
  });
}

function roleOf(permissions: unknown): number | undefined {
  const levels = ['project_access', 'group_access']
    .map((name) => at(permissions, name, 'access_level'))
    .filter((level) => typeof level === 'number');
  return levels.length > 0 ? Math.max(...levels) : undefined;
}

function variablesRole(project: JsonObject): string | undefined {
  // Older servers know only whether maintainers alone may.
  const restricted = project['restrict_user_defined_variables'];
  const older = typeof restricted === 'boolean' ? (restricted ? 'maintainer' : 'developer') : undefined;
  return restricted === false ? older : (textOf(at(project, 'ci_pipeline_variables_minimum_override_role')) ?? older);
}

export interface Branch {
  name: string;
  isProtected: boolean;
  mayPush: boolean;
}

export async function findBranch(probe: Probe, name: string): Promise<Branch> {
  const path = `${projectPath(probe)}/repository/branches/${encodeURIComponent(name)}`;
  const answer = await probe.send(gitlabRequest(probe, path, { accept: isGone }));
  if (isGone(answer)) {
    throw new Refusal('NOT_FOUND', {
      detail: `the project has no branch "${quotable(name)}"`,
      hint: 'Correct --default-branch.',
    });
  }
  const found = jsonObject(answer);
  if (found['name'] !== name) throw unforeseen();
  return { name, isProtected: found['protected'] === true, mayPush: found['can_push'] === true };
}

/** What the check of a project says of it. */
export function projectDetail(project: Project, branch: Branch): string {
  return [
    `the project and its branch "${quotable(branch.name)}" are there`,
    ...(project.renamed ? [`it is now called ${project.renamed}`] : []),
    ...(project.isArchived ? ['it is archived'] : []),
  ].join('; ');
}

/** The names of the jobs in an answer of `ci/lint`; undefined where the server does not list them. */
export function jobNamesOf(answer: JsonObject): string[] | undefined {
  if (!Array.isArray(answer['jobs'])) return undefined;
  return listOf(answer['jobs']).flatMap((job) => textOf(at(job, 'name')) ?? []);
}
