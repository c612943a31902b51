import type { JsonObject } from '../../core/field.ts';
import type { Ticket, TicketMark } from '../../core/tickets.ts';
import { type Probe, Refusal } from '../../core/verification.ts';
import { at, jsonObject, listOf, textOf, unforeseen } from '../json-answer.ts';
import { askJira, type Door, enterJira, isMissing, jiraRequest } from './api.ts';

/** How issues are found and read. Facts: Atlassian, 'Search for issues using JQL enhanced search', 'Get issue'. */

/** Cloud's version of the API; Data Center has 2 alone. */
export function isVersion3(door: Door): boolean {
  return door.base.endsWith('/3');
}

/** Those of the project that bear the label. A new one may be missing for some seconds. */
export async function findIssues(probe: Probe, { label }: TicketMark): Promise<Ticket[]> {
  const { door } = await enterJira(probe);
  const project = quoted(probe.text('jiraProjectKey') ?? '');
  const jql = `project = ${project} AND labels = ${quoted(label)} ORDER BY created ASC`;
  const path = isVersion3(door) ? '/search/jql' : '/search';
  const json = { jql, fields: ['summary', 'status'], maxResults: 5 };
  const answer = await probe.send(jiraRequest(probe, door, path, { method: 'POST', repeatable: true, json }));
  const { issues } = jsonObject(answer);
  if (!Array.isArray(issues)) throw unforeseen();
  return issues.map((issue) => ticketOf(probe, issue));
}

/** A text of JQL. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

export async function issueState(probe: Probe, place: JsonObject): Promise<Ticket> {
  const { door } = await enterJira(probe);
  const path = `/issue/${issueAt(place)}?fields=status`;
  const answer = await askJira(probe, door, path, (each) => isMissing(probe, each));
  if (answer.status !== 404) return ticketOf(probe, jsonObject(answer));
  throw new Refusal('NOT_FOUND', {
    detail: 'the issue is gone, or the user cannot see it (404)',
    hint: 'Look for it in Jira, in its archive too.',
  });
}

/** What its place in the API is called; the key of one that was moved leads there too. */
export function issueAt(place: JsonObject): string {
  return encodeURIComponent(String(place['id'] ?? ''));
}

/** @param issue as an answer has it, with its status or without */
export function ticketOf(probe: Probe, issue: unknown): Ticket {
  const id = textOf(at(issue, 'id'));
  const key = textOf(at(issue, 'key'));
  if (id === undefined || key === undefined) throw unforeseen();
  const status = at(issue, 'fields', 'status');
  return {
    state: at(status, 'statusCategory', 'key') === 'done' ? 'done' : 'open',
    providerState: textOf(at(status, 'name')) ?? null,
    key,
    url: `${probe.text('jiraUrl')}/browse/${encodeURIComponent(key)}`,
    place: { id },
  };
}

/** A way from one status to another. */
export interface Transition {
  id: string;
  name: string;
  /** Where it leads. */
  to: string;
}

/** The ways that lead from an issue's status to one that is done. */
export async function transitionsToDone(probe: Probe, door: Door, place: JsonObject): Promise<Transition[]> {
  const answer = await askJira(probe, door, `/issue/${issueAt(place)}/transitions`);
  const { transitions } = jsonObject(answer);
  if (!Array.isArray(transitions)) throw unforeseen();
  return listOf(transitions).flatMap((each) => {
    const id = textOf(at(each, 'id'));
    const isDone = at(each, 'to', 'statusCategory', 'key') === 'done' && at(each, 'isAvailable') !== false;
    if (id === undefined || !isDone) return [];
    const name = textOf(at(each, 'name')) ?? id;
    return [{ id, name, to: textOf(at(each, 'to', 'name')) ?? name }];
  });
}
