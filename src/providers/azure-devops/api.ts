import { judgeBy } from '../../core/answers.ts';
import { basic } from '../../core/authorization.ts';
import { quotable, sentenceList } from '../../core/text.ts';
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
import { at, errorBody, jsonObject, listOf, sameName, textOf, unforeseen } from '../json-answer.ts';
import { azureDevopsAnswers } from './answers.ts';

/** Azure DevOps Services. Facts: Microsoft's REST descriptions 7.1; refusals as its own clients read them. */

export const azureDevopsApi: HostedApi = {
  base: 'https://dev.azure.com',
  variable: 'INTEGRATIONS_AZURE_DEVOPS_API_URL',
};

const anonymousId = 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa';

function kindOf(probe: Probe, answer: Answer): Refusal['kind'] | Undecided['kind'] | undefined {
  return judgeBy(azureDevopsAnswers, answer, { credentialProven: false, now: probe.now() })?.kind;
}

export function azureRequest(probe: Probe, path: string, rest: RequestRest = {}, version = '7.1'): Request {
  const token = probe.secret('azurePatToken');
  if (!token) throw new Undecided('MALFORMED', { detail: 'the personal access token is not stored' });
  const organization = encodeURIComponent(probe.text('azureOrganization') ?? '');
  const mark = path.includes('?') ? '&' : '?';
  return {
    ...rest,
    url: `${probe.base(azureDevopsApi)}/${organization}/${path}${mark}api-version=${version}`,
    headers: { authorization: basic('', token), ...rest.headers },
  };
}

export function projectPath(probe: Probe): string {
  return encodeURIComponent(probe.text('azureProject') ?? '');
}

export async function verifyAzureDevops(probe: Probe): Promise<void> {
  await probe.check('credential', () => checkUser(probe));
  await probe.check('resource', () => checkProject(probe));
  await probe.check('permission', () => checkCreating(probe));
}

async function checkUser(probe: Probe): Promise<Finding> {
  const answer = await connectionData(probe);
  if (answer.status === 404) throw organizationMissing(probe, answer);
  // Which scope the call wants is not documented, so a 403 of it alone says nothing of the others.
  if (answer.status === 403) {
    return { outcome: 'unproven', detail: 'the scopes of the token do not let it read whose it is' };
  }
  const user = at(jsonObject(answer), 'authenticatedUser');
  const id = textOf(at(user, 'id'));
  if (id === undefined) throw unforeseen();
  if (id.toLowerCase() === anonymousId) return refuseAnonymous(probe);
  probe.accountIs(at(user, 'providerDisplayName'));
  return { detail: 'accepted' };
}

/** Microsoft's clients ask for a preview of it; servers that have it released want the version without that mark. */
async function connectionData(probe: Probe): Promise<Answer> {
  const isRead = (answer: Answer) =>
    !answer.isPage && (answer.status === 404 || (answer.status === 403 && kindOf(probe, answer) === 'INSUFFICIENT'));
  const path = '_apis/connectionData';
  const accept = (answer: Answer) => isRead(answer) || (answer.status === 400 && !answer.isPage);
  const first = await probe.send(azureRequest(probe, path, { accept }, '7.1-preview'));
  return first.status === 400 ? probe.send(azureRequest(probe, path, { accept: isRead })) : first;
}

/** Azure answers 401, 203 or a redirect to whoever it does not know, so a 404 in its own form is about the organization. */
function organizationMissing(probe: Probe, answer: Answer): Refusal | Undecided {
  const name = quotable(probe.text('azureOrganization') ?? '');
  const detail = `there is no organization "${name}" at Azure DevOps (404)`;
  const hint = 'Correct --organization.';
  const isAzures = textOf(errorBody(answer)['typeKey']) !== undefined;
  return isAzures ? new Refusal('NOT_FOUND', { detail, hint }) : new Undecided('UNREACHABLE', { detail, hint });
}

