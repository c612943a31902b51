import { AppError } from '../core/error.ts';
import { type Field, type FieldValues, type TokenPage, Unfit } from '../core/field.ts';
import type { Link } from '../core/links.ts';
import { problemsOf } from '../core/problems.ts';
import type { Bundle, Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { capital, quotable } from '../core/text.ts';
import type { Choice, LineQuestion, Prompter } from './prompter.ts';
import { readSecretText } from './secret-text.ts';
import type { Sources } from './source.ts';
import { inTurn } from './turns.ts';

/** A conversation about an integration of one provider. */
export interface Dialogue {
  provider: Provider;
  ask: Prompter;
  sources: Sources;
  /** The integrations that a pipeline may use. @throws AppError where there is none */
  choices: (link: Link) => Promise<Choice<string>[]>;
  /** What would refuse an integration with these values, as far as they decide it. */
  clash: (values: FieldValues) => Promise<AppError | undefined>;
  /** A line for whoever answers. */
  note: (text: string) => void;
  /** An address as the terminal shows it best. */
  link: (address: string) => string;
}

const wholeFile = 'Type the path of the file, or paste it whole';

export interface Occasion {
  needed: boolean;
  /** The other fields' values, as far as they are known. */
  known: FieldValues;
  /** What is stored, which Enter keeps; `undefined` for a new integration. */
  stored: unknown;
}

/**
 * Asks for one field until the answer fits.
 * @returns what to read; `null` to empty the field; undefined to leave it as it is
 */
export async function askFor(field: Field, occasion: Occasion, dialogue: Dialogue): Promise<unknown> {
  const { ask } = dialogue;
  const { stored } = occasion;
  if (field.credential) return askForCredential(field, occasion, dialogue);
  if (field.references) return askForReference(field, field.references, stored, dialogue);
  if (field.kind === 'boolean') {
    const preset = typeof stored === 'boolean' ? stored : Boolean(field.default);
    return ask.confirm({ message: `${field.help}?`, default: preset });
  }
  if (field.suggestions.length > 0) return askForSuggested(field, occasion, dialogue);
  return askForText(field, occasion, dialogue);
}

/** Which of the usual entries a list has: all by leaving it unset, none, or some of them. */
async function askForSuggested(field: Field, { stored }: Occasion, { ask }: Dialogue): Promise<unknown> {
  const before = Array.isArray(stored) ? stored.map(String) : [];
  const { unset = 'none', empty = 'none' } = field.inWords ?? {};
  const choices: Choice<'all' | 'some' | 'none'>[] = [
    { name: capital(unset), value: 'all' },
    { name: 'Some of them', value: 'some', description: before.join(', ') || undefined },
    { name: capital(empty), value: 'none' },
  ];
  let which = Array.isArray(stored) ? (before.length > 0 ? 'some' : 'none') : 'all';
  let some: string[] = [];
  await inTurn([
    async () => {
      which = await ask.select({ message: `${field.label}:`, choices, default: which });
      return true;
    },
    async () => {
      if (which !== 'some') return false;
      some = await ask.several({ message: `${field.label}:`, choices: usualOf(field, before), chosen: before });
      return true;
    },
  ]);
  return which === 'all' ? null : which === 'none' ? [] : some;
}

function usualOf({ suggestions }: Field, before: readonly string[]): Choice<string>[] {
  const others = before.filter((entry) => !suggestions.some(({ value }) => value === entry));
  return [
    ...suggestions.map(({ value, meaning }) => ({ name: `${value} (${meaning.toLowerCase()})`, value, short: value })),
    ...others.map((entry) => ({ name: quotable(entry, 64), value: entry })),
  ];
}

async function askForText(field: Field, occasion: Occasion, dialogue: Dialogue): Promise<unknown> {
  const { needed, stored } = occasion;
  const isSet = stored !== undefined && stored !== null;
  const preset = isSet ? storedText(field, stored) : field.default === undefined ? undefined : String(field.default);
  const mayEmpty = !needed || field.emptiable;
  const answer = await dialogue.ask.text({
    message: `${field.label}:`,
    hint: needed ? undefined : 'optional',
    help: helpOf(field),
    mayEmpty,
    default: preset,
    async check(typed) {
      if (isSet && typed === preset) return undefined;
      if (typed.trim() === '') {
        return mayEmpty ? misfitOf(field, null, occasion, dialogue) : `${field.label} is needed`;
      }
      return reasonAgainst(field, () => parsedAnswer(field, typed, dialogue.sources), occasion, dialogue);
    },
  });
  if (isSet && answer === preset) return undefined;
  if (answer.trim() === '') return isSet || field.emptiable ? null : undefined;
  return parsedAnswer(field, answer, dialogue.sources);
}

async function askForCredential(field: Field, occasion: Occasion, dialogue: Dialogue): Promise<unknown> {
  const { needed, stored } = occasion;
  const isSet = stored !== undefined && stored !== null;
  const isKey = field.kind === 'private-key';
  const question: LineQuestion = {
    // Where it stands it is never parted: what is copied or clicked is the whole of it.
    about: linksOf(field.madeAt(occasion.known), dialogue),
    message: `${field.label}:`,
    hint: isSet ? 'Enter keeps it' : needed ? undefined : 'optional',
    help: [
      field.help,
      ...guidanceOf(field),
      ...(isKey ? [wholeFile] : []),
      ...(field.addressed ? [] : ['It is sealed like a token, so it is not shown while you type']),
    ],
    empty: isSet ? 'unchanged' : 'none',
    async check(typed) {
      if (typed.trim() === '') return isSet || !needed ? undefined : `${field.label} is needed`;
      return reasonAgainst(field, () => readSecretText(field, typed, dialogue.sources), occasion, dialogue);
    },
  };
  const answer = await (isKey ? dialogue.ask.hiddenLines(question) : dialogue.ask.hidden(question));
  return answer.trim() === '' ? undefined : readSecretText(field, answer, dialogue.sources);
}

async function askForReference(field: Field, link: Link, stored: unknown, { ask, choices }: Dialogue): Promise<string> {
  return ask.select({
    message: `${field.label} (${field.help.charAt(0).toLowerCase()}${field.help.slice(1)}):`,
    choices: await choices(link),
    ...(typeof stored === 'string' ? { default: stored } : {}),
  });
}

/**
 * Asks for a file that fills several fields at once.
 * @param isSet whether it was given already, so that Enter keeps what it filled
 * @returns what to read by column; nothing where the fields are to be asked for one by one, or are kept
 */
export async function askForBundle(
  bundle: Bundle,
  dialogue: Dialogue,
  isSet = false,
): Promise<Readonly<Record<string, unknown>>> {
  const { provider, ask, sources } = dialogue;
  const parts = provider.fields.filter(({ name }) => bundle.fills.includes(name));
  const unpack = async (typed: string) => {
    const text = await readSecretText({ ...bundle, kind: 'private-key' }, typed, sources);
    return bundle.unpack(text.reveal());
  };
  const answer = await ask.hiddenLines({
    about: [
      ...new Set(
        linksOf(
          parts.flatMap(({ madeAt }) => madeAt({})),
          dialogue,
        ),
      ),
    ],
    message: `${bundle.label}:`,
    hint: isSet ? 'Enter keeps it' : 'optional',
    help: [bundle.help, ...parts.flatMap(guidanceOf), `${wholeFile}; or leave it empty, and give its parts one by one`],
    empty: isSet ? 'unchanged' : 'one by one',
    check: async (typed) =>
      typed.trim() === ''
        ? undefined
        : whyNot(bundle.label, provider, async () => {
            const fields = Object.entries(await unpack(typed)).map(([name, value]) =>
              parts.find((part) => part.name === name)?.read(value),
            );
            return fields.find((each) => each instanceof Unfit);
          }),
  });
  if (answer.trim() === '') return {};
  const values = Object.entries(await unpack(answer));
  const isCredential = (name: string) => parts.some((part) => part.name === name && part.credential);
  return Object.fromEntries(values.map(([name, value]) => [name, isCredential(name) ? new Secret(value) : value]));
}

/** Each on a line of its own: what leads to it would part it on a narrow screen. */
function linksOf(pages: readonly TokenPage[], { link }: Dialogue): string[] {
  return pages.flatMap(({ kind, address }) => (kind === undefined ? [link(address)] : [`${kind}:`, link(address)]));
}

/** Where a credential is made, and what it must be allowed to do. */
function guidanceOf({ whereToGet, permissions }: Field): string[] {
  return [
    ...(whereToGet ? [`Where: ${whereToGet}`] : []),
    ...(permissions && !permissions.startsWith('None') ? [`Needs: ${permissions}`] : []),
  ];
}

/** Why an answer does not fit its field, as the person who typed it should read it. */
async function reasonAgainst(
  field: Field,
  input: () => unknown,
  occasion: Occasion,
  dialogue: Dialogue,
): Promise<string | undefined> {
  let value: unknown;
  const unfit = await whyNot(field.label, dialogue.provider, async () => {
    const reading = field.read(await input());
    if (reading instanceof Unfit) return reading;
    value = reading.value;
    return undefined;
  });
  if (unfit !== undefined) return unfit;
  const misfit = misfitOf(field, value, occasion, dialogue);
  if (misfit !== undefined || field.credential) return misfit;
  const clash = await dialogue.clash({ ...occasion.known, [field.name]: value } as FieldValues);
  return clash && capital(clash.message);
}

function misfitOf(field: Field, value: unknown, { known }: Occasion, { provider }: Dialogue): string | undefined {
  const values = { ...known, [field.name]: value } as FieldValues;
  for (const problem of problemsOf(provider, values)) {
    if (problem.kind === 'misfit' && problem.field === field)
      return `${field.label} ${inLabels(problem.reason, provider)}`;
  }
  return undefined;
}

/** Why an answer cannot be taken, as the person who typed it should read it. */
async function whyNot(
  label: string,
  provider: Provider,
  attempt: () => Promise<Unfit | undefined>,
): Promise<string | undefined> {
  const told = ({ message }: Unfit) => `${label} ${inLabels(message, provider)}`;
  try {
    const unfit = await attempt();
    return unfit && told(unfit);
  } catch (error) {
    if (error instanceof Unfit) return told(error);
    if (error instanceof AppError) return inLabels(error.message, provider);
    throw error;
  }
}

/** Other fields in the words of the questions: a reason names them by their columns. */
function inLabels(text: string, { fields }: Provider): string {
  const columns = fields.filter(({ name }) => /[A-Z]/.test(name));
  return columns.reduce((told, field) => told.replaceAll(field.name, `"${field.label}"`), text);
}

/** What a field is, and an example of it: on one line where both fit. */
function helpOf({ example, default: preset, help, kind }: Field): string[] {
  const isShown = example !== undefined && preset === undefined && !help.includes(example) && kind !== 'json';
  const several = kind === 'list' || kind === 'map' ? ['several with commas between'] : [];
  const rest = [...(isShown ? [`e.g. ${example}`] : []), ...several].join('; ');
  if (rest === '') return [help];
  return help.length + rest.length < 74 ? [`${help}, ${rest}`] : [help, rest.replace(/^e/, 'E')];
}

export function storedText(field: Field, stored: unknown): string {
  if (Array.isArray(stored)) return stored.join(', ');
  if (typeof stored !== 'object' || stored === null) return String(stored);
  const entries = Object.entries(stored);
  const plain = field.kind === 'map' && entries.every(([, value]) => !/[,\s]/.test(String(value)));
  return plain ? entries.map(([name, value]) => `${name}=${value}`).join(', ') : JSON.stringify(stored);
}

/** A map is typed as JSON or as `A=1, B=2`, JSON as it is or by its source; everything else is read by its field. */
async function parsedAnswer(field: Field, typed: string, sources: Sources): Promise<unknown> {
  const text = typed.trim();
  if (field.kind === 'json' && /^(env|file):/.test(text)) return (await readSecretText(field, text, sources)).reveal();
  if (field.kind !== 'map') return typed;
  if (text.startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      return typed;
    }
  }
  const entries = text.split(',').filter((entry) => entry.trim() !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const [name = '', ...value] = entry.split('=');
      return [name.trim(), value.length > 0 ? value.join('=').trim() : undefined];
    }),
  );
}
