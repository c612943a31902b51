import { judgeBy } from '../../core/answers.ts';
import { basicPairOrBearer } from '../../core/authorization.ts';
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
  Undecided,
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
import { hostAddress, repositoryAddress } from '../scm-fields.ts';
import { bitbucketAnswers } from './answers.ts';

/** Bitbucket Cloud. Facts: Atlassian's REST description 2.0, 'Authentication methods'. */

export const bitbucketApi: HostedApi = {
  base: 'https://api.bitbucket.org/2.0',
  variable: 'INTEGRATIONS_BITBUCKET_API_URL',
};

/** Of an API token; OAuth and access tokens call it `repository`. */
export const readScope = 'read:repository:bitbucket';

/** Those of the user tell whom a token is for, those of the workspace list its repositories. */
const bitbucketScopes = {
  needed: [],
  harmless: [readScope, 'repository', 'account', 'read:user:bitbucket', 'read:workspace:bitbucket'],
};

/** Whether `repositoryUrl` leads to Cloud; anything else is a Data Center. */
export function isCloud(probe: Probe): boolean {
  return isHosted(hostAddress(probe.text('repositoryUrl') ?? '').origin);
}

/** Where a token is sent, as the address of a repository has it. @throws Unfit */
export function bitbucketAddress(repositoryUrl: string): string {
  const { origin } = hostAddress(repositoryUrl);
  return isHosted(origin) ? bitbucketApi.base : origin;
}

function isHosted(origin: string): boolean {
  return new URL(origin).host === 'bitbucket.org';
}

/** Atlassian's API tokens go as `email:token`, all others as Bearer; the form in which it is stored tells. */
export function bitbucketHeaders(probe: Probe): Request['headers'] & object {
  const token = probe.secret('accessToken');
  return token ? { authorization: basicPairOrBearer(token) } : {};
}

export function cloudRequest(probe: Probe, path: string, rest: RequestRest = {}): Request {
  return { ...rest, url: `${probe.base(bitbucketApi)}${path}`, headers: bitbucketHeaders(probe) };
}

function configuredPath(probe: Probe): [workspace: string, slug: string] {
  const [workspace = '', slug = ''] = repositoryAddress(probe.text('repositoryUrl') ?? '')
    .path.slice(-2)
    .map(decoded);
  return [workspace, slug];
}

/** An id in braces comes encoded out of an address. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export function cloudRepositoryPath(probe: Probe): string {
  return `/repositories/${configuredPath(probe).map(encodeURIComponent).join('/')}`;
}

/** What the table says of a 404 to a token that is accepted. */
function reasonOf(answer: Answer, probe: Probe, asksFor?: string): Refusal | Undecided | undefined {
  return judgeBy(bitbucketAnswers, answer, { credentialProven: true, now: probe.now(), asksFor });
}

/**
 * The repository comes first, for tokens of a repository, project or workspace may not ask for a user.
 * @returns its answer; 404 where it is not there
 */
export async function checkCloudCredential(probe: Probe): Promise<Answer> {
  const { answer } = await probe.check('credential', async () => {
    const accept = (each: Answer) => isMissing(each) && !(reasonOf(each, probe) instanceof Undecided);
    const found = await probe.send(cloudRequest(probe, cloudRepositoryPath(probe), { accept }));
    if (!isMissing(found)) jsonObject(found);
    return { ...(await acceptance(probe, found)), answer: found };
  });
  return answer;
}

async function acceptance(probe: Probe, answer: Answer): Promise<Finding> {
  const kind = answer.header('x-credential-type') ?? '';
  if (/^[a-z_]*access_token$/.test(kind)) return { detail: `accepted as ${kind.replaceAll('_', ' ')}` };
  const isPrivate = !isMissing(answer) && jsonObject(answer)['is_private'] === true;
  const known = isPrivate || kind !== '' || answer.header('x-oauth-scopes') !== undefined;
  const user = await probe.send(
    cloudRequest(probe, '/user', { accept: ({ status }) => status === 401 || status === 403 }),
  );
  if (user.status === 200) {
    const found = jsonObject(user);
    const name = textOf(found['username']) ?? textOf(found['nickname']) ?? textOf(found['display_name']);
    if (name === undefined) throw unforeseen();
    probe.accountIs(name);
    return { detail: `accepted for ${shownName(name) ?? 'its user'}` };
  }
  // Which scopes a token has is told only to a token that is known.
  if (known || listOf(at(errorBody(user), 'error', 'detail', 'granted')).length > 0) return { detail: 'accepted' };
  if (isMissing(answer)) {
    throw new Undecided('UNREACHABLE', {
      detail: 'the repository does not exist or is hidden, and nothing shows whether the token is accepted',
      hint: 'Check the repository URL, and what the token has access to.',
    });
  }
  return { outcome: 'unproven', detail: 'the repository is public, so it does not show whether the token is accepted' };
}

