import { type Child, linkTo, make } from './dom.ts';
import { type Input, inputOf, type Option, Unreadable, type Value } from './inputs.ts';
import type { FieldDescription } from './shapes.ts';

/** A field of a form: its label, its help, where its value is typed, and what is wrong with that. */
export interface Control {
  readonly field: FieldDescription;
  readonly element: HTMLElement;
  /** Whether it will hold a value once this is sent. */
  has(): boolean;
  /** What is to be sent; undefined where it is as it was. @throws Unreadable */
  read(): Value | undefined;
  /** Takes what is stored now, where nothing was typed. */
  renew(stored: Value): void;
  /** Says whether it must have a value. */
  mark(isNeeded: boolean): void;
  /** @param reason a clause; undefined takes it away */
  refuse(reason: string | undefined): void;
  focus(): void;
  /** Empties a credential. */
  forget(): void;
}

/** @param stored what is stored: of a credential whether it is set; undefined for a new integration */
export function controlOf(field: FieldDescription, stored: Value | undefined, options: readonly Option[]): Control {
  const id = `field-${field.name}`;
  const input = inputOf(field, id, options);
  const clear = field.credential && stored === true && !field.required ? clearing(id) : undefined;
  let isSet = field.credential && stored === true;
  let shown = showing(input, field, stored);

  const mark = make('span', { class: 'needed' });
  const wrong = make('p', { class: 'wrong', id: `${id}-wrong` });
  const element = frame(field, input, [mark], [clear?.element, wrong], isSet);
  const focusable = input.isGroup ? input.element.querySelector('input') : input.element;

  return {
    field,
    element,
    has: () => (isSet && !clear?.box.checked) || input.text().trim() !== '',
    read() {
      if (clear?.box.checked) return null;
      return input.text() === shown ? undefined : input.read();
    },
    renew(now) {
      if (field.credential) isSet = now === true;
      else if (input.text() === shown) shown = showing(input, field, now);
    },
    mark(isNeeded) {
      mark.textContent = isNeeded ? 'needed' : '';
      focusable?.toggleAttribute('required', isNeeded);
    },
    refuse(reason) {
      wrong.textContent = reason === undefined ? '' : `${field.label} ${reason}.`;
      if (focusable) focusable.ariaInvalid = reason === undefined ? null : 'true';
    },
    focus() {
      element.closest('details')?.setAttribute('open', '');
      focusable?.focus();
    },
    forget() {
      if (field.credential) input.set(null);
    },
  };
}

function showing(input: Input, field: FieldDescription, stored: Value | undefined): string {
  input.set(field.credential ? null : (stored ?? (stored === undefined ? field.default : null)));
  return input.text();
}

function clearing(id: string) {
  const box = make('input', { type: 'checkbox', id: `${id}-clear` });
  return { box, element: make('p', {}, box, make('label', { for: box.id }, 'take the stored one away')) };
}

function frame(
  field: FieldDescription,
  input: Input,
  besideLabel: readonly Child[],
  below: readonly Child[],
  isSet: boolean,
): HTMLElement {
  const { label, kind } = field;
  const { id } = input.element;
  const help = make('div', { class: 'help', id: `${id}-help` }, ...helpOf(field, isSet));
  const described = `${id}-help ${id}-wrong`;
  if (input.isGroup) {
    return make(
      'fieldset',
      { class: 'field', 'aria-describedby': described },
      make('legend', {}, label, ' ', ...besideLabel),
      input.element,
      ...below,
    );
  }
  input.element.setAttribute('aria-describedby', described);
  const words = make('label', { for: id }, label, ' ', ...besideLabel);
  return make(
    'div',
    { class: `field ${kind === 'boolean' ? 'of-box' : ''}` },
    ...(kind === 'boolean' ? [input.element, words, help] : [words, help, input.element]),
    input.beside,
    ...below,
  );
}

/** How the kinds are typed here; their own help says how the command line takes them. */
const typedHere: Partial<Record<FieldDescription['kind'], string>> = {
  json: 'A JSON object.',
  map: 'NAME=VALUE, each on a line of its own. They are stored as they are, so not for credentials.',
};

function helpOf(field: FieldDescription, isSet: boolean): Child[] {
  const { help, kind, example, credential, whereToGet, permissions, madeAt } = field;
  const isPlain = !credential && kind !== 'json' && kind !== 'map' && kind !== 'reference' && kind !== 'date';
  const such = isPlain && example !== null ? ` Such as ${example}.` : '';
  const each = kind === 'list' ? ' Each on a line of its own.' : '';
  return [
    make('p', {}, `${typedHere[kind] ?? (help === '' ? '' : `${help}.`)}${such}${each}`),
    isSet && make('p', {}, 'One is stored. It is not shown; leave this empty to keep it.'),
    whereToGet !== null && make('p', {}, make('b', {}, 'Made at: '), whereToGet, ...pages(madeAt)),
    permissions !== null && make('p', {}, make('b', {}, 'Allowed to: '), permissions),
  ];
}

function pages(addresses: readonly string[]): Child[] {
  return addresses.flatMap((address) => [' · ', linkTo(address, placeOf(address))]);
}

function placeOf(address: string): string {
  return /^https?:\/\/([^?#]+?)\/?(?:[?#]|$)/.exec(address)?.[1] ?? address;
}

export { Unreadable };
