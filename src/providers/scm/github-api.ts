import { bearer } from '../../core/authorization.ts';
import { quotable } from '../../core/text.ts';
import { type Answer, type Finding, type Probe, Refusal, type Request, Undecided } from '../../core/verification.ts';
import { repositoryAddress } from './scm-fields.ts';

/** GitHub's REST API as its scm and its pipelines ask it. Facts: GitHub docs, 'Troubleshooting the REST API', 'Rate limits'. */

// 2022-11-28 is known to GitHub.com and to Enterprise Server 3.17 to 3.19; the newer one is not.
const apiVersion = '2022-11-28';

/** A request to the API of the host that `repositoryUrl` names. */
export function githubRequest(probe: Probe, path: string, rest: Partial<Request> = {}): Request {
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
  const [owner = '', name = ''] = repositoryAddress(probe.text('repositoryUrl') ?? '').path.slice(-2);
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

function apiBase(probe: Probe): string {
  const { origin } = repositoryAddress(probe.text('repositoryUrl') ?? '');
  const { host, protocol } = new URL(origin);
  if (host === 'github.com') return probe.base('GITHUB');
  // GitHub Enterprise Cloud with data residency.
  if (host.endsWith('.ghe.com')) return `${protocol}//api.${host}`;
  return `${origin}/api/v3`;
}

export function githubJudge(answer: Answer): Refusal | Undecided | undefined {
  const { status } = answer;
  if (answer.header('x-github-sso')?.startsWith('required')) {
    return new Refusal('PROVIDER_BLOCKED', {
      detail: 'the organization wants the token to be authorized for its single sign-on',
      hint: 'GitHub, Settings, Developer settings, the token: Configure SSO, Authorize.',
    });
  }
  const secondary = (status === 403 || status === 429) && /secondary rate limit/i.test(answer.text);
  if (secondary)
    return new Undecided('RATE_LIMITED', {
      detail: 'GitHub throttles (secondary limit)',
      hint: 'Try again in a minute.',
    });
  return undefined;
}

export function checkCredential(probe: Probe): Promise<void> {
  return probe.check('credential', async () => {
    const answer = await probe.send(githubRequest(probe, '/user', { accept: isInstallation }));
    probe.endsAt(tokenEnd(answer.header('github-authentication-token-expiration'), probe.now()));
    if (isInstallation(answer)) return { outcome: 'unproven', detail: 'an installation token has no user to ask for' };
    const { login } = answer.json() as { login?: unknown };
    probe.accountIs(login);
    return { detail: typeof login === 'string' ? `accepted for ${quotable(login)}` : 'accepted' };
  });
}

/** The answer of an installation token (`ghs_`), which stands for no user. */
function isInstallation({ status, text }: Answer): boolean {
  return status === 403 && /by integration/i.test(text);
}

/**
 * When a token ends, from the header: `2026-01-31 23:00:00 UTC`, or `2026-01-31 23:00:00 +0500`. For some tokens GitHub
 * names the moment of the request there (google/go-github issue 3708), so only a later one counts.
 */
function tokenEnd(header: string | undefined, now: Date): Date | undefined {
  const parts = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (UTC|[+-]\d{4})$/.exec(header ?? '');
  if (!parts) return undefined;
  const zone = parts[3] === 'UTC' ? 'Z' : `${parts[3]?.slice(0, 3)}:${parts[3]?.slice(3)}`;
  const moment = new Date(`${parts[1]}T${parts[2]}${zone}`);
  return moment.getTime() > now.getTime() + 60_000 ? moment : undefined;
}

export function checkRepository(probe: Probe): Promise<void> {
  return probe.check('resource', async () => {
    const repository = (await probe.send(githubRequest(probe, repositoryPath(probe)))).json() as Repository;
    if (repository.disabled === true)
      throw new Refusal('PROVIDER_BLOCKED', { detail: 'GitHub has disabled the repository' });
    refuseOtherOwner(probe, repository);
    const branch = probe.text('defaultBranch') ?? 'main';
    const path = `${repositoryPath(probe)}/branches/${encodeURIComponent(branch)}`;
    const found = await probe.send(githubRequest(probe, path, { accept: ({ status }) => status === 404 }));
    if (found.status === 404) {
      throw new Refusal('NOT_FOUND', {
        detail: `the repository has no branch "${quotable(branch)}"`,
        hint: 'Correct --default-branch.',
      });
    }
    return {
      detail: `the repository and its branch "${quotable(branch)}" are there${repository.archived === true ? '; it is archived' : ''}`,
    };
  });
}

interface Repository {
  full_name?: unknown;
  owner?: { login?: unknown };
  archived?: unknown;
  disabled?: unknown;
  private?: unknown;
  permissions?: { push?: unknown };
}

function refuseOtherOwner(probe: Probe, { owner }: Repository): void {
  const wanted = probe.text('organization') ?? '';
  const actual = typeof owner?.login === 'string' ? owner.login : wanted;
  if (actual.toLowerCase() === wanted.toLowerCase()) return;
  throw new Refusal('NOT_FOUND', {
    detail: `the repository belongs to ${quotable(actual)}, not to ${quotable(wanted)}`,
    hint: 'Correct --organization or --repository-url.',
  });
}

/** Classic and OAuth tokens list their scopes in a header (GitHub docs, 'Scopes for OAuth apps'); the others tell nothing. */
export function checkPermission(probe: Probe): Promise<void> {
  return probe.check('permission', async (): Promise<Finding> => {
    const answer = await probe.send(githubRequest(probe, repositoryPath(probe)));
    const { permissions, private: isPrivate } = answer.json() as Repository;
    if (permissions?.push === false) {
      throw new Refusal('INSUFFICIENT', {
        detail: 'its user may not write to the repository',
        hint: 'Give the user write access.',
      });
    }
    const scopes =
      answer
        .header('x-oauth-scopes')
        ?.split(',')
        .map((scope) => scope.trim())
        .filter(Boolean) ?? [];
    if (scopes.length === 0)
      return { outcome: 'unproven', detail: 'a fine-grained or App token does not tell its permissions' };
    const enough = scopes.includes('repo') || (isPrivate === false && scopes.includes('public_repo'));
    if (enough) return { detail: `it has the scope ${scopes.includes('repo') ? 'repo' : 'public_repo'}` };
    throw new Refusal('INSUFFICIENT', {
      detail: 'the token lacks the scope repo',
      hint: 'Make a token with the scope repo.',
    });
  });
}
