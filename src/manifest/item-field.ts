import { type Field, type FieldValue, type Json, Unfit } from '../core/field.ts';
import type { Link } from '../core/links.ts';
import type { Span } from './problem.ts';
import type { Located, LocatedEntry } from './read.ts';
import { type CredentialSource, readSource, sourceForms } from './source-syntax.ts';
import type { ManifestText } from './text.ts';

/** What a manifest says of a field, at a place of its file. There may be half a million of them: each is kept small. */
export type ItemField = Pick<Span, 'offset'> & { field: Field } & (
    | { kind: 'clear' }
    /** As it stands in the file; `readValue` tells what the field makes of it. */
    | { kind: 'value'; raw: Json }
    /** The name of another integration. */
    | { kind: 'reference'; link: Link; name: string }
    | { kind: 'credential'; source: CredentialSource }
    | { kind: 'keep' }
  );

/** Notes what is wrong with what stands at a place. */
export type Report = (place: { offset: number }, key: string | undefined, reason: string) => void;

/** Reads what a manifest says of a field; undefined where that cannot be understood. */
export function readItemField(
  origin: ManifestText,
  field: Field,
  { key, value }: LocatedEntry,
  report: Report,
): ItemField | undefined {
  const { offset } = value;
  if (value.kind === 'scalar' && value.value === null) {
    const isNeeded = field.references !== undefined || (field.required && !field.emptiable);
    if (!isNeeded) return { kind: 'clear', field, offset };
    report(value, key, 'is needed and cannot be cleared');
    return undefined;
  }
  if (field.references) {
    if (value.kind === 'scalar' && typeof value.value === 'string') {
      return { kind: 'reference', field, offset, link: field.references, name: value.value.trim().normalize('NFC') };
    }
    report(value, key, `must be the name of the ${field.references} integration that it uses`);
    return undefined;
  }
  if (field.credential) {
    const text = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
    if (text === 'keep') return { kind: 'keep', field, offset };
    const source = readSource(text, origin.isStdin);
    if (typeof source !== 'string') return { kind: 'credential', field, offset, source };
    report(value, key, text === '' ? `must be ${sourceForms(origin.isStdin)}` : source);
    return undefined;
  }
  const most = Math.min(mostNodes, origin.values.left);
  const budget = { left: most };
  const raw = plain(value, budget);
  origin.values.left -= most - budget.left;
  if (raw === undefined) {
    report(value, key, 'repeats itself by aliases too often');
    return undefined;
  }
  return { kind: 'value', field, offset, raw };
}

/** What a field makes of a value, or why it takes it not. */
export function readValue(
  field: Field,
  raw: Json,
): { value: FieldValue; warnings: readonly string[] } | { reason: string } {
  // The forms that only a command line has: text for a list, a whole number or a JSON object.
  const typedOnly = typeof raw === 'string' ? notFromText.get(field.kind) : undefined;
  if (typedOnly !== undefined) return { reason: typedOnly };
  const reading = field.read(raw);
  if (!(reading instanceof Unfit)) return reading;
  const isText = field.kind === 'text' && (typeof raw === 'number' || typeof raw === 'boolean');
  return { reason: isText ? `${reading.message}: put it in quotes` : reading.message };
}

const notFromText = new Map<string, string>([
  ['list', 'must be a list of texts'],
  ['integer', 'must be a whole number, without quotes'],
  ['json', 'must be a map'],
]);

// What a field takes is far smaller; aliases within aliases could make it any size.
const mostNodes = 50_000;

/** A value without its places; undefined where aliases make it larger than anything that fits. */
function plain(located: Located, budget: { left: number }): Json | undefined {
  budget.left -= 1;
  if (budget.left < 0) return undefined;
  if (located.kind === 'scalar') return located.value;
  if (located.kind === 'list') {
    const items = located.items.map((item) => plain(item, budget));
    return items.some((item) => item === undefined) ? undefined : (items as Json[]);
  }
  const entries = located.entries.map(({ key, value }) => [key, plain(value, budget)] as const);
  return entries.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(entries) as Json);
}
