import { AppError } from '../../core/error.ts';
import type { JsonObject } from '../../core/field.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import type { Ticket, TicketMark } from '../../core/tickets.ts';
import { type Probe, Refusal } from '../../core/verification.ts';
import { at, isMissing, jsonObject, listOf, sameName, shownName, textOf, unforeseen } from '../json-answer.ts';
import { ask, azureDevopsApi, azureRequest, projectPath } from './api.ts';

/** How work items are found and read. Facts: Microsoft's descriptions 7.1 (WIQL, work items, work item type states). */

/** What processes are called by in the API, whatever the language. */
const epicReference = 'Microsoft.VSTS.WorkItemTypes.Epic';

/** The name of the type for epics. @throws AppError NOT_FOUND that lists the types */
export async function epicType(probe: Probe): Promise<string> {
  const path = `${projectPath(probe)}/_apis/wit/workitemtypes`;
  const { value } = jsonObject(await ask(probe, azureRequest(probe, path)));
  if (!Array.isArray(value)) throw unforeseen();
  const types = listOf(value).filter((type) => at(type, 'isDisabled') !== true);
  const isEpic = (type: unknown) =>
    at(type, 'referenceName') === epicReference || sameName(textOf(at(type, 'name')) ?? '', 'Epic');
  const name = textOf(at(types.find(isEpic), 'name'));
  if (name !== undefined) return name;
  const names = types.flatMap((type) => shownName(at(type, 'name')) ?? []).slice(0, 20);
  throw new AppError(
    'NOT_FOUND',
    `the project "${quotable(probe.text('azureProject') ?? '')}" has no work item type Epic`,
    {
      field: 'azureProject',
      hint: `Add or enable it in the process of the project. It has ${sentenceList(names)}.`,
    },
  );
}

export interface TypeField {
  /** Such as `Microsoft.VSTS.Common.Priority`. */
  reference: string;
  name: string;
  allowed: string[];
}

export async function typeFields(probe: Probe, type: string): Promise<TypeField[]> {
  const path = `${projectPath(probe)}/_apis/wit/workitemtypes/${encodeURIComponent(type)}/fields?$expand=all`;
  const { value } = jsonObject(await ask(probe, azureRequest(probe, path)));
  if (!Array.isArray(value)) throw unforeseen();
  return listOf(value).flatMap((field) => {
    const reference = textOf(at(field, 'referenceName'));
    if (reference === undefined) return [];
    const allowed = listOf(at(field, 'allowedValues')).flatMap((each) => shownName(each) ?? []);
    return [{ reference, name: textOf(at(field, 'name')) ?? reference, allowed }];
  });
}

/** Those that bear the tag, compared by themselves: whether a query compares whole tags is not said. */
export async function findWorkItems(probe: Probe, { label }: TicketMark): Promise<Ticket[]> {
  const query = `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Tags] CONTAINS '${label}' ORDER BY [System.Id]`;
  const path = `${projectPath(probe)}/_apis/wit/wiql?$top=5`;
  const answer = await ask(probe, azureRequest(probe, path, { method: 'POST', json: { query }, repeatable: true }));
  const { workItems } = jsonObject(answer);
  if (!Array.isArray(workItems)) throw unforeseen();
  const tickets: Ticket[] = [];
  for (const each of listOf(workItems)) {
    const item = await readItem(probe, { id: String(at(each, 'id')) });
    if (item && tagsOf(item).includes(label)) tickets.push(await ticketOf(probe, item));
  }
  return tickets;
}

function tagsOf(item: unknown): string[] {
  const tags = textOf(at(item, 'fields', 'System.Tags')) ?? '';
  return tags.split(';').map((tag) => tag.trim().toLowerCase());
}

/** Undefined where it is gone. */
async function readItem(probe: Probe, place: JsonObject): Promise<unknown> {
  const path = `${itemPath(probe, place)}?$expand=relations`;
  const answer = await ask(probe, azureRequest(probe, path, { accept: isMissing }));
  return answer.status === 404 ? undefined : jsonObject(answer);
}

export function itemPath(probe: Probe, place: JsonObject): string {
  return `${projectPath(probe)}/_apis/wit/workitems/${encodeURIComponent(String(place['id']))}`;
}

/** A work item with its relations. @throws Refusal NOT_FOUND */
export async function itemAt(probe: Probe, place: JsonObject): Promise<unknown> {
  const item = await readItem(probe, place);
  if (item !== undefined) return item;
  throw new Refusal('NOT_FOUND', {
    detail: 'the work item is gone, or the token cannot see it (404)',
    hint: 'Look for it in Azure DevOps, in the recycle bin too.',
  });
}

export async function workItemState(probe: Probe, place: JsonObject): Promise<Ticket> {
  return ticketOf(probe, await itemAt(probe, place));
}

/** @param item as an answer has it */
export async function ticketOf(probe: Probe, item: unknown): Promise<Ticket> {
  const { state, ...ticket } = bareTicketOf(probe, item);
  const type = textOf(at(item, 'fields', 'System.WorkItemType'));
  if (type === undefined || ticket.providerState === null) return { ...ticket, state };
  const category = (await statesOf(probe, type)).find(({ name }) => name === ticket.providerState)?.category ?? '';
  return { ...ticket, state: /^(Completed|Removed)$/i.test(category) ? 'done' : 'open' };
}

/** Without the category of its state, which another answer tells: as one that was made just now. */
export function bareTicketOf(probe: Probe, item: unknown): Ticket {
  const id = at(item, 'id');
  if (typeof id !== 'number') throw unforeseen();
  const organization = encodeURIComponent(probe.text('azureOrganization') ?? '');
  const page = `${probe.base(azureDevopsApi)}/${organization}/${projectPath(probe)}/_workitems/edit/${id}`;
  return {
    state: 'open',
    providerState: textOf(at(item, 'fields', 'System.State')) ?? null,
    key: String(id),
    url: textOf(at(item, '_links', 'html', 'href')) ?? page,
    place: { id },
  };
}

export interface State {
  name: string;
  /** `Proposed`, `InProgress`, `Resolved`, `Completed` or `Removed`, whatever the process calls the state. */
  category: string;
}

export async function statesOf(probe: Probe, type: string): Promise<State[]> {
  const path = `${projectPath(probe)}/_apis/wit/workitemtypes/${encodeURIComponent(type)}/states`;
  const { value } = jsonObject(await ask(probe, azureRequest(probe, path)));
  if (!Array.isArray(value)) throw unforeseen();
  return listOf(value).map((state) => ({
    name: textOf(at(state, 'name')) ?? '',
    category: textOf(at(state, 'category')) ?? '',
  }));
}
