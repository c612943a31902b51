import { usage } from '../core/error.ts';
import { type Field, type FieldValue, type FieldValues, isNeeded, readField } from '../core/field.ts';
import { problemsOf, refuseProblems } from '../core/problems.ts';
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
  // Whoever gives flags may have pasted a script, whose next line would be the answer to a question it does not expect.
  const asksAll = Object.keys(given).length === 0;
  if (dialogue) await askForMissing(dialogue);
  else refuseMissing(provider, values);
  refuseProblems(provider, values);
  return values;

  function isAsked(field: Field): boolean {
    const isInsteadOf = provider.fields.some((other) => other.insteadOf === field.name && isMissing(other));
    return isMissing(field) || (field.asked && (asksAll || isInsteadOf));
  }

  async function askForMissing(dialogue: Dialogue): Promise<void> {
    // What no answer can mend is told before the first question.
    const clash = await dialogue.clash(values);
    if (clash) throw clash;
    for (const field of provider.fields)
      if (isMissing(field) && field.references) await dialogue.choices(field.references);
    for (const field of provider.fields) {
      const bundle = provider.bundles.find(({ fills: [first] }) => first === field.name);
      if (bundle && !bundle.fills.some((name) => name in values)) take(await askForBundle(bundle, dialogue));
      if (field.name in values || !isAsked(field)) continue;
      take({
        [field.name]: await askFor(field, { needed: isMissing(field), known: values, stored: undefined }, dialogue),
      });
    }
  }
}

/** What no flag gave. @throws AppError USAGE naming every missing flag */
function refuseMissing(provider: Provider, values: FieldValues): void {
  const missing = problemsOf(provider, values).flatMap((problem) =>
    problem.kind === 'missing' && !(problem.field.name in values) ? [problem] : [],
  );
  const [first] = missing;
  if (!first) return;
  const flags = missing.map(({ field, instead }) =>
    instead ? `--${instead.flag} or --${field.flag}` : `--${field.flag}`,
  );
  throw usage(`missing: ${sentenceList(flags)}`, {
    hint: `integrations ${provider.category.name} add ${provider.name} --help`,
    field: first.field.name,
    details: { missing: missing.map(({ field: { name, flag } }) => ({ field: name, flag: `--${flag}` })) },
  });
}
