import { AppError, invalid, usage } from '../core/error.ts';
import { type Field, type FieldValue, type FieldValues, isNeeded } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { sentenceList } from '../core/text.ts';
import type { Choice, Prompter } from './prompter.ts';
import { readSecretText } from './secret-text.ts';

/** What is asked for, and how the answers are used. */
export interface Collection {
  provider: Provider;
  /** By column; `null` empties a field. Text is read, references are ids already. */
  given: Readonly<Record<string, unknown>>;
  /** Undefined where nobody can answer. */
  ask: Prompter | undefined;
  /** The integrations that a reference may name. */
  choices: (category: string) => Promise<Choice<string>[]>;
  /** Why a name cannot be taken. */
  checkName: (name: string) => Promise<string | undefined>;
  warn: (text: string) => void;
}

/**
 * Reads what was given and asks for what is missing.
 * @returns values by column, without those that nobody gave
 * @throws AppError USAGE naming every missing flag, VALIDATION with the reason for a value that does not fit
 */
export async function collectNew(collection: Collection): Promise<FieldValues> {
  const { provider, given, ask, warn } = collection;
  const values: Record<string, FieldValue> = {};
  for (const field of provider.fields) {
    if (!(field.name in given)) continue;
    values[field.name] = given[field.name] === null ? null : readField(field, given[field.name], warn);
  }
  const has = (name: string) => values[name] !== undefined && values[name] !== null;
  const isMissing = (field: Field) => !(field.name in values) && isNeeded(field, has);
  if (!ask) refuseMissing(provider, provider.fields.filter(isMissing));
  for (const field of provider.fields) {
    if (ask && !(field.name in values) && (isMissing(field) || field.asked))
      await askField(field, values, isMissing(field), collection, ask);
  }
  refuseMisfits(provider, values);
  return values;
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

async function askField(
  field: Field,
  values: Record<string, FieldValue>,
  needed: boolean,
  collection: Collection,
  ask: Prompter,
): Promise<void> {
  const answer = await askFor(field, { needed, stored: undefined }, collection, ask);
  if (answer !== undefined) values[field.name] = answer === null ? null : readField(field, answer, collection.warn);
}

interface Question {
  needed: boolean;
  /** What is stored; shown as the default, and `undefined` for a new integration. */
  stored: unknown;
}

/**
 * Asks for one field until the answer fits.
 * @returns what to read; `null` to empty the field; undefined to leave it as it is
 */
export async function askFor(
  field: Field,
  { needed, stored }: Question,
  { choices, checkName }: Pick<Collection, 'choices' | 'checkName'>,
  ask: Prompter,
): Promise<unknown> {
  const isSet = stored !== undefined && stored !== null;
  if (field.credential) return askCredential(field, needed, isSet, ask);
  if (field.kind === 'reference') return askReference(field, stored, choices, ask);
  if (field.kind === 'boolean') {
    return ask.confirm({
      message: field.label,
      default: typeof stored === 'boolean' ? stored : Boolean(field.default),
    });
  }
  const preset = isSet ? storedText(stored) : field.default === undefined ? undefined : String(field.default);
  const optional = needed ? '' : ', optional';
  const answer = await ask.text({
    message: `${field.label}${hintOf(field, optional)}:`,
    default: preset,
    check: async (typed) => {
      if (typed.trim() === '') return needed && !field.emptiable ? `${field.label} is needed.` : undefined;
      return (
        reasonAgainst(field, parsedAnswer(field, typed)) ??
        (field.name === 'displayName' && typed.trim() !== stored ? checkName(typed.trim()) : undefined)
      );
    },
  });
  if (answer.trim() === '') return isSet || field.emptiable ? null : undefined;
  return answer === preset && isSet ? undefined : parsedAnswer(field, answer);
}

async function askCredential(field: Field, needed: boolean, isSet: boolean, ask: Prompter): Promise<unknown> {
  const how = field.kind === 'private-key' ? 'path of the file, or paste it' : 'not shown';
  const empty = isSet ? ', Enter keeps it' : needed ? '' : ', optional';
  const question = {
    message: `${field.label} (${how}${empty}):`,
    check: (typed: string) => {
      if (typed.trim() === '')
        return isSet || !needed ? undefined : `${field.label} is needed. ${field.whereToGet ?? ''}`.trim();
      try {
        return reasonAgainst(field, readSecretText(field, typed));
      } catch (error) {
        if (error instanceof AppError) return error.message;
        throw error;
      }
    },
  };
  const answer = await (field.kind === 'private-key' ? ask.hiddenLines(question) : ask.hidden(question));
  return answer.trim() === '' ? undefined : readSecretText(field, answer);
}

async function askReference(
  field: Field,
  stored: unknown,
  choices: Collection['choices'],
  ask: Prompter,
): Promise<string> {
  const category = field.references ?? '';
  const options = await choices(category);
  if (options.length === 0) {
    throw usage(`there is no ${category} integration yet to choose as ${field.label}`, {
      hint: `integrations ${category} add`,
      field: field.name,
    });
  }
  return ask.select({
    message: `${field.label}:`,
    choices: options,
    ...(typeof stored === 'string' ? { default: stored } : {}),
  });
}

/** Why a value does not fit its field, as the person who typed it should read it. */
function reasonAgainst(field: Field, input: unknown): string | undefined {
  try {
    field.read(input);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.message.replace(field.name, field.label);
  }
}

function hintOf(field: Field, optional: string): string {
  const example = field.example && field.default === undefined ? `e.g. ${field.example}` : '';
  const hint = `${example}${optional}`.replace(/^, /, '');
  return hint ? ` (${hint})` : '';
}

function storedText(stored: unknown): string {
  if (Array.isArray(stored)) return stored.join(', ');
  if (typeof stored === 'object' && stored !== null && !(stored instanceof Secret)) return JSON.stringify(stored);
  return String(stored);
}

/** A map is typed as JSON or as `A=1, B=2`; everything else is read by its field. */
function parsedAnswer(field: Field, typed: string): unknown {
  if (field.kind !== 'map') return typed;
  if (typed.trim().startsWith('{')) {
    try {
      return JSON.parse(typed);
    } catch {
      return typed;
    }
  }
  return Object.fromEntries(
    typed.split(',').map((entry) => [entry.split('=')[0]?.trim(), entry.split('=').slice(1).join('=').trim()]),
  );
}
