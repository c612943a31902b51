import { invalid } from '../../core/error.ts';
import type { JsonObject } from '../../core/field.ts';
import { isRecord } from '../../core/record.ts';
import { type Filled, TemplateText } from '../../core/ticket-text.ts';
import type { TicketActions, TicketContent } from '../../core/tickets.ts';
import type { Integration } from '../../db/stores/codec.ts';
import { fillTemplate, type Variables } from './template.ts';

/** By their characters: Jira's summary, Azure's System.Title. */
const longestTitle = 255;

/** What is asked for beside the template. */
export interface Words {
  release: string;
  /** In place of the template's. */
  title: string | undefined;
  variables: Variables;
}

/**
 * What a ticket is to say: what every template may say under one name or the provider's own, and the rest.
 * @throws AppError VALIDATION for a variable without a value, and for a title or labels that cannot be
 */
export function contentOf(integration: Integration, names: TicketActions['names'], asked: Words): TicketContent {
  const stored = integration['epicTemplate'];
  const fields = { ...fillTemplate(isRecord(stored) ? (stored as JsonObject) : {}, asked.variables) };
  const title = taken(fields, ['title', ...names.title]);
  const description = taken(fields, ['description', ...names.description]);
  const labels = taken(fields, ['labels', ...names.labels]);
  // What is no text is in the provider's own form.
  if (description && !(description.value instanceof TemplateText)) fields[description.name] = description.value;
  return {
    title: titleOf(asked, title),
    description: description?.value instanceof TemplateText ? description.value : undefined,
    labels: labels ? labelsOf(labels) : [],
    fields,
  };
}

interface Taken {
  name: string;
  value: Filled;
}

/** One that is said under several names could mean either. */
function taken(fields: Record<string, Filled>, names: readonly string[]): Taken | undefined {
  const [name, another] = [...new Set(names)].filter((each) => Object.hasOwn(fields, each));
  if (name === undefined) return undefined;
  if (another !== undefined) {
    throw invalid(`epicTemplate has ${name} and ${another}, which are the same`, {
      field: 'epicTemplate',
      hint: 'Leave one of them out.',
    });
  }
  const value = fields[name] as Filled;
  delete fields[name];
  return { name, value };
}

function titleOf({ title, release }: Words, given: Taken | undefined): string {
  const place = title === undefined && given ? `epicTemplate.${given.name}` : 'the title';
  if (title === undefined && given && !(given.value instanceof TemplateText)) throw unfit(place, 'is not a text');
  const text = (title ?? (given?.value as TemplateText | undefined)?.plain ?? `Release ${release}`).trim();
  if (text === '') throw unfit(place, 'is empty');
  if (/[\r\n\u2028\u2029]/.test(text)) throw unfit(place, 'has a line break');
  if ([...text].length > longestTitle) throw unfit(place, `is longer than ${longestTitle} characters`);
  return text;
}

/** A list, or a text with `;` between them, as Azure DevOps has its tags. */
function labelsOf({ name, value }: Taken): string[] {
  const entries = value instanceof TemplateText ? [value] : Array.isArray(value) ? (value as readonly Filled[]) : [];
  const isList = value instanceof TemplateText || Array.isArray(value);
  if (!isList || !entries.every((each) => each instanceof TemplateText))
    throw unfit(`epicTemplate.${name}`, 'is not a list of texts');
  const texts = entries.map(({ plain }) => plain);
  const labels = value instanceof TemplateText ? texts.flatMap((text) => text.split(';')) : texts;
  return [...new Set(labels.map((label) => label.trim()).filter((label) => label !== ''))];
}

function unfit(place: string, reason: string) {
  return invalid(`${place} ${reason}`, { field: place.startsWith('epic') ? 'epicTemplate' : 'title' });
}