export async function checkCloudRepository(probe: Probe, answer: Answer): Promise<void> {
  await probe.check('resource', async () => {
    refuseMissing(answer, probe, configuredPath(probe));
    const found = jsonObject(answer);
    const fullName = textOf(found['full_name']);
    if (fullName === undefined) throw unforeseen();
    refuseOtherWorkspace(probe, found, fullName);
    const branch = probe.text('defaultBranch') ?? textOf(at(found, 'mainbranch', 'name')) ?? 'main';
    await findBranch(probe, branch);
    const renamed = sameName(fullName, configuredPath(probe).join('/')) || configuredPath(probe).join().includes('{');
    return {
      detail: [
        `the repository and its branch "${quotable(branch)}" are there`,
        ...(renamed ? [] : [`it is now called ${shownName(fullName) ?? 'something else'}`]),
      ].join('; '),
    };
  });
}

/**
 * @param path owner and name of the repository
 * @throws Refusal for a repository that is not there, to a token that is accepted
 */
export function refuseMissing(answer: Answer, probe: Probe, path: readonly string[]): void {
  if (!isMissing(answer)) return;
  const repository = `repository ${quotable(path.join('/'))}`;
  throw (
    reasonOf(answer, probe, repository) ??
    new Refusal('NOT_FOUND', {
      detail: `there is no ${repository}, or the token cannot see it (404)`,
      hint: 'Check the repository URL, and what the token has access to.',
    })
  );
}

function refuseOtherWorkspace(probe: Probe, found: JsonObject, fullName: string): void {
  const slug = textOf(at(found, 'workspace', 'slug')) ?? fullName.split('/')[0] ?? '';
  const wanted = probe.text('organization') ?? slug;
  if (sameName(slug, wanted) || at(found, 'workspace', 'uuid') === wanted) return;
  throw new Refusal('NOT_FOUND', {
    detail: `the repository belongs to ${shownName(slug) ?? 'another workspace'}, not to ${quotable(wanted)}`,
    hint: 'Correct --organization or --repository-url.',
  });
}

async function findBranch(probe: Probe, branch: string): Promise<void> {
  const path = `${cloudRepositoryPath(probe)}/refs/branches/${encodeURIComponent(branch)}`;
  // A 404 of another reason than the branch has its line.
  const accept = (each: Answer) => isMissing(each) && reasonOf(each, probe) === undefined;
  const answer = await probe.send(cloudRequest(probe, path, { accept }));
  if (isMissing(answer)) refuseBranch(branch);
  if (jsonObject(answer)['name'] !== branch) throw unforeseen();
}

export function refuseBranch(branch: string): never {
  throw new Refusal('NOT_FOUND', {
    detail: `the repository has no branch "${quotable(branch)}"`,
    hint: 'Correct --default-branch.',
  });
}

/** Reading is what source control needs, and the repository was read; what more it may do is told. */
export async function checkCloudPermission(probe: Probe, answer: Answer): Promise<void> {
  await probe.check('permission', async () => {
    const scopes = (answer.header('x-oauth-scopes') ?? '').split(/[\s,]+/).filter(Boolean);
    const finding = (detail: string) => ({ detail: [detail, ...scopeNotes(scopes, bitbucketScopes)].join('; ') });
    const writes = /^(repository:(write|admin)|(write|admin):repository:bitbucket)$/;
    if (scopes.length > 0 && !scopes.some((name) => writes.test(name)))
      return finding('its scopes let it read, not write');
    const [workspace, slug] = configuredPath(probe);
    const query = `role=contributor&q=${encodeURIComponent(`slug="${slug}"`)}`;
    const listed = await probe.send(
      cloudRequest(probe, `/repositories/${encodeURIComponent(workspace)}?${query}`, { accept: mayNotList }),
    );
    if (mayNotList(listed)) return finding('it may read; Bitbucket does not say whether it may write');
    const writable = listOf(jsonObject(listed)['values']).some((each) => isSlug(each, slug));
    return finding(writable ? 'its role lets it read and write' : 'its role lets it read, not write');
  });
}

function mayNotList({ status, isPage, header }: Answer): boolean {
  return [401, 403, 404, 410].includes(status) && !isPage && header('retry-after') === undefined;
}

function isSlug(repository: unknown, slug: string): boolean {
  return sameName(textOf(at(repository, 'slug')) ?? textOf(at(repository, 'uuid')) ?? '', slug);
}
