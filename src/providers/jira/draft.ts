import { invalid } from '../../core/error.ts';
import type { Json, JsonObject } from '../../core/field.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import { type Filled, TemplateText } from '../../core/ticket-text.ts';
import type { TicketContent, TicketDraft, TicketMark } from '../../core/tickets.ts';
import type { Probe } from '../../core/verification.ts';
import { shownName } from '../json-answer.ts';
import { jsonOf } from '../template-json.ts';
import { documentOf } from './adf.ts';
import { enterJira } from './api.ts';
import { type CreateField, createFields, issueTypeOf } from './create-fields.ts';
import { isVersion3 } from './issues.ts';
import { wikiOf } from './wiki.ts';

/** What the integration says itself, and Jira fills in. */
const notOfTemplate = ['project', 'issuetype'];
const filledIn = [...notOfTemplate, 'reporter'];

/** The same in every Jira (Tenable, go-jira and others read it so); its name is translated, its id differs. */
const epicName = 'com.pyxis.greenhopper.jira:gh-epic-label';

/** Facts: Atlassian, 'Create issue'. What is not on the screen of a type cannot be set: only what its metadata lists is sent. */
export async function draftIssue(probe: Probe, content: TicketContent, mark: TicketMark): Promise<TicketDraft> {
  const { door } = await enterJira(probe);
  const type = await issueTypeOf(probe, door);
  const known = type && (await createFields(probe, door, type));
  refuseUnknown(content, known);
  const { title, description, labels } = content;
  refuseSpaces(labels);
  const rich = isVersion3(door) ? documentOf : wikiOf;
  const fields: JsonObject = {
    project: { key: probe.text('jiraProjectKey') ?? '' },
    issuetype: type ? { id: type.id } : { name: probe.text('jiraDefaultIssueType') ?? 'Epic' },
    summary: title,
    ...(description ? { description: rich(description) } : {}),
    labels: [...labels, mark.label],
    ...Object.fromEntries(
      Object.entries(content.fields).map(([id, value]) => [id, fieldValue(id, value, known, rich)]),
    ),
  };
  const named = known?.find(({ custom }) => custom === epicName);
  if (named && !(named.id in fields)) fields[named.id] = title;
  if (known) refuseMissing(known, fields);
  return { url: `${door.base}/issue`, body: { fields }, place: {} };
}

function fieldValue(
  id: string,
  value: Filled,
  known: CreateField[] | undefined,
  rich: (text: TemplateText) => Json,
): Json {
  const isRich = known?.some((field) => field.id === id && field.isRich);
  return isRich && value instanceof TemplateText ? rich(value) : jsonOf(value);
}

/** @throws AppError VALIDATION for keys of the template that the type does not have */
function refuseUnknown({ fields }: TicketContent, known: CreateField[] | undefined): void {
  const ids = known?.map(({ id }) => id).filter((id) => !notOfTemplate.includes(id));
  const unknown = Object.keys(fields).filter((id) => (ids ? !ids.includes(id) : notOfTemplate.includes(id)));
  if (unknown.length === 0) return;
  const names = unknown.map((id) => quotable(id));
  const accepted = ['title', ...(known ?? []).filter(({ id }) => ids?.includes(id)).map(toldField)];
  throw invalid(`epicTemplate sets ${sentenceList(names)}, which a new issue does not take`, {
    field: 'epicTemplate',
    hint: `It takes ${sentenceList(accepted.slice(0, 40))}.`,
    details: { unknown: names, accepted: ['title', ...(ids ?? [])] },
  });
}

/** `Epic Name (customfield_10011)`. */
function toldField({ id, name }: CreateField): string {
  return name === id || shownName(name) === undefined ? quotable(id) : `${quotable(name)} (${quotable(id)})`;
}

function refuseSpaces(labels: readonly string[]): void {
  const [label] = labels.filter((each) => /\s/.test(each));
  if (label === undefined) return;
  throw invalid(`the label "${quotable(label)}" has a space in it, which no label of Jira has`, {
    field: 'epicTemplate',
    hint: 'Write it with "-" or "_".',
  });
}

/** @throws AppError VALIDATION that lists what the template lacks, with the values that there are */
function refuseMissing(known: readonly CreateField[], fields: JsonObject): void {
  if (!known.some(({ id }) => id === 'labels')) {
    throw invalid('new issues of this type have no labels, and by a label the issue is found again', {
      field: 'jiraDefaultIssueType',
      hint: 'Have the field Labels put on the screen that creates them.',
    });
  }
  const missing = known.filter(({ id, isRequired }) => isRequired && !(id in fields) && !filledIn.includes(id));
  if (missing.length === 0) return;
  const lines = missing.map((field) => {
    const { allowed } = field;
    return allowed.length > 0 ? `${toldField(field)}: ${allowed.slice(0, 10).join(', ')}` : toldField(field);
  });
  throw invalid(`a new issue needs ${sentenceList(missing.map(toldField))}`, {
    field: 'epicTemplate',
    hint: 'Set what is in the brackets in the epic template: "update" --epic-template file:epic.json.',
    lines,
    details: { missing: missing.map(({ id, name, allowed }) => ({ id, name, allowed: allowed.slice(0, 10) })) },
  });
}
