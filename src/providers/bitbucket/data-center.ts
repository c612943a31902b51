import { quotable } from '../../core/text.ts';
import {
  type Answer,
  type Finding,
  type Probe,
  Refusal,
  type Request,
  type RequestRest,
} from '../../core/verification.ts';
import { at, isMissing, jsonObject, listOf, sameName, shownName, textOf, unforeseen } from '../json-answer.ts';
import { hostAddress } from '../scm-fields.ts';
import { bitbucketHeaders, refuseBranch, refuseMissing } from './api.ts';

/** Bitbucket Data Center, REST API 1.0. */

interface DataCenterAddress {
  /** Of the repositories on the web. */
  web: string;
  project: string;
  slug: string;
}

/** `/scm/KEY/slug`, `/projects/KEY/repos/slug` or `/users/name/repos/slug`, each behind a path of the server's own; an SSH address ends alike. What is too short for that is the server alone. */
export function dataCenterAddress(probe: Probe): DataCenterAddress {
  const { origin, path } = hostAddress(probe.text('repositoryUrl') ?? '');
  const at = path.findIndex((_, index) => path[index + 2] === 'repos' && /^(projects|users)$/.test(path[index] ?? ''));
  const [root, project = '', slug = ''] =
    at >= 0
      ? [path.slice(0, at), `${path[at] === 'users' ? '~' : ''}${path[at + 1]}`, path[at + 3]]
      : path.length < 2
        ? [path]
        : [path.slice(0, path.at(-3) === 'scm' ? -3 : -2), path.at(-2), path.at(-1)];
  return { web: [origin, ...root].join('/'), project, slug };
}

/** A hundred branches each. */
const maxPages = 20;

function request(probe: Probe, rest: string, more: RequestRest = {}): Request {
  return dataCenterRequest(probe, `${dataCenterRepositoryPath(probe)}${rest}`, more);
}

export function dataCenterRepositoryPath(probe: Probe): string {
  const { project, slug } = dataCenterAddress(probe);
  return `/projects/${encodeURIComponent(project)}/repos/${encodeURIComponent(slug)}`;
}

export function dataCenterRequest(probe: Probe, path: string, more: RequestRest = {}): Request {
  return {
    ...more,
    url: `${dataCenterAddress(probe).web}/rest/api/1.0${path}`,
    headers: bitbucketHeaders(probe),
    // For somebody it knows a 401 is a matter of rights, not of the token.
    accept: (answer) => (answer.status === 401 && userOf(answer) !== undefined) || more.accept?.(answer) === true,
  };
}

/** Whom the server takes the token for; it says so in a header. */
function userOf(answer: Answer): string | undefined {
  const name = textOf(answer.header('x-ausername'));
  return name === 'anonymous' ? undefined : name;
}

/** @returns the repository's answer; 404 or 401 where it is not there for a token that is accepted */
export async function checkDataCenterCredential(probe: Probe): Promise<Answer> {
  const { answer } = await probe.check('credential', async () => {
    const found = await probe.send(
      request(probe, '', { accept: (each) => isMissing(each) && userOf(each) !== undefined }),
    );
    return { ...acceptance(probe, found), answer: found };
  });
  return answer;
}

function acceptance(probe: Probe, answer: Answer): Finding {
  const user = userOf(answer);
  if (user !== undefined) {
    probe.accountIs(user);
    return { detail: `accepted for ${shownName(user) ?? 'its user'}` };
  }
  if (jsonObject(answer)['public'] === false) return { detail: 'accepted: the repository is not public' };
  return { outcome: 'unproven', detail: 'the server does not say whose token it is' };
}

export async function checkDataCenterRepository(probe: Probe, answer: Answer): Promise<void> {
  await probe.check('resource', async () => {
    refuseUnreadable(answer, probe);
    const found = jsonObject(answer);
    const key = textOf(at(found, 'project', 'key'));
    if (key === undefined) throw unforeseen();
    const wanted = probe.text('organization') ?? key;
    if (!sameName(key, wanted)) {
      throw new Refusal('NOT_FOUND', {
        detail: `the repository belongs to ${shownName(key) ?? 'another project'}, not to ${quotable(wanted)}`,
        hint: 'Correct --organization or --repository-url.',
      });
    }
    const branch = probe.text('defaultBranch') ?? 'main';
    await findBranch(probe, branch);
    const archived = found['archived'] === true ? '; it is archived' : '';
    return { detail: `the repository and its branch "${quotable(branch)}" are there${archived}` };
  });
}

function refuseUnreadable(answer: Answer, probe: Probe): void {
  if (answer.status === 401) {
    throw new Refusal('INSUFFICIENT', {
      detail: 'the token is accepted, and may not read the repository (401)',
      hint: 'Give it the permission Repository read.',
    });
  }
  const { project, slug } = dataCenterAddress(probe);
  refuseMissing(answer, probe, [project, slug]);
}

/** Names that hold the wanted one come back too, the exact one first where the server knows `boostMatches`. */
async function findBranch(probe: Probe, branch: string): Promise<void> {
  const filter = `filterText=${encodeURIComponent(branch)}&limit=100`;
  for (let start: unknown = 0, page = 0; typeof start === 'number' && page < maxPages; page += 1) {
    const answer = await probe.send(request(probe, `/branches?${filter}&boostMatches=true&start=${start}`));
    refuseUnreadable(answer, probe);
    const { values, isLastPage, nextPageStart } = jsonObject(answer);
    if (!Array.isArray(values)) throw unforeseen();
    if (listOf(values).some((each) => at(each, 'displayId') === branch)) return;
    if (isLastPage !== false) refuseBranch(branch);
    start = nextPageStart;
  }
  throw unforeseen();
}
