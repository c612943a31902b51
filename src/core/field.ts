import { type AppError, invalid } from './error.ts';
import type { Link } from './links.ts';
import type { Suggestion } from './notify-events.ts';
import type { Secret } from './secret.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type JsonObject = { [key: string]: Json };

/** What a field holds once it was read; `null` is an emptied optional field. */
export type FieldValue = string | number | boolean | string[] | { [key: string]: Json } | Secret | null;

export type FieldValues = Readonly<Record<string, FieldValue | undefined>>;

export type FieldKind =
  | 'text'
  | 'url'
  | 'integer'
  | 'boolean'
  | 'list'
  | 'map'
  | 'json'
  | 'date'
  | 'reference'
  | 'token'
  | 'private-key';

export interface Reading {
  value: Exclude<FieldValue, null>;
  /** Full sentences for the user: the value was taken, but looks odd. Never quote a credential. */
  warnings: string[];
}

/** A page on which a credential is made. */
export interface TokenPage {
  address: string;
  /** Which kind of it, where there is a page for each: `Classic`. */
  kind?: string;
}

/** One column of an integration as its provider understands it. Flags, prompts, JSON and rows derive from it. */
export interface Field {
  /** The column, and the key in JSON and in manifests. */
  readonly name: string;
  /** Without the leading dashes. */
  readonly flag: string;
  readonly kind: FieldKind;
  /** What stands for its value, or for one entry of it, in the help; undefined: its kind or flag says it. */
  readonly valueName: string | undefined;
  readonly label: string;
  readonly help: string;
  /** The same for programs and manifests, where `help` speaks of what is typed. */
  readonly helpInJson: string | undefined;
  readonly example: string | undefined;
  /** Needed to create the integration, whatever the other fields hold. */
  readonly required: boolean;
  /** Needed in the light of the other fields; `given` tells whether a field has a value. */
  readonly requiredWhen: ((given: (name: string) => boolean) => boolean) | undefined;
  /** The field that may be given in its place. */
  readonly insteadOf: string | undefined;
  /** May be emptied although it is needed: that says something of its own, which the provider checks. */
  readonly emptiable: boolean;
  /** Asked for at a terminal although it is optional. */
  readonly asked: boolean;
  /** Sealed before it is stored and never shown. */
  readonly credential: boolean;
  /** Sent to the provider, at the addresses that it has for its credentials. Not so an id, and not an address, which is its own. */
  readonly addressed: boolean;
  /** Read by a check against the provider: a change of it voids the verdict. */
  readonly checked: boolean;
  /** The value that the database gives where none is set. */
  readonly default: string | number | boolean | undefined;
  /** The usual shape. */
  readonly pattern: RegExp | undefined;
  /** Where a credential is made, and what it must be allowed to do. */
  readonly whereToGet: string | undefined;
  readonly permissions: string | undefined;
  /** Pages on which it is made, filled in as far as they take it; what the other fields hold leads to a server of one's own. */
  readonly madeAt: (values: Readonly<Record<string, unknown>>) => readonly TokenPage[];
  /** What a list is usually made of; a person chooses from these. */
  readonly suggestions: readonly Suggestion[];
  /** What a list means that was never set, and one with nothing in it, where that differs. */
  readonly inWords: { readonly unset: string; readonly empty: string } | undefined;
  /** The category that a `reference` points into. */
  readonly references: Link | undefined;
  /**
   * Checks a value and brings it to the form in which it is stored. Takes text as typed or the value's own type.
   * @returns why it does not fit, where it does not; that never quotes a credential
   */
  read(input: unknown): Reading | Unfit;
}

/** A field before its provider gave it a column and a flag. */
export type FieldDraft = Omit<Field, 'name' | 'flag' | 'read'> & {
  readonly flag: string | undefined;
  /** As `Field.read`, with the reason thrown as `Unfit`. */
  readonly take: (input: unknown) => Reading;
};

/** Why a value does not fit its field: a clause such as `has no "@"`. Each surface says which field that is. */
export class Unfit extends Error {}

/** A refusal in the words of flags, of JSON and of the tables: the column's name. */
export function unfitError({ name }: Pick<Field, 'name'>, { message }: Unfit): AppError {
  return invalid(`${name} ${message}`, { field: name });
}

/** What a field holds once it was read. @throws AppError VALIDATION; warnings go to `warn` */
export function readField(field: Field, input: unknown, warn: (text: string) => void): FieldValue {
  const reading = field.read(input);
  if (reading instanceof Unfit) throw unfitError(field, reading);
  for (const warning of reading.warnings) warn(warning);
  return reading.value;
}

/**
 * What fields hold once they were read, by column; `null` stays, and what is not given is left out.
 * @throws AppError VALIDATION naming all that do not fit; warnings go to `warn`
 */
export function readFields(
  fields: readonly Field[],
  given: Readonly<Record<string, unknown>>,
  warn: (text: string) => void,
): Record<string, FieldValue> {
  const values: Record<string, FieldValue> = {};
  const refusals: AppError[] = [];
  for (const field of fields) {
    const input = given[field.name];
    if (input === undefined) continue;
    const reading = input === null ? { value: null, warnings: [] } : field.read(input);
    if (reading instanceof Unfit) refusals.push(unfitError(field, reading));
    else {
      values[field.name] = reading.value;
      for (const warning of reading.warnings) warn(warning);
    }
  }
  if (refusals.length > 0) throw together(refusals);
  return values;
}

/** Several refusals as one; people read each in a line of its own. */
function together(refusals: readonly AppError[]): AppError {
  const messages = refusals.map(({ message }) => message);
  const lines = { told: `${messages.length} values do not fit`, lines: messages };
  return invalid(messages.join('; '), { field: refusals[0]?.field, ...(messages.length > 1 ? lines : {}) });
}

export function isCredential(field: Field): boolean {
  return field.credential;
}

/** Whether a field must have a value, given which others have one. */
export function isNeeded(field: Field, given: (name: string) => boolean): boolean {
  return field.required || (field.requiredWhen?.(given) ?? false);
}
