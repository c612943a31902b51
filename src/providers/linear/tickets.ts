import type { JsonObject } from '../../core/field.ts';
import type { Ticket, TicketMark } from '../../core/tickets.ts';
import { type Probe, Refusal } from '../../core/verification.ts';
import { at, listOf, textOf, unforeseen } from '../json-answer.ts';
import { askLinear } from './api.ts';

/** How issues and projects are read: Linear has no epics, so a release has one or the other. */

export type Kind = 'issue' | 'project';

export const fieldsOf: Readonly<Record<Kind, string>> = {
  issue: '{ id identifier url trashed archivedAt team { id } state { name type } }',
  project: '{ id name url trashed archivedAt status { name type } }',
};

const byId = `query Tickets($id: ID!) {
  issues(first: 1, includeArchived: true, filter: { id: { eq: $id } }) { nodes ${fieldsOf.issue} }
  projects(first: 1, includeArchived: true, filter: { id: { eq: $id } }) { nodes ${fieldsOf.project} }
}`;

/** An issue or a project of an id, which is ours. */
export async function findLinear(probe: Probe, { id }: Pick<TicketMark, 'id'>): Promise<Ticket[]> {
  return (await nodesOf(probe, id)).map(({ kind, node }) => ticketOf(kind, node));
}

export interface Found {
  kind: Kind;
  node: unknown;
}

async function nodesOf(probe: Probe, id: string): Promise<Found[]> {
  const data = await askLinear(probe, { query: byId, variables: { id } });
  return (['issue', 'project'] as const).flatMap((kind) => {
    const nodes = at(data, `${kind}s`, 'nodes');
    if (!Array.isArray(nodes)) throw unforeseen();
    return listOf(nodes).map((node) => ({ kind, node }));
  });
}

/** What is there of a ticket. @throws Refusal NOT_FOUND */
export async function nodeAt(probe: Probe, place: JsonObject): Promise<Found> {
  const found = (await nodesOf(probe, String(place['id']))).find(({ kind }) => kind === place['kind']);
  if (found) return found;
  throw new Refusal('NOT_FOUND', {
    detail: `the ${place['kind'] === 'project' ? 'project' : 'issue'} is gone, or the key cannot see it`,
    hint: 'Look for it in Linear.',
  });
}

export async function linearState(probe: Probe, place: JsonObject): Promise<Ticket> {
  const { kind, node } = await nodeAt(probe, place);
  return ticketOf(kind, node);
}

/** The types that are an end; whatever is not known here is open (Linear, 'Issue status', `ProjectStatusType`). */
const ends = ['completed', 'canceled', 'duplicate'];

export function ticketOf(kind: Kind, node: unknown): Ticket {
  const id = textOf(at(node, 'id'));
  const key = textOf(at(node, kind === 'issue' ? 'identifier' : 'name'));
  if (id === undefined || key === undefined) throw unforeseen();
  const status = at(node, kind === 'issue' ? 'state' : 'status');
  const isDone = ends.includes(textOf(at(status, 'type')) ?? '');
  // What is done is archived by itself after some time.
  const isHidden = at(node, 'trashed') === true || (!isDone && textOf(at(node, 'archivedAt')) !== undefined);
  return {
    state: isHidden ? 'trashed' : isDone ? 'done' : 'open',
    providerState: textOf(at(status, 'name')) ?? null,
    key,
    url: textOf(at(node, 'url')) ?? null,
    place: { kind, id },
  };
}
