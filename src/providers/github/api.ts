import { bearer } from '../../core/authorization.ts';
import { scopeNotes } from '../../core/scopes.ts';
import { quotable } from '../../core/text.ts';
import {
  type Answer,
  type Finding,
  type HostedApi,
  type Probe,
  Refusal,
  type Request,
  type RequestRest,
} from '../../core/verification.ts';
import { at, isMissing, jsonObject, sameName, shownName, textOf, unforeseen } from '../json-answer.ts';
import { hostAddress, repositoryAddress } from '../scm-fields.ts';

/** GitHub's REST API as its scm and its pipelines ask it. Facts: GitHub docs, 'Troubleshooting the REST API', 'Rate limits'. */

export const githubApi: HostedApi = { base: 'https://api.github.com', variable: 'INTEGRATIONS_GITHUB_API_URL' };

/** What a classic or OAuth token needs; for a public repository the smaller one reads it (GitHub docs, 'Scopes for OAuth apps'). */
export const classicScope = 'repo';
export const publicScope = 'public_repo';

// 2022-11-28 is known to GitHub.com and to Enterprise Server 3.17 to 3.19; the newer one is not.
const apiVersion = '2022-11-28';

/** A request to the API of the host that `repositoryUrl` names. */
export function githubRequest(probe: Probe, path: string, rest: RequestRest = {}): Request {
  const token = probe.secret('accessToken');
  return {
    ...rest,
    url: `${apiBase(probe)}${path}`,
    headers: {
      accept: 'application/vnd.github+json',
      'x-github-api-version': apiVersion,
      ...(token ? { authorization: bearer(token) } : {}),
      ...rest.headers,
    },
  };
}

/** `/repos/{owner}/{repo}` of the configured repository. */
export function repositoryPath(probe: Probe): string {
  return `/repos/${configuredPath(probe).map(encodeURIComponent).join('/')}`;
}

function configuredPath(probe: Probe): string[] {
  return repositoryAddress(probe.text('repositoryUrl') ?? '').path.slice(-2);
}

/** Where the repositories are on the web. */
export function githubOrigin(probe: Probe): string {
  return hostAddress(probe.text('repositoryUrl') ?? '').origin;
}

function apiBase(probe: Probe): string {
  return githubApiAt(probe.text('repositoryUrl') ?? '', probe.base(githubApi));
}

/**
 * The API of the host that a repository is on.
 * @param hosted what stands for GitHub's own
 * @throws Unfit
 */
export function githubApiAt(repositoryUrl: string, hosted = githubApi.base): string {
  const { origin } = hostAddress(repositoryUrl);
  const { host, protocol } = new URL(origin);
  if (host === 'github.com') return hosted;
  // GitHub Enterprise Cloud with data residency.
  if (host.endsWith('.ghe.com')) return `${protocol}//api.${host}`;
  return `${origin}/api/v3`;
}

export async function checkCredential(probe: Probe): Promise<void> {
  await probe.check('credential', async () => {
    const answer = await probe.send(githubRequest(probe, '/user', { accept: isForUsersOnly }));
    if (isForUsersOnly(answer)) return installation(probe);
    probe.endsAt(tokenEnd(answer, probe.now()));
    const { login } = jsonObject(answer);
    if (textOf(login) === undefined) throw unforeseen();
    probe.accountIs(login);
    return { detail: `accepted for ${shownName(login) ?? 'its user'}` };
  });
}

/** What an installation token (`ghs_`) gets, which stands for no user. */
export function isForUsersOnly({ status, text }: Answer): boolean {
  return status === 403 && /not accessible by integration/i.test(text);
}

async function installation(probe: Probe): Promise<Finding> {
  const { total_count: count } = jsonObject(
    await probe.send(githubRequest(probe, '/installation/repositories?per_page=1')),
  );
  if (typeof count !== 'number') throw unforeseen();
  return { detail: 'accepted as an installation of a GitHub App' };
}

/**
 * When a token ends, from the header: `2026-01-31 23:00:00 UTC`, or `2026-01-31 23:00:00 +0500`. For some tokens GitHub
 * names the moment of the request there (google/go-github issue 3708), so only a later one counts.
 */
function tokenEnd(answer: Answer, now: Date): Date | undefined {
  const header = answer.header('github-authentication-token-expiration') ?? '';
  const parts = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (UTC|[+-]\d{4})$/.exec(header);
  if (!parts) return undefined;
  const zone = parts[3] === 'UTC' ? 'Z' : `${parts[3]?.slice(0, 3)}:${parts[3]?.slice(3)}`;
  const moment = new Date(`${parts[1]}T${parts[2]}${zone}`);
  const theirs = now.getTime() + answer.clockAhead * 1000;
  return moment.getTime() > theirs + 60_000 ? moment : undefined;
}