/** The anonymous user's id is known from reports only, so another call has to agree. */
async function refuseAnonymous(probe: Probe): Promise<never> {
  const path = `_apis/projects/${projectPath(probe)}`;
  const answer = await probe.send(
    azureRequest(probe, path, { accept: ({ status, isPage }) => status === 404 && !isPage }),
  );
  if (answer.status === 404) {
    throw new Refusal('INVALID', {
      detail: 'the personal access token is unknown, revoked, or for another organization: nobody is signed in with it',
      hint: 'Make a new personal access token for this organization, and store it with "integrations ... rotate".',
    });
  }
  throw new Undecided('UNREACHABLE', {
    detail: 'Azure DevOps answers as if nobody had signed in, and the project is public',
    hint: 'Check the personal access token.',
  });
}

async function checkProject(probe: Probe): Promise<Finding> {
  const wanted = quotable(probe.text('azureProject') ?? '');
  const found = jsonObject(await ask(probe, azureRequest(probe, `_apis/projects/${projectPath(probe)}`)));
  const state = textOf(found['state']);
  if (state === undefined) throw unforeseen();
  if (/^delet/i.test(state)) {
    throw new Refusal('NOT_FOUND', { detail: `the project "${wanted}" is deleted`, hint: 'Correct --project.' });
  }
  if (state !== 'wellFormed') {
    throw new Undecided('UNREACHABLE', {
      detail: `the project "${wanted}" is not ready yet`,
      hint: 'Try again later.',
    });
  }
  const types = jsonObject(await ask(probe, azureRequest(probe, `${projectPath(probe)}/_apis/wit/workitemtypes`)));
  if (!Array.isArray(types['value'])) throw unforeseen();
  const epic = listOf(types['value']).find((type) => sameName(textOf(at(type, 'name')) ?? '', 'Epic'));
  if (epic === undefined || at(epic, 'isDisabled') === true) {
    throw new Refusal('NOT_FOUND', {
      detail: `the project "${wanted}" has no work item type Epic${epic === undefined ? '' : ' that is enabled'}`,
      hint: 'Add or enable it in the process template of the project.',
    });
  }
  return { detail: `the project "${wanted}" and its work item type Epic are there` };
}

/** Once Azure has named the user, a 401 that does not speak of an expiry is about a scope. */
export async function ask(probe: Probe, given: Request): Promise<Answer> {
  const isScope = (answer: Answer) => answer.status === 401 && kindOf(probe, answer) === 'INVALID';
  const answer = await probe.send({ ...given, accept: (each) => isScope(each) || given.accept?.(each) === true });
  if (isScope(answer)) {
    throw new Refusal('INSUFFICIENT', {
      detail: 'the personal access token lacks a scope (401)',
      hint: 'Give it the scopes Work Items: read and write, and Project and Team: read.',
    });
  }
  return answer;
}

/** The same request as a real one, validated only: Azure runs its rules and saves nothing. */
async function checkCreating(probe: Probe): Promise<Finding> {
  const answer = await ask(
    probe,
    azureRequest(probe, `${projectPath(probe)}/_apis/wit/workitems/$Epic?validateOnly=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json-patch+json' },
      json: [{ op: 'add', path: '/fields/System.Title', value: 'integrations verify' }],
      repeatable: true,
      accept: isRuleError,
    }),
  );
  if (isRuleError(answer)) throw missingFields(answer);
  jsonObject(answer);
  return { detail: 'the token may create work items, which was tried without saving' };
}

export function isRuleError(answer: Answer): boolean {
  return answer.status === 400 && /RuleValidation/i.test(textOf(errorBody(answer)['typeKey']) ?? '');
}

/** The fields that a rule of the process stands against. */
export function ruledFields(answer: Answer): string[] {
  const errors = listOf(at(errorBody(answer), 'customProperties', 'RuleValidationErrors'));
  return errors
    .map((error) => at(error, 'fieldReferenceName'))
    .filter((name): name is string => typeof name === 'string' && /^[A-Za-z]\w*(\.\w+){1,4}$/.test(name))
    .slice(0, 10)
    .map((name) => quotable(name));
}

function missingFields(answer: Answer): Refusal {
  const names = ruledFields(answer);
  return new Refusal('INSUFFICIENT', {
    detail: `the process requires fields of an Epic that are not filled in${names.length > 0 ? `: ${sentenceList(names)}` : ''}`,
    hint: 'Make them optional, or give them defaults, in the process template of the project.',
  });
}
