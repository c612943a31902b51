import { type AppError, invalid } from '../../core/error.ts';
import type { Json } from '../../core/field.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import { type Filled, TemplateText } from '../../core/ticket-text.ts';
import type { TicketContent, TicketDraft, TicketMark } from '../../core/tickets.ts';
import type { Answer, Probe } from '../../core/verification.ts';
import { errorBody, textOf } from '../json-answer.ts';
import { jsonOf } from '../template-json.ts';
import { ask, azureRequest, projectPath, ruledFields } from './api.ts';
import { htmlOf } from './html.ts';
import { epicType, type TypeField, typeFields } from './work-items.ts';

/** Fields of formatted text beside the description (Microsoft Learn, 'Work item fields'). */
const richFields = ['Microsoft.VSTS.Common.AcceptanceCriteria', 'Microsoft.VSTS.TCM.ReproSteps'];

export const patchType = 'application/json-patch+json';

/** Azure runs its rules over the very same request, and saves nothing. */
export async function draftWorkItem(probe: Probe, content: TicketContent, mark: TicketMark): Promise<TicketDraft> {
  const type = await epicType(probe);
  const { title, description, labels, fields } = content;
  refuseSeparators(labels);
  const known = Object.keys(fields).length > 0 ? await typeFields(probe, type) : [];
  refuseUnknown(Object.keys(fields), known);
  const values: [string, Json][] = [
    ['System.Title', title],
    ...(description ? [['System.Description', htmlOf(description)] as [string, Json]] : []),
    ['System.Tags', [...labels, mark.label].join('; ')],
    ...Object.entries(fields).map(([name, value]): [string, Json] => [name, ownValue(name, value)]),
  ];
  const body = values.map(([name, value]) => ({ op: 'add', path: `/fields/${name}`, value }));
  const path = `${projectPath(probe)}/_apis/wit/workitems/$${encodeURIComponent(type)}`;
  const headers = { 'content-type': patchType };
  const rest = { method: 'POST', headers, json: body, repeatable: true, accept: isRefusedInput } as const;
  const answer = await ask(probe, azureRequest(probe, `${path}?validateOnly=true`, rest));
  if (isRefusedInput(answer)) throw await missing(probe, type, answer);
  return { url: String(azureRequest(probe, path).url), body, place: { type } };
}

function ownValue(name: string, value: Filled): Json {
  return richFields.includes(name) && value instanceof TemplateText ? htmlOf(value) : jsonOf(value);
}

/** A 400 in Azure's own form. */
export function isRefusedInput(answer: Answer): boolean {
  return answer.status === 400 && !answer.isPage && codeOf(answer) !== undefined;
}

/** What its message begins with, such as `TF401320`; its type where it has none. */
export function codeOf(answer: Answer): string | undefined {
  const { message, typeKey } = errorBody(answer);
  const code = /^(TF|VS)\d{4,8}\b/.exec(textOf(message) ?? '')?.[0];
  return code ?? /^[A-Za-z]{3,60}$/.exec(textOf(typeKey) ?? '')?.[0];
}

/** What stands against it, by its code and the fields alone: its text may repeat what was sent. */
export function refusalOf(answer: Answer): { detail: string; hint: string } {
  const code = codeOf(answer) ?? String(answer.status);
  if (code === 'TF401347') {
    return {
      detail: `the area or the iteration is not there (${code})`,
      hint: 'Correct System.AreaPath or System.IterationPath in the epic template: the project, then "\\" and its part.',
    };
  }
  const names = ruledFields(answer);
  return {
    detail: names.length > 0 ? `a rule stands against ${sentenceList(names)} (${code})` : `it does not fit (${code})`,
    hint: 'Correct it in the epic template: "update" --epic-template file:epic.json.',
  };
}

async function missing(probe: Probe, type: string, answer: Answer): Promise<AppError> {
  const { detail, hint } = refusalOf(answer);
  const names = ruledFields(answer);
  const known = names.length > 0 ? await typeFields(probe, type) : [];
  const lines = known.filter(({ reference }) => names.includes(reference)).map(toldField);
  return invalid(`a new ${quotable(type)} is not accepted: ${detail}`, {
    field: 'epicTemplate',
    hint,
    lines,
    details: { code: codeOf(answer), fields: names },
  });
}

/** `Priority (Microsoft.VSTS.Common.Priority): 1, 2, 3, 4`. */
function toldField({ reference, name, allowed }: TypeField): string {
  const told = `${quotable(name)} (${quotable(reference)})`;
  return allowed.length > 0 ? `${told}: ${allowed.slice(0, 10).join(', ')}` : told;
}

function refuseUnknown(names: readonly string[], known: readonly TypeField[]): void {
  const references = known.map(({ reference }) => reference);
  const unknown = names.filter((name) => !references.includes(name)).map((name) => quotable(name));
  if (unknown.length === 0) return;
  throw invalid(`epicTemplate sets ${sentenceList(unknown)}, which the type does not have`, {
    field: 'epicTemplate',
    hint: `It takes ${sentenceList(['title', 'description', 'labels', ...references.slice(0, 40)])}.`,
    details: { unknown, accepted: ['title', 'description', 'labels', ...references] },
  });
}

function refuseSeparators(labels: readonly string[]): void {
  const [label] = labels.filter((each) => /[;,]/.test(each));
  if (label === undefined) return;
  throw invalid(`the label "${quotable(label)}" has a ";" or "," in it, which no tag has`, { field: 'epicTemplate' });
}
