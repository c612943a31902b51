import { judgeBy, machineCode } from '../../core/answers.ts';
import { bearerOrBare } from '../../core/authorization.ts';
import type { Json } from '../../core/field.ts';
import { quotable } from '../../core/text.ts';
import {
  type Answer,
  type Finding,
  type HostedApi,
  type Probe,
  Refusal,
  type Request,
  Undecided,
} from '../../core/verification.ts';
import { at, errorBody, type JsonObject, jsonObject, listOf, shownName, textOf, unforeseen } from '../json-answer.ts';
import { linearAnswers } from './answers.ts';

/** Linear's GraphQL API. Facts: Linear, 'Getting started' and 'Rate limiting'; its SDK's reading of errors. */

export const linearApi: HostedApi = { base: 'https://api.linear.app/graphql', variable: 'INTEGRATIONS_LINEAR_API_URL' };

export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface Question {
  query: string;
  variables: Readonly<Record<string, Json>>;
}

/** One query for everything: a team by id or by key, and the project where one is configured. */
function question(probe: Probe): Question {
  const team = probe.text('linearTeamId') ?? '';
  const project = probe.text('linearDefaultProjectId');
  const teamFields = '{ id key name archivedAt retiredAt }';
  const parts = [
    'viewer { id name email active } organization { name urlKey }',
    uuid.test(team)
      ? `team(id: $team) ${teamFields}`
      : `teams(first: 1, filter: { key: { eqIgnoreCase: $team } }) { nodes ${teamFields} }`,
    project ? 'project(id: $project) { id name teams(first: 100) { nodes { id } pageInfo { hasNextPage } } }' : '',
  ];
  return {
    query: `query Verify($team: String!${project ? ', $project: String!' : ''}) { ${parts.join(' ').trim()} }`,
    variables: { team, ...(project ? { project } : {}) },
  };
}

export function linearRequest(probe: Probe, asked: Question): Request {
  const key = probe.secret('linearApiKey');
  if (!key) throw new Undecided('MALFORMED', { detail: 'the API key is not stored' });
  return {
    method: 'POST',
    url: probe.base(linearApi),
    // Personal keys go bare, tokens of an OAuth application with "Bearer" (Linear, 'Getting started').
    headers: { authorization: bearerOrBare(key, /^lin_oauth_/) },
    json: { ...asked },
    // A query changes nothing.
    repeatable: true,
    accept: (answer) => hasErrors(answer),
  };
}

/** GraphQL's errors come with 200, 400 and 401 alike, so they are read whatever the status; throttling and faults are not. */
export function hasErrors(answer: Answer): boolean {
  return (
    answer.status < 500 && answer.status !== 429 && !answer.isPage && listOf(errorBody(answer)['errors']).length > 0
  );
}

export async function verifyLinear(probe: Probe): Promise<void> {
  const { content, problem } = await probe.check('credential', async () => {
    const answer = await probe.send(linearRequest(probe, question(probe)));
    const read = jsonObject(answer);
    const found = problemIn(probe, answer);
    if (found instanceof Undecided || found?.kind === 'INVALID') throw found;
    return { ...whoIs(probe, read, found), content: read, problem: found };
  });
  await probe.check('resource', async () => {
    if (problem) throw problem;
    const team = teamOf(probe, content);
    return {
      detail: [`the team "${team.shown}" is there`, projectNote(probe, content, team)].filter(Boolean).join('; '),
    };
  });
  await probe.check('permission', async () => ({
    outcome: 'unproven',
    detail: 'a key does not show whether it may write',
  }));
}

/** What Linear answers. @throws Refusal | Undecided */
export async function askLinear(probe: Probe, asked: Question): Promise<unknown> {
  const answer = await probe.send(linearRequest(probe, asked));
  const problem = problemIn(probe, answer);
  if (problem) throw problem;
  return jsonObject(answer)['data'];
}

/** Whom the key is for. An answer that is refused further on need not hold it. */
function whoIs(probe: Probe, content: JsonObject, problem: Refusal | undefined): Finding {
  const viewer = at(content, 'data', 'viewer');
  if (textOf(at(viewer, 'id')) === undefined) {
    if (!problem) throw unforeseen();
    return { detail: 'accepted' };
  }
  if (at(viewer, 'active') === false) {
    throw new Refusal('REVOKED', {
      detail: "the key's user is deactivated",
      hint: "Have the user activated again, or store another user's key.",
    });
  }
  probe.accountIs(textOf(at(viewer, 'email')) ?? at(viewer, 'name'));
  const workspace = shownName(at(content, 'data', 'organization', 'name'));
  return { detail: workspace ? `accepted in the workspace "${workspace}"` : 'accepted' };
}

/** What stands against an answer that names errors: the key comes before the team and the project in the table. */
export function problemIn(probe: Probe, answer: Answer): Refusal | Undecided | undefined {
  if (!hasErrors(answer)) return undefined;
  const code = machineCode(answer);
  return (
    judgeBy(linearAnswers, answer, { credentialProven: true, now: probe.now() }) ??
    new Undecided('UNREACHABLE', {
      detail: `Linear reports an unexpected error${code === undefined ? '' : ` (${code})`}`,
      hint: "Check for a newer version of integrations, or look the error up in Linear's documentation.",
    })
  );
}

function noTeam(probe: Probe): Refusal {
  return new Refusal('NOT_FOUND', {
    detail: `there is no team "${quotable(probe.text('linearTeamId') ?? '')}", or the key cannot see it`,
    hint: 'Correct --team-id, or give the key access to the team.',
  });
}

function teamOf(probe: Probe, content: JsonObject): { id: string; shown: string } {
  const listed = at(content, 'data', 'teams', 'nodes');
  const team = at(content, 'data', 'team') ?? listOf(listed)[0];
  const id = textOf(at(team, 'id'));
  if (id === undefined) {
    const isAnswered = Array.isArray(listed) && listed.length === 0;
    throw isAnswered ? noTeam(probe) : unforeseen();
  }
  const shown = shownName(at(team, 'key')) ?? quotable(probe.text('linearTeamId') ?? '');
  if (textOf(at(team, 'archivedAt')) ?? textOf(at(team, 'retiredAt'))) {
    throw new Refusal('NOT_FOUND', {
      detail: `the team "${shown}" is archived or retired`,
      hint: 'Bring it back in Linear, or correct --team-id.',
    });
  }
  return { id, shown };
}

function projectNote(probe: Probe, content: JsonObject, team: { id: string; shown: string }): string {
  const wanted = probe.text('linearDefaultProjectId');
  if (!wanted) return '';
  const project = at(content, 'data', 'project');
  if (textOf(at(project, 'id')) === undefined) throw unforeseen();
  const teams = at(project, 'teams', 'nodes');
  if (!Array.isArray(teams)) throw unforeseen();
  if (teams.some((each) => at(each, 'id') === team.id)) return `its project "${quotable(wanted)}" is there`;
  if (at(project, 'teams', 'pageInfo', 'hasNextPage') === true) {
    return `the project "${quotable(wanted)}" is there, in too many teams to look through`;
  }
  throw new Refusal('NOT_FOUND', {
    detail: `the project "${quotable(wanted)}" does not belong to the team "${team.shown}"`,
    hint: 'Correct --default-project-id or --team-id.',
  });
}
