import { type Client, NotDone } from '../../core/client.ts';
import { invalid } from '../../core/error.ts';
import type { JsonObject } from '../../core/field.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import type { Ticket, TicketActions, TicketDraft, TicketLink } from '../../core/tickets.ts';
import { type Answer, Refusal } from '../../core/verification.ts';
import { at, errorBody, listOf, sameName, textOf, unforeseen } from '../json-answer.ts';
import { askLinear, hasErrors, linearRequest, problemIn, type Question } from './api.ts';
import { draftLinear } from './draft.ts';
import { fieldsOf, findLinear, type Kind, linearState, nodeAt, ticketOf } from './tickets.ts';

/** Facts: Linear's schema of 2026-07-22; what a second create answers was tried by jlevy/tbd in August 2026. */

export const linearTickets: TicketActions = {
  names: { title: ['name'], description: ['content'], labels: [] },
  lag: { everyMs: 2_000, forMs: 4_000 },
  refusesSecond: true,
  draft: draftLinear,
  create,
  find: findLinear,
  state: linearState,
  link,
  close,
};

async function create(client: Client, { body, place }: TicketDraft): Promise<Ticket> {
  const kind: Kind = place['kind'] === 'project' ? 'project' : 'issue';
  const answer = await change(client, body as unknown as Question, isSecond);
  if (isSecond(answer)) return firstOf(client, place);
  const node = at(errorBody(answer), 'data', `${kind}Create`, kind);
  if (textOf(at(node, 'id')) === undefined) throw unclear(kind);
  return ticketOf(kind, node);
}

function unclear(kind: Kind): NotDone {
  return new NotDone('uncertain', { detail: `Linear takes it, and does not say which ${kind} it is` });
}

/** Its id is ours, so what has it already is what we asked for. It comes with 400 and with 200. */
function isSecond(answer: Answer): boolean {
  return listOf(errorBody(answer)['errors']).some((error) =>
    [at(error, 'message'), at(error, 'extensions', 'userPresentableMessage')].some((text) =>
      /conflict on insert|already exists/i.test(textOf(text) ?? ''),
    ),
  );
}

/** What cannot be read is there all the same. */
async function firstOf(client: Client, place: JsonObject): Promise<Ticket> {
  return linearState(client, place).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    return { state: 'trashed' as const, providerState: null, key: null, url: null, place };
  });
}

/** @throws NotDone for errors that nobody accepts */
async function change(
  client: Client,
  asked: Question,
  accept: (answer: Answer) => boolean = () => false,
): Promise<Answer> {
  const { url, headers = {}, json = null } = linearRequest(client, asked);
  const answer = await client.change({ method: 'POST', url, headers, json, accept: hasErrors });
  if (!hasErrors(answer) || accept(answer)) return answer;
  const said = listOf(errorBody(answer)['errors']);
  const isInput = said.some((error) =>
    /^(INPUT_ERROR|GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/.test(textOf(at(error, 'extensions', 'code')) ?? ''),
  );
  const problem = problemIn(client, answer);
  if (problem instanceof Refusal)
    throw new NotDone('refused', { detail: problem.message, hint: problem.hint, kind: problem.kind });
  if (isInput) {
    throw new NotDone('refused', {
      kind: 'INPUT',
      detail: `one of the values does not fit (${answer.status})`,
      hint: 'Compare the epic template with the team in Linear: ids, dates, priorities.',
    });
  }
  const isThrottled = problem?.kind === 'RATE_LIMITED';
  throw new NotDone(isThrottled ? 'not sent' : 'uncertain', { detail: problem?.message ?? '', hint: problem?.hint });
}

const attach = 'mutation Link($input: AttachmentCreateInput!) { attachmentCreate(input: $input) { success } }';
const addLink =
  'mutation Link($input: EntityExternalLinkCreateInput!) { entityExternalLinkCreate(input: $input) { success } }';
const links = 'query Links($id: String!) { project(id: $id) { externalLinks(first: 250) { nodes { url } } } }';

/** An attachment of the same address is replaced; of links of a project that is not said. */
async function link(client: Client, { kind, id = '' }: JsonObject, { url, title }: TicketLink): Promise<void> {
  if (kind === 'issue') {
    await change(client, { query: attach, variables: { input: { issueId: id, url, title } } });
    return;
  }
  const data = await askLinear(client, { query: links, variables: { id } });
  if (listOf(at(data, 'project', 'externalLinks', 'nodes')).some((each) => at(each, 'url') === url)) return;
  await change(client, { query: addLink, variables: { input: { projectId: id, url, label: title } } });
}

const issueStates = `query States($team: ID!) {
  workflowStates(first: 250, filter: { team: { id: { eq: $team } }, type: { eq: "completed" } }) { nodes { id name type position } }
}`;
const projectStates = 'query States { projectStatuses(first: 250) { nodes { id name type position } } }';
const moving: Readonly<Record<Kind, string>> = {
  issue: `mutation Close($id: String!, $to: String!) { issueUpdate(id: $id, input: { stateId: $to }) { success issue ${fieldsOf.issue} } }`,
  project: `mutation Close($id: String!, $to: String!) { projectUpdate(id: $id, input: { statusId: $to }) { success project ${fieldsOf.project} } }`,
};

/** Labels are never sent with it: a list of them replaces what people have put there. */
async function close(client: Client, place: JsonObject, to: string | undefined): Promise<Ticket> {
  const { kind, node } = await nodeAt(client, place);
  const team = textOf(at(node, 'team', 'id')) ?? '';
  const asked =
    kind === 'issue' ? { query: issueStates, variables: { team } } : { query: projectStates, variables: {} };
  const list = at(await askLinear(client, asked), kind === 'issue' ? 'workflowStates' : 'projectStatuses', 'nodes');
  if (!Array.isArray(list)) throw unforeseen();
  const chosen = chosenOf(
    list.filter((each) => at(each, 'type') === 'completed'),
    to,
  );
  const answer = await change(client, { query: moving[kind], variables: { id: String(place['id']), to: chosen } });
  const moved = at(errorBody(answer), 'data', `${kind}Update`, kind);
  if (textOf(at(moved, 'id')) === undefined) throw unclear(kind);
  return ticketOf(kind, moved);
}

/** Of several the one that is called so, else "Done", else the first as people have put them in order. */
function chosenOf(states: readonly unknown[], to: string | undefined): string {
  const named = (name: string) => states.find((each) => sameName(textOf(at(each, 'name')) ?? '', name));
  const first = states.toSorted((one, other) => Number(at(one, 'position')) - Number(at(other, 'position')))[0];
  const id = textOf(at(to === undefined ? (named('Done') ?? first) : named(to), 'id'));
  if (id !== undefined) return id;
  const names = states.flatMap((each) => textOf(at(each, 'name')) ?? []).map((name) => `"${quotable(name)}"`);
  if (names.length === 0)
    throw new NotDone('refused', { detail: 'there is no status of the type "completed"', hint: 'Add one in Linear.' });
  throw invalid(`no status that is done is called "${quotable(to ?? '')}"`, {
    field: 'to',
    hint: `Give --to with one of ${sentenceList(names, 'or')}.`,
  });
}
