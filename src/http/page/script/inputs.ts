import { make } from './dom.ts';
import type { FieldDescription } from './shapes.ts';

/** What a value may be; `null` is an emptied one. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** Why what was typed cannot be sent: a clause such as `must be a whole number`. */
export class Unreadable extends Error {}

/** Where the value of a field is typed. */
export interface Input {
  /** What a label is for; a group has its own. */
  element: HTMLElement;
  isGroup?: true;
  /** What stands beside it. */
  beside?: HTMLElement;
  /** As text, by which a change is known. */
  text(): string;
  /** Shows what is stored. */
  set(value: Value): void;
  /** @throws Unreadable */
  read(): Value;
}

export interface Option {
  value: string;
  text: string;
}

/** @param options of a reference */
export function inputOf(field: FieldDescription, id: string, options: readonly Option[]): Input {
  switch (field.kind) {
    case 'boolean':
      return checkbox(id);
    case 'reference':
      return choice(id, options);
    case 'integer':
      return line(id, { inputmode: 'numeric' }, whole);
    case 'date':
      return line(id, { type: 'date' }, (text) => text, day);
    case 'url':
      return line(id, { inputmode: 'url' });
    case 'token':
      return line(id, { type: 'password' });
    case 'private-key':
      return keyFile(id);
    case 'list':
      return field.inWords ? picks(id, field, field.inWords) : lines(id, listOf, listText);
    case 'map':
      return lines(id, mapOf, mapText);
    case 'json':
      return lines(id, jsonOf, (value) => JSON.stringify(value, null, 2));
    default:
      return line(id, {});
  }
}

const unaided = { autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' } as const;
const plain = (value: Value) => String(value);

function line(
  id: string,
  attributes: Readonly<Record<string, string>>,
  read: (text: string) => Value = (text) => text,
  shown = plain,
): Input {
  return typed(make('input', { id, type: 'text', ...unaided, ...attributes }), read, shown);
}

function lines(id: string, read: (text: string) => Value, shown: (value: Value) => string): Input {
  return typed(make('textarea', { id, rows: 3, ...unaided }), read, shown);
}

function typed(
  element: HTMLInputElement | HTMLTextAreaElement,
  read: (text: string) => Value,
  shown: (value: Value) => string,
): Input {
  return {
    element,
    text: () => element.value,
    set: (value) => {
      element.value = value === null ? '' : shown(value);
    },
    read: () => (element.value.trim() === '' ? null : read(element.value)),
  };
}

/** A key is pasted, or read from its file; nobody looks over a shoulder at it. */
function keyFile(id: string): Input {
  const input = typed(make('textarea', { id, rows: 3, class: 'masked', ...unaided }), (text) => text, plain);
  const file = make('input', {
    id: `${id}-file`,
    type: 'file',
    change: async () => {
      const [chosen] = file.files ?? [];
      if (chosen) input.set(await chosen.text());
      file.value = '';
      input.element.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });
  const beside = make('p', { class: 'file' }, make('label', { for: file.id }, 'or from its file'), file);
  return { ...input, beside };
}

function checkbox(id: string): Input {
  const element = make('input', { id, type: 'checkbox' });
  return {
    element,
    text: () => String(element.checked),
    set: (value) => {
      element.checked = value === true;
    },
    read: () => element.checked,
  };
}

function choice(id: string, options: readonly Option[]): Input {
  const element = make('select', { id, autocomplete: 'off' }, ...optionsOf(options));
  return {
    element,
    text: () => element.value,
    set: (value) => {
      element.value = value === null ? '' : String(value);
    },
    read: () => (element.value === '' ? null : element.value),
  };
}

function optionsOf(options: readonly Option[]): HTMLElement[] {
  const none = make('option', { value: '' }, options.length === 0 ? 'There is none yet' : 'Choose one');
  return [none, ...options.map(({ value, text }) => make('option', { value }, text))];
}

/** A list of which never having been set means something of its own. */
function picks(id: string, { suggestions }: FieldDescription, inWords: { unset: string; empty: string }): Input {
  const all = make('input', { type: 'radio', name: id, id: `${id}-all` });
  const some = make('input', { type: 'radio', name: id, id: `${id}-some` });
  const boxes = new Map<string, HTMLInputElement>();
  const chosen = make('div', { class: 'picks' });
  const offer = (value: string, meaning: string) => {
    const box = make('input', { type: 'checkbox', id: `${id}-${value}`, change: () => (some.checked = true) });
    boxes.set(value, box);
    chosen.append(
      make('p', {}, box, make('label', { for: box.id }, make('code', {}, value), ' ', make('small', {}, meaning))),
    );
  };
  for (const { value, meaning } of suggestions) offer(value, meaning);
  const read = () => [...boxes].filter(([, box]) => box.checked).map(([value]) => value);
  return {
    isGroup: true,
    element: make(
      'div',
      { id },
      make('p', {}, all, make('label', { for: all.id }, inWords.unset)),
      make('p', {}, some, make('label', { for: some.id }, `these; none chosen: ${inWords.empty}`)),
      chosen,
    ),
    text: () => (all.checked ? '' : JSON.stringify(read())),
    set: (value) => {
      const stored = Array.isArray(value) ? value.map(String) : undefined;
      for (const each of stored ?? []) if (!boxes.has(each)) offer(each, 'one of your own');
      all.checked = stored === undefined;
      some.checked = stored !== undefined;
      for (const [name, box] of boxes) box.checked = stored?.includes(name) ?? false;
    },
    read: () => (all.checked ? null : read()),
  };
}

function whole(text: string): number {
  if (!/^\s*\d{1,15}\s*$/.test(text)) throw new Unreadable('must be a whole number');
  return Number(text);
}

function day(value: Value): string {
  return String(value).slice(0, 10);
}

function listOf(text: string): string[] {
  return linesOf(text);
}

function listText(value: Value): string {
  return Array.isArray(value) ? value.join('\n') : '';
}

function mapOf(text: string): Record<string, string> {
  const entries = linesOf(text).map((each) => {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(each) ?? [];
    if (name === undefined || value === undefined) throw new Unreadable('must be NAME=VALUE on each line');
    return [name.trim(), value] as const;
  });
  return Object.fromEntries(entries);
}

function mapText(value: Value): string {
  return Object.entries(value ?? {})
    .map(([name, each]) => `${name}=${String(each)}`)
    .join('\n');
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function jsonOf(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    throw new Unreadable('is not JSON');
  }
}
