import { type Answered, newKey, Problem } from './api.ts';
import { type Control, controlOf, Unreadable } from './control.ts';
import { type Desk, say } from './desk.ts';
import { type Child, make, whileBusy } from './dom.ts';
import type { Option, Value } from './inputs.ts';
import type { FieldDescription, Integration, ProviderDescription } from './shapes.ts';
import { problemOf, trouble } from './trouble.ts';

export type Values = Readonly<Record<string, Value>>;

/** What a form is for. */
export interface Purpose {
  provider: ProviderDescription;
  fields: readonly FieldDescription[];
  /** What is changed; absent for a new one. */
  stored?: Answered<Integration>;
  /** What the button says. */
  does: string;
  /** Below the fields. */
  extra?: readonly Child[];
  /** @param key the same for each try of the same */
  send(values: Values, key: string): Promise<Answered<Integration>>;
  /** Reads what is stored now, after somebody else changed it. */
  readAnew?(): Promise<Answered<Integration>>;
  /** Is told what is stored, after it was. */
  done(stored: Integration): Promise<void>;
}

/** A form of a provider's fields. */
export function formOf(desk: Desk, purpose: Purpose): HTMLFormElement {
  const { provider, fields, stored, does, extra = [] } = purpose;
  const controls = fields.map((field) =>
    controlOf(field, stored && storedValue(field, stored.body), optionsOf(desk, provider, field)),
  );
  const [first, more] = [controls.filter(isFirst), controls.filter((control) => !isFirst(control))];
  const troubles = make('div', {});
  const pressed = make('button', { class: 'first' }, does);
  const form = make(
    'form',
    {
      novalidate: true,
      autocomplete: 'off',
      input: () => markNeeded(controls),
      submit: (event) => {
        event.preventDefault();
        return whileBusy(pressed, () => submit(purpose, controls, troubles));
      },
    },
    troubles,
    ...first.map(({ element }) => element),
    more.length > 0 && make('details', {}, make('summary', {}, 'More'), ...more.map(({ element }) => element)),
    ...extra,
    make('p', { class: 'actions' }, pressed),
  );
  markNeeded(controls);
  return form;
}

function storedValue({ name, credential }: FieldDescription, stored: Integration): Value {
  const value = credential ? stored.credentials[name] : stored[name];
  return (value ?? null) as Value;
}

/** What `setup` asks for; the rest stands behind it. */
function isFirst({ field, has }: Control): boolean {
  const { required, asked, requiredWith, requiredUnless } = field;
  return required || asked || requiredWith.length > 0 || requiredUnless !== null || (field.credential && has());
}

/** What a reference may name. */
function optionsOf({ seen }: Desk, { scm }: ProviderDescription, { references }: FieldDescription): Option[] {
  if (references === null) return [];
  return seen.status.integrations
    .filter(({ category, type }) => category === references && (references !== 'scm' || scm === null || type === scm))
    .map(({ id, displayName, isActive }) => ({
      value: id,
      text: isActive ? displayName : `${displayName} (switched off)`,
    }));
}

function isNeeded({ field }: Control, controls: readonly Control[]): boolean {
  const has = (name: string) => controls.find((each) => each.field.name === name)?.has() ?? false;
  const { required, requiredWith, requiredUnless } = field;
  return required || requiredWith.some(has) || (requiredUnless !== null && !has(requiredUnless));
}

function markNeeded(controls: readonly Control[]): void {
  for (const control of controls) control.mark(isNeeded(control, controls));
}

async function submit(purpose: Purpose, controls: readonly Control[], troubles: HTMLElement): Promise<void> {
  troubles.replaceChildren();
  const values = readAll(controls);
  if (!values) return;
  if (Object.keys(values).length === 0) {
    const reason = purpose.stored ? 'Nothing was changed, so nothing was sent' : 'Nothing is filled in';
    troubles.replaceChildren(trouble(new Problem(-1, { detail: reason, hint: 'Fill in what is to be stored.' })));
    controls[0]?.focus();
    return;
  }
  // What is sent is no longer on the page, whatever comes of it.
  for (const { forget } of controls) forget();
  markNeeded(controls);
  const key = newKey();
  await send(purpose, { values, key, controls, troubles });
}

/** What was typed; undefined where that cannot be sent, which stands beside its fields then. */
function readAll(controls: readonly Control[]): Record<string, Value> | undefined {
  const values: Record<string, Value> = {};
  const wrong = controls.filter((control) => {
    const reason = reasonAgainst(control, controls, values);
    control.refuse(reason);
    return reason !== undefined;
  });
  wrong[0]?.focus();
  return wrong.length === 0 ? values : undefined;
}

function reasonAgainst(
  control: Control,
  controls: readonly Control[],
  values: Record<string, Value>,
): string | undefined {
  if (isNeeded(control, controls) && !control.has()) return 'is needed';
  try {
    const value = control.read();
    if (value !== undefined) values[control.field.name] = value;
    return undefined;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

interface Sent {
  values: Values;
  key: string;
  controls: readonly Control[];
  troubles: HTMLElement;
}

async function send(purpose: Purpose, sent: Sent): Promise<void> {
  const { values, key, controls, troubles } = sent;
  say('Sending …');
  let stored: Integration;
  try {
    stored = (await purpose.send(values, key)).body;
  } catch (error) {
    say();
    const problem = problemOf(error);
    if (problem.status === 412 && purpose.readAnew) return await renewed(purpose.readAnew, sent);
    const places = refuse(problem, controls);
    // The same again under the same key is done once, whether or not the first try arrived.
    troubles.replaceChildren(places > 0 ? refusal(places) : trouble(error, () => send(purpose, sent)));
    return;
  }
  await purpose.done(stored);
}

/** Puts the reasons of the API beside their fields, and the focus on the first. @returns how many fields there are */
function refuse({ errors }: Problem, controls: readonly Control[]): number {
  const refused = controls.filter(({ field: { name }, refuse: tell }) => {
    const reasons = errors.filter(({ field }) => field === name || field.startsWith(`${name}.`));
    const clauses = reasons.map(({ message }) =>
      message.startsWith(`${name} `) ? message.slice(name.length + 1) : message,
    );
    tell(clauses.length === 0 ? undefined : labelled(clauses.join('; '), controls));
    return clauses.length > 0;
  });
  refused[0]?.focus();
  return refused.length;
}

/** People know a field by its label. */
function labelled(text: string, controls: readonly Control[]): string {
  return controls.reduce((told, { field: { name, label } }) => told.replaceAll(name, `“${label}”`), text);
}

function refusal(places: number): HTMLElement {
  const [which, is] = places === 1 ? ['One field', 'does'] : [`${places} fields`, 'do'];
  const hint = 'The reason stands beside it. Give credentials again before you send it again.';
  return trouble(new Problem(422, { detail: `Nothing was stored: ${which} ${is} not fit`, hint }));
}

async function renewed(readAnew: () => Promise<Answered<Integration>>, { controls, troubles }: Sent): Promise<void> {
  const { body } = await readAnew();
  for (const { field, renew } of controls) renew(storedValue(field, body));
  const told = trouble(
    new Problem(412, {
      detail: 'Somebody changed it while you were at it, so nothing was stored',
      hint: 'What you had not touched shows what is stored now. Look it over, give credentials again, and send it again.',
    }),
  );
  troubles.replaceChildren(told);
  told.tabIndex = -1;
  told.focus();
}
