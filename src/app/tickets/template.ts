import { invalid } from '../../core/error.ts';
import type { Json, JsonObject } from '../../core/field.ts';
import { nearest } from '../../core/nearest.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import { type Filled, type Piece, TemplateText } from '../../core/ticket-text.ts';

/** Variables by name; an empty one is a value too. */
export type Variables = Readonly<Record<string, string>>;

/** What stands for a variable where an epic template is written; four braces are two braces. */
const mark = /\{\{\{\{|\{\{\s*([^{}]*?)\s*\}\}|\{\{/g;

/**
 * The template with a value in the place of every `{{name}}`. Only texts have variables, never keys, and what a value
 * holds is not read again.
 * @throws AppError VALIDATION that names a variable without a value, and its place
 */
export function fillTemplate(template: JsonObject, variables: Variables): Readonly<Record<string, Filled>> {
  const fill = (value: Json, place: string): Filled => {
    if (typeof value === 'string') return new TemplateText(piecesOf(value, place, variables));
    if (Array.isArray(value)) return value.map((each, index) => fill(each, `${place}[${index}]`));
    if (typeof value !== 'object' || value === null) return value;
    return fillObject(value, place);
  };
  const fillObject = (value: JsonObject, place: string) =>
    Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each, `${place}.${quotable(name)}`)]));
  return fillObject(template, 'epicTemplate');
}

function piecesOf(text: string, place: string, variables: Variables): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(mark)) {
    pieces.push({ text: text.slice(end, found.index), isValue: false });
    end = found.index + found[0].length;
    if (found[0] === '{{{{') pieces.push({ text: '{{', isValue: false });
    else pieces.push({ text: variableValue(found[1], place, variables), isValue: true });
  }
  pieces.push({ text: text.slice(end), isValue: false });
  return pieces.filter((piece) => piece.text !== '');
}

function variableValue(name: string | undefined, place: string, variables: Variables): string {
  if (name === undefined || !variableName.test(name)) {
    throw invalid(`${place} has "{{" without the name of a variable behind it`, {
      field: 'epicTemplate',
      hint: 'Write {{version}} for a variable, and {{{{ for two braces.',
    });
  }
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (value !== undefined) return value;
  const names = Object.keys(variables);
  const near = nearest(name, names);
  throw invalid(`${place} names {{${name}}}, which has no value`, {
    field: 'epicTemplate',
    hint: `${near ? `Is {{${near}}} meant? Otherwise give` : 'Give'} it with --var ${name}=VALUE. These have one: ${sentenceList(names)}.`,
    details: { variable: name, place },
  });
}

export const variableName = /^[A-Za-z][\w.-]{0,63}$/;
