import { type Client, NotDone } from '../../core/client.ts';
import { invalid } from '../../core/error.ts';
import type { JsonObject } from '../../core/field.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import type { Ticket, TicketActions, TicketDraft, TicketLink } from '../../core/tickets.ts';
import { type Answer, type Change, Refusal, Undecided } from '../../core/verification.ts';
import { errorBody, objectOf, sameName, shownName, textOf } from '../json-answer.ts';
import { type Door, enterJira, jiraRequest } from './api.ts';
import { draftIssue } from './draft.ts';
import { findIssues, issueAt, issueState, ticketOf, transitionsToDone } from './issues.ts';

/** Facts: Atlassian's description of the API of 2025-12-25 (issue create, transitions, remote links). */

export const jiraTickets: TicketActions = {
  names: { title: ['summary'], description: [], labels: [] },
  // The search shows a new issue after some seconds (port-labs/ocean#2765).
  lag: { everyMs: 5_000, forMs: 35_000 },
  refusesSecond: false,
  draft: draftIssue,
  create,
  find: findIssues,
  state: issueState,
  link,
  close,
};

async function create(client: Client, { url, body }: TicketDraft): Promise<Ticket> {
  const door = { base: url.replace(/\/issue$/, ''), scoped: false };
  const answer = await client.change(change(client, door, '/issue', { json: body, accept: isRefusedInput }));
  if (isRefusedInput(answer)) throw refusedInput(answer);
  const { id, key } = errorBody(answer);
  if (answer.status !== 201 || textOf(id) === undefined || textOf(key) === undefined)
    throw new NotDone('uncertain', { detail: `Jira takes it, and does not say which issue it is (${answer.status})` });
  return ticketOf(client, { id, key });
}

/** Its form is Jira's own: any other 400 may come from what stands in front. */
function isRefusedInput(answer: Answer): boolean {
  const { errorMessages, errors } = errorBody(answer);
  return [400, 413, 422].includes(answer.status) && !answer.isPage && (errorMessages ?? errors) !== undefined;
}

/** Its texts may repeat what was sent, so only the names of fields are told. */
function refusedInput(answer: Answer): NotDone {
  const errors = Object.entries(objectOf(errorBody(answer)['errors']));
  const names = errors.slice(0, 10).map(([id]) => shownName(id) ?? 'a field');
  if (names.length === 0) {
    return new NotDone('refused', {
      detail: `what it is to do does not fit (${answer.status})`,
      hint: 'Look at the project in Jira.',
    });
  }
  const isOffScreen = errors.some(([, text]) => /cannot be set/i.test(String(text)));
  const what = sentenceList(names);
  return isOffScreen
    ? new NotDone('refused', {
        detail: `${what} cannot be set: it is not on the screen, or the user may not set it (${answer.status})`,
        hint: 'Leave it out of the epic template, or have it put on the screen.',
      })
    : new NotDone('refused', {
        kind: 'INPUT',
        detail: `the value of ${what} does not fit, or is missing (${answer.status})`,
        hint: 'Correct it in the epic template.',
      });
}

/** One of the same `globalId` is replaced. */
async function link(client: Client, place: JsonObject, { url, title }: TicketLink): Promise<void> {
  const { door } = await enterJira(client);
  const json = { globalId: `integrations-${issueAt(place)}`, object: { url, title } };
  await client.change(change(client, door, `/issue/${issueAt(place)}/remotelink`, { json }));
}

async function close(client: Client, place: JsonObject, to: string | undefined): Promise<Ticket> {
  const { door } = await enterJira(client);
  const chosen = chosenOf(await transitionsToDone(client, door, place), to);
  const json = { transition: { id: chosen.id } };
  const answer = await client.change(
    change(client, door, `/issue/${issueAt(place)}/transitions`, { json, accept: isRefusedInput }),
  );
  if (isRefusedInput(answer)) throw refusedTransition(answer, chosen.name);
  return issueState(client, place).catch((error: unknown) => {
    if (!(error instanceof Refusal || error instanceof Undecided)) throw error;
    throw new NotDone('uncertain', {
      detail: `Jira takes it, and does not show it: ${error.message}`,
      hint: error.hint,
    });
  });
}

function chosenOf(ways: Awaited<ReturnType<typeof transitionsToDone>>, to: string | undefined) {
  const named = to === undefined ? ways : ways.filter((way) => sameName(way.name, to) || sameName(way.to, to));
  const [only, ...others] = named;
  if (only && others.length === 0) return only;
  const names = sentenceList(
    ways.map(({ name }) => `"${quotable(name)}"`),
    'or',
  );
  if (ways.length === 0) {
    throw new NotDone('refused', {
      detail: 'no step of the workflow leads from the status of the issue to one that is done',
      hint: 'Move it in Jira, or give the user the permission Transition issues.',
    });
  }
  const what =
    to === undefined ? 'there are several ways to close it' : `no way to close it is called "${quotable(to)}"`;
  throw invalid(what, {
    field: 'to',
    hint: `Give --to with one of ${names}.`,
    details: { names: ways.map(({ name }) => name) },
  });
}

function refusedTransition(answer: Answer, name: string): NotDone {
  const names = Object.keys(objectOf(errorBody(answer)['errors'])).map((id) => shownName(id) ?? 'a field');
  return new NotDone('refused', {
    detail:
      names.length > 0
        ? `the step "${quotable(name)}" asks for ${sentenceList(names.slice(0, 10))} (${answer.status})`
        : `the step "${quotable(name)}" is refused (${answer.status})`,
    hint: 'Move the issue in Jira, or choose another step with --to.',
  });
}

function change(client: Client, door: Door, path: string, rest: Partial<Change>): Change {
  const { url, headers } = jiraRequest(client, door, path);
  return { ...rest, method: 'POST', url, ...(headers ? { headers } : {}) };
}
