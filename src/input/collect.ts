import { usage } from '../core/error.ts';
import { type Field, type FieldValues, isNeeded, readFields } from '../core/field.ts';
import { problemsOf, refuseProblems } from '../core/problems.ts';
import type { Bundle, Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { sentenceList } from '../core/text.ts';
import { askFor, askForBundle, type Dialogue } from './dialogue.ts';
import { inTurn, type Turn } from './turns.ts';

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
 * Reads what was given and asks for what is missing: values by column, without those that nobody gave.
 * @throws StepBack where Escape leads before the first question; called again, it has the answers still
 * @throws AppError USAGE naming every missing flag, VALIDATION with the reason for a value that does not fit
 */
export type Collect = () => Promise<FieldValues>;

/** @throws AppError VALIDATION with the reason for a given value that does not fit */
export function collectorOf(collection: Collection): Collect {
  const { provider, given, dialogue, warn } = collection;
  const values = readFields(provider.fields, given, warn);
  const take = (answers: Readonly<Record<string, unknown>>) => {
    Object.assign(values, readFields(provider.fields, answers, warn));
  };
  const has = (name: string) => values[name] !== undefined && values[name] !== null;
  const isMissing = (field: Field) => !(field.name in values) && isNeeded(field, has);
  // Whoever gives flags may have pasted a script, whose next line would be the answer to a question it does not expect.
  const asksAll = Object.keys(given).length === 0;
  const turns = dialogue ? provider.fields.flatMap((field) => turnsFor(field, dialogue)) : [];
  return async () => {
    if (dialogue) await askForMissing(dialogue);
    else refuseMissing(provider, values);
    refuseProblems(provider, values);
    return values;
  };

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
    await inTurn(turns);
  }

  function turnsFor(field: Field, dialogue: Dialogue): Turn[] {
    const bundle = provider.bundles.find(({ fills: [first] }) => first === field.name);
    return [...(bundle ? [bundleTurn(bundle, dialogue)] : []), fieldTurn(field, dialogue)];
  }

  function bundleTurn(bundle: Bundle, dialogue: Dialogue): Turn {
    let wasAsked = false;
    return async (back) => {
      const isSet = bundle.fills.some((name) => name in values);
      if (!wasAsked && (back || isSet)) return false;
      take(await askForBundle(bundle, dialogue, isSet));
      wasAsked = true;
      return true;
    };
  }

  function fieldTurn(field: Field, dialogue: Dialogue): Turn {
    let wasAsked = false;
    return async (back) => {
      if (!wasAsked && (back || field.name in values || !isAsked(field))) return false;
      const before = values[field.name];
      const stored = before instanceof Secret ? true : before;
      take({ [field.name]: await askFor(field, { needed: isNeeded(field, has), known: values, stored }, dialogue) });
      wasAsked = true;
      return true;
    };
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
