import { type Client, NotDone } from '../../core/client.ts';
import { invalid } from '../../core/error.ts';
import type { Json, JsonObject } from '../../core/field.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import type { Ticket, TicketActions, TicketDraft, TicketLink } from '../../core/tickets.ts';
import type { Answer, Change } from '../../core/verification.ts';
import { at, errorBody, listOf, sameName, textOf } from '../json-answer.ts';
import { azureRequest, projectPath } from './api.ts';
import { draftWorkItem, isRefusedInput, patchType, refusalOf } from './draft.ts';
import { bareTicketOf, findWorkItems, itemAt, itemPath, statesOf, workItemState } from './work-items.ts';

/** Facts: Microsoft's descriptions 7.1 (work items create, update). */

export const azureTickets: TicketActions = {
  names: { title: ['System.Title'], description: ['System.Description'], labels: ['System.Tags'] },
  lag: { everyMs: 2_000, forMs: 10_000 },
  refusesSecond: false,
  draft: draftWorkItem,
  create,
  find: findWorkItems,
  state: workItemState,
  link,
  close,
};

async function create(client: Client, { body, place }: TicketDraft): Promise<Ticket> {
  const path = `${projectPath(client)}/_apis/wit/workitems/$${encodeURIComponent(String(place['type']))}`;
  const answer = await client.change(change(client, path, { method: 'POST', json: body, accept: isRefusedInput }));
  if (isRefusedInput(answer)) throw new NotDone('refused', { kind: 'INPUT', ...refusalOf(answer) });
  const item = errorBody(answer);
  if (typeof item['id'] !== 'number') {
    throw new NotDone('uncertain', {
      detail: `Azure DevOps takes it, and does not say which work item it is (${answer.status})`,
    });
  }
  return bareTicketOf(client, item);
}

/** A second one of the same address may be refused or doubled, so the first is looked for. */
async function link(client: Client, place: JsonObject, { url, title }: TicketLink): Promise<void> {
  const item = await itemAt(client, place);
  if (listOf(at(item, 'relations')).some((each) => at(each, 'rel') === 'Hyperlink' && at(each, 'url') === url)) return;
  const value = { rel: 'Hyperlink', url, attributes: { comment: title } };
  const answer = await patch(client, item, place, { op: 'add', path: '/relations/-', value });
  if (isRefusedInput(answer)) throw new NotDone('refused', refusalOf(answer));
}

async function close(client: Client, place: JsonObject, to: string | undefined): Promise<Ticket> {
  const item = await itemAt(client, place);
  const type = textOf(at(item, 'fields', 'System.WorkItemType')) ?? 'Epic';
  const completed = (await statesOf(client, type)).filter(({ category }) => category === 'Completed');
  const names = completed.map(({ name }) => name);
  const answer = await patch(client, item, place, {
    op: 'add',
    path: '/fields/System.State',
    value: chosenOf(names, to),
  });
  if (isRefusedInput(answer)) {
    const { detail } = refusalOf(answer);
    throw new NotDone('refused', { detail, hint: 'Move it in Azure DevOps: its rules ask for more than the state.' });
  }
  const ticket = bareTicketOf(client, errorBody(answer));
  return { ...ticket, state: names.includes(ticket.providerState ?? '') ? 'done' : 'open' };
}

function chosenOf(names: readonly string[], to: string | undefined): string {
  const [only, ...others] = to === undefined ? names : names.filter((name) => sameName(name, to));
  if (only !== undefined && others.length === 0) return only;
  if (names.length === 0) {
    throw new NotDone('refused', {
      detail: 'the type has no state of the category Completed',
      hint: 'Look at the process of the project.',
    });
  }
  const told = names.map((name) => `"${quotable(name)}"`);
  const what =
    to === undefined ? 'there are several states that are done' : `no state that is done is called "${quotable(to)}"`;
  throw invalid(what, { field: 'to', hint: `Give --to with one of ${sentenceList(told, 'or')}.`, details: { names } });
}

/** Only as long as nobody else has changed it since it was read. */
async function patch(client: Client, item: unknown, place: JsonObject, operation: JsonObject): Promise<Answer> {
  const json = [{ op: 'test', path: '/rev', value: Number(at(item, 'rev')) }, operation] as Json;
  const accept = (answer: Answer) => isRefusedInput(answer) || answer.status === 412;
  const answer = await client.change(change(client, itemPath(client, place), { method: 'PATCH', json, accept }));
  if (answer.status !== 412) return answer;
  throw new NotDone('refused', { detail: 'somebody else has just changed it (412)', hint: 'Try again.' });
}

function change(client: Client, path: string, rest: Pick<Change, 'method' | 'json' | 'accept'>): Change {
  const { url, headers } = azureRequest(client, path);
  return { ...rest, url, headers: { ...headers, 'content-type': patchType } } as Change;
}