export interface Repository {
  defaultBranch: string | undefined;
  isPublic: boolean;
  isArchived: boolean;
  /** Whether the user's role may write; for fine-grained tokens nobody says whether it is the token's. */
  mayPush: boolean | undefined;
  /** Of a classic or OAuth token (GitHub docs, 'Scopes for OAuth apps'); none where the token tells nothing. */
  scopes: readonly string[];
  /** How the repository is called by now, where that is not how it was configured. */
  renamed: string | undefined;
}

/** @throws Refusal when it is not there, or not the configured owner's */
export async function findRepository(probe: Probe): Promise<Repository> {
  const asksFor = `repository ${quotable(configuredPath(probe).join('/'))}`;
  const answer = await probe.send(githubRequest(probe, repositoryPath(probe), { asksFor }));
  const found = jsonObject(answer);
  const fullName = textOf(at(found, 'full_name'));
  if (fullName === undefined) throw unforeseen();
  refuseOtherOwner(probe, textOf(at(found, 'owner', 'login')) ?? fullName.split('/')[0] ?? '');
  const push = at(found, 'permissions', 'push');
  return {
    defaultBranch: textOf(at(found, 'default_branch')),
    isPublic: found['private'] === false,
    isArchived: found['archived'] === true,
    mayPush: typeof push === 'boolean' ? push : undefined,
    scopes: (answer.header('x-oauth-scopes') ?? '').split(/[\s,]+/).filter(Boolean),
    renamed: sameName(fullName, configuredPath(probe).join('/'))
      ? undefined
      : (shownName(fullName) ?? 'something else'),
  };
}

function refuseOtherOwner(probe: Probe, actual: string): void {
  const wanted = probe.text('organization') ?? actual;
  if (sameName(actual, wanted)) return;
  throw new Refusal('NOT_FOUND', {
    detail: `the repository belongs to ${shownName(actual) ?? 'somebody else'}, not to ${quotable(wanted)}`,
    hint: 'Correct --organization or --repository-url.',
  });
}

export async function checkRepository(probe: Probe): Promise<Repository> {
  const { repository } = await probe.check('resource', async () => {
    const found = await findRepository(probe);
    const branch = probe.text('defaultBranch') ?? found.defaultBranch ?? 'main';
    await findBranch(probe, branch);
    const notes = [
      `the repository and its branch "${quotable(branch)}" are there`,
      ...(found.renamed ? [`it is now called ${found.renamed}`] : []),
      ...(found.isArchived ? ['it is archived'] : []),
    ];
    return { detail: notes.join('; '), repository: found };
  });
  return repository;
}

/** GitHub leads from an old name of a branch to the new one; to git the old one is not there. */
async function findBranch(probe: Probe, branch: string): Promise<void> {
  const path = `${repositoryPath(probe)}/branches/${encodeURIComponent(branch)}`;
  const answer = await probe.send(githubRequest(probe, path, { accept: isMissing }));
  const name = isMissing(answer) ? undefined : textOf(at(jsonObject(answer), 'name'));
  if (name === branch) return;
  if (name === undefined && !isMissing(answer)) throw unforeseen();
  const renamed = shownName(name);
  throw new Refusal('NOT_FOUND', {
    detail: renamed
      ? `the branch "${quotable(branch)}" is now called "${renamed}"`
      : `the repository has no branch "${quotable(branch)}"`,
    hint: 'Correct --default-branch.',
  });
}

export async function checkPermission(probe: Probe, repository: Repository): Promise<void> {
  await probe.check('permission', async (): Promise<Finding> => {
    const { scopes, isPublic, mayPush } = repository;
    if (scopes.length === 0)
      return { outcome: 'unproven', detail: 'a fine-grained or App token does not show its permissions' };
    const scope = [classicScope, ...(isPublic ? [publicScope] : [])].find((name) => scopes.includes(name));
    if (!scope) refuseScope();
    if (mayPush === false) refuseRole();
    return { detail: [`it has the scope ${scope}`, ...scopesBeyond(scopes)].join('; ') };
  });
}

/** What a classic or OAuth token may do beyond what is asked of it, as a clause. */
export function scopesBeyond(scopes: readonly string[]): string[] {
  return scopeNotes(scopes, { needed: [], harmless: [classicScope, publicScope] });
}

export function refuseScope(): never {
  throw new Refusal('INSUFFICIENT', {
    detail: `the token lacks the scope ${classicScope}`,
    hint: `Make a token with the scope ${classicScope}.`,
  });
}

export function refuseRole(): never {
  throw new Refusal('INSUFFICIENT', {
    detail: 'its user may not write to the repository',
    hint: 'Give the user write access.',
  });
}
