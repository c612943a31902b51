import { invalid, usage } from '../core/error.ts';
import { type Field, type FieldValue, type FieldValues, isNeeded } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { sentenceList } from '../core/text.ts';
import { askFor, askForBundle, type Dialogue } from './dialogue.ts';

/** What is asked for, and how the answers are used. */
export interface Collection {
  provider: Provider;
  /** By column; `null` empties a field. Text is read, references are ids already. */
  given: Readonly<Record<string, unknown>>;
  /** Undefined where nobody can answer. */
  dialogue: Dialogue | undefined;
  warn: (text: string) => void;
}

/**
 * Reads what was given and asks for what is missing.
 * @returns values by column, without those that nobody gave
 * @throws AppError USAGE naming every missing flag, VALIDATION with the reason for a value that does not fit
 */
export async function collectNew(collection: Collection): Promise<FieldValues> {
  const { provider, given, dialogue, warn } = collection;
  const values: Record<string, FieldValue> = {};
  const take = (answers: Readonly<Record<string, unknown>>) => {
    for (const field of provider.fields) {
      const answer = answers[field.name];
      if (answer !== undefined) values[field.name] = answer === null ? null : readField(field, answer, warn);
    }
  };
  take(given);
  const has = (name: string) => values[name] !== undefined && values[name] !== null;
  const isMissing = (field: Field) => !(field.name in values) && isNeeded(field, has);
  if (dialogue) await askForMissing(dialogue);
  else refuseMissing(provider, provider.fields.filter(isMissing));
  refuseMisfits(provider, values);
  return values;

  async function askForMissing(dialogue: Dialogue): Promise<void> {
    // What no answer can mend is told before the first question.
    const clash = await dialogue.clash(values);
    if (clash) throw clash;
    for (const field of provider.fields)
      if (isMissing(field) && field.references) await dialogue.choices(field.references);
    for (const field of provider.fields) {
      const bundle = provider.bundles.find(({ fills: [first] }) => first === field.name);
      if (bundle && !bundle.fills.some((name) => name in values)) take(await askForBundle(bundle, dialogue));
      if (field.name in values || !(isMissing(field) || field.asked)) continue;
      take({
        [field.name]: await askFor(field, { needed: isMissing(field), known: values, stored: undefined }, dialogue),
      });
    }
  }
}

/** @throws AppError VALIDATION; warnings go to `warn` */
export function readField(field: Field, input: unknown, warn: (text: string) => void): FieldValue {
  const { value, warnings } = field.read(input);
  for (const warning of warnings) warn(warning);
  return value;
}

/** @throws AppError VALIDATION naming the fields that do not go together */
export function refuseMisfits(provider: Provider, values: FieldValues): void {
  const has = (name: string) => values[name] !== undefined && values[name] !== null;
  const emptied = provider.fields.filter(
    (field) => values[field.name] === null && isNeeded(field, has) && !field.emptiable,
  );
  const misfits = [
    ...emptied.map(({ name, insteadOf }) => ({
      field: name,
      reason: insteadOf ? `or ${insteadOf} is needed` : 'is needed',
    })),
    ...provider.misfits(values),
  ];
  const [first] = misfits;
  if (!first) return;
  throw invalid(misfits.map(({ field, reason }) => `${field} ${reason}`).join('; '), { field: first.field });
}

function refuseMissing(provider: Provider, missing: readonly Field[]): void {
  const [first] = missing;
  if (!first) return;
  const flags = missing.map((field) => {
    const other = provider.fields.find(({ name }) => name === field.insteadOf);
    return other ? `--${other.flag} or --${field.flag}` : `--${field.flag}`;
  });
  throw usage(`missing: ${sentenceList(flags)}`, {
    hint: `integrations ${provider.category.name} add ${provider.name} --help`,
    field: first.name,
    details: { missing: missing.map(({ name, flag }) => ({ field: name, flag: `--${flag}` })) },
  });
}
