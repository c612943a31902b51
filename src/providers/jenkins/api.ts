import { basic } from '../../core/authorization.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import {
  type Answer,
  type Finding,
  type Probe,
  Refusal,
  type Request,
  type RequestRest,
  Undecided,
} from '../../core/verification.ts';
import { at, jsonObject, listOf, sameName, shownName, textOf, unforeseen } from '../json-answer.ts';

/** Jenkins' REST API. No official description; facts: Jenkins core source. */

export function jenkinsRequest(probe: Probe, path: string, rest: RequestRest = {}): Request {
  const token = probe.secret('jenkinsApiToken');
  return {
    ...rest,
    url: `${probe.text('jenkinsUrl') ?? ''}${path}`,
    headers: token ? { authorization: basic(probe.text('jenkinsUsername') ?? '', token) } : {},
  };
}

/** Anybody may ask who they are, so only the right name proves anything. @returns the version of the server */
export async function checkUser(probe: Probe): Promise<string> {
  const { version } = await probe.check('credential', async () => {
    const answer = await probe.send(jenkinsRequest(probe, '/whoAmI/api/json'));
    const { name, anonymous } = jsonObject(answer);
    const server = textOf(answer.header('x-jenkins'));
    if (server === undefined) {
      throw new Undecided('UNREACHABLE', {
        detail: 'what answers is not Jenkins, or a proxy is in the way',
        hint: 'Check the address.',
      });
    }
    const wanted = probe.text('jenkinsUsername') ?? '';
    if (anonymous !== false || typeof name !== 'string') throw unforeseen();
    if (!sameName(name, wanted)) {
      throw new Refusal('INVALID', {
        detail: `Jenkins takes the request for one of ${shownName(name) ?? 'another user'}, not of ${quotable(wanted)}`,
        hint: 'Correct --username, or use the API token of that user.',
      });
    }
    probe.accountIs(name);
    return { detail: `accepted for ${shownName(name) ?? 'its user'}`, version: server };
  });
  return version;
}

const tree = 'name,fullName,buildable,disabled,property[parameterDefinitions[name]]';

/** @returns whether the job declares parameters */
export async function checkJob(probe: Probe, path: string): Promise<boolean> {
  const { parameters } = await probe.check('resource', async () => {
    const answer = await probe.send(jenkinsRequest(probe, `${path}/api/json?tree=${encodeURIComponent(tree)}`));
    const job = jsonObject(answer);
    refuseFolder(job['_class'], job['buildable']);
    const names = listOf(job['property']).flatMap((each) =>
      listOf(at(each, 'parameterDefinitions')).flatMap((definition) => textOf(at(definition, 'name')) ?? []),
    );
    const undeclared = probe.names('environmentVariables').filter((name) => !names.includes(name));
    const finding: Finding =
      undeclared.length > 0
        ? {
            outcome: 'unproven',
            detail: `the job is there, but will not get ${listed(undeclared)}: it declares no such parameter`,
          }
        : { detail: 'the job is there and can be built' };
    return { ...finding, parameters: names.length > 0 };
  });
  return parameters;
}

function listed(names: readonly string[]): string {
  return sentenceList(names.slice(0, 5).map((name) => quotable(name)));
}

function refuseFolder(kind: unknown, buildable: unknown): void {
  if (buildable === true) return;
  if (typeof kind !== 'string') throw unforeseen();
  throw new Refusal('NOT_FOUND', {
    detail: 'the path leads to a folder, not to a job',
    hint: 'Add the name of the job, and for a multibranch job the branch, to --job-path.',
  });
}

/**
 * Asks for a build with GET, which Jenkins refuses: 403 without the permission, else 405 (Jenkins core,
 * ParameterizedJobMixIn). Versions 1 are not asked, for theirs may build.
 */
export async function checkBuild(probe: Probe, path: string, parameters: boolean, version: string): Promise<void> {
  await probe.check('permission', async (): Promise<Finding> => {
    if (!/^([2-9]|\d\d)/.test(version))
      return { outcome: 'unproven', detail: 'this version of Jenkins is too old to say without starting a build' };
    const action = parameters ? 'buildWithParameters' : 'build';
    const answer = await probe.send(jenkinsRequest(probe, `${path}/${action}`, { accept: isOther }));
    if (answer.status === 405 && /\bPOST\b/i.test(answer.header('allow') ?? ''))
      return { detail: 'the user may build the job' };
    return { outcome: 'unproven', detail: 'Jenkins does not say whether the user may build the job' };
  });
}

/** Anything but a refusal or a fault says at most that nothing is known. */
function isOther({ status }: Answer): boolean {
  return status < 500 && ![401, 403, 409, 429].includes(status);
}
