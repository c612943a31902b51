import type { TenantScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import { staleReason } from '../../core/audience.ts';
import { type Field, type FieldValues, isNeeded, Unfit } from '../../core/field.ts';
import { linkColumns, links } from '../../core/links.ts';
import type { Provider } from '../../core/provider.ts';
import { Secret } from '../../core/secret.ts';
import { mayBeCredential } from '../../core/text.ts';
import { askFor, askForBundle, type Dialogue, type Occasion } from '../../input/dialogue.ts';
import { type Picked, pick } from '../../input/pick.ts';
import { hanging } from '../../output/width.ts';
import { type Answers, createAnswers, type Guidance, offersOf } from './form-answers.ts';
import { dialogueFor } from './form-dialogue.ts';

/** The values of an integration as they are answered. */
export interface Form extends Pick<Answers, 'known' | 'whole' | 'stale' | 'confirmAddress'> {
  /** What was answered. */
  readonly values: FieldValues;
  /** What is known for people: names in place of the ids of other integrations. */
  named(): Promise<FieldValues>;
  /** Asks for a field of a new integration, unless it has a value or needs none. */
  ask(field: Field): Promise<void>;
  /** Asks for a field whatever it holds; Enter keeps that. */
  askAgain(field: Field): Promise<void>;
}

/** The values as they are answered, and how a field is asked for. */
export function openForm(context: Context, guidance: Guidance): Form {
  const { scope, provider, found, draft = {}, remember } = guidance;
  const answers = createAnswers(context, guidance);
  const { values, known, whole, has, stale, confirmAddress } = answers;
  const dialogue = dialogueFor(context, scope, provider, found?.id);
  const offerFor = offersOf(context, guidance, answers);
  const bundled = new Set<string>();
  // What an integration is called after: its repository, its app, its project.
  const named = provider.fields.find(({ name }) => name in provider.listings);
  let suggestion: string | undefined;

  async function take(picked: Picked): Promise<void> {
    answers.take(picked);
    await remember?.(plainAnswers(provider, values));
  }

  async function answer(field: Field, occasion: Occasion): Promise<void> {
    const offer = await offerFor(field);
    if (offer && 'choices' in offer) {
      const picked = await pick(field, occasion, offer, dialogue);
      const chosen = offer.choices.find(({ value }) => value === picked[field.name]);
      if (field === named) suggestion = (chosen?.label ?? chosen?.value)?.split('/').at(-1);
      return take(picked);
    }
    if (offer) {
      const reason = `${provider.title} lists nothing to pick from: ${offer.reason}.`;
      for (const line of hanging('  ', reason, context.streams.stderr.columns ?? 80)) context.note(line);
      if (offer.refused && (await giveAgain(suspects(provider, field, offer.refused, has))))
        return answer(field, { ...occasion, known: known() });
    }
    return take({ [field.name]: await askFor(field, occasion, dialogue) });
  }

  /** What is refused is better given again before anything else is answered. */
  async function giveAgain(fields: readonly Field[]): Promise<boolean> {
    if (!(await wantsToGiveAgain(context, fields))) return false;
    for (const field of fields) {
      const before = field.credential ? found && answers.stored[field.name] : known()[field.name];
      await answer(field, { needed: true, known: known(), stored: before });
    }
    return true;
  }

  return {
    values,
    known,
    whole,
    stale,
    confirmAddress,
    named: () => withNames(scope, known()),

    async ask(field: Field): Promise<void> {
      const bundle = provider.bundles.find(({ fills }) => fills.includes(field.name));
      if (bundle && !bundled.has(bundle.name) && !bundle.fills.some((name) => name in values)) {
        bundled.add(bundle.name);
        await take(await askForBundle(bundle, dialogue));
      }
      const needed = isNeeded(field, has);
      const isAsked = field.asked || field.suggestions.length > 0 || field.name in provider.listings;
      if (field.name in values || !(needed || isAsked)) return;
      const preset = field.name === 'displayName' ? await freeName(dialogue, field, suggestion) : undefined;
      const offered = draft[field.name] ?? preset;
      const before = offered === undefined ? undefined : { [field.name]: offered };
      await answer(field, { needed, known: known(), stored: offered });
      if (before && !(field.name in values)) await take(before);
    },

    async askAgain(field: Field): Promise<void> {
      const current = known()[field.name];
      const isStale = stale().includes(field);
      const shown = isStale ? undefined : current instanceof Secret ? true : current;
      if (isStale) context.note(`  ${field.label} ${staleReason}.`);
      await answer(field, { needed: isStale || isNeeded(field, has), known: known(), stored: shown });
    },
  };
}

/** What is wrong where a list is refused: the credentials that are set, or the place that it is a list of. */
function suspects(
  { fields, listings }: Provider,
  { name: listed }: Field,
  refused: 'credential' | 'place',
  has: (name: string) => boolean,
): Field[] {
  const needs = listings[listed]?.needs ?? [];
  return fields.filter(({ name, credential }) =>
    refused === 'credential' ? credential && has(name) : !credential && needs.includes(name),
  );
}

async function wantsToGiveAgain(context: Context, fields: readonly Field[]): Promise<boolean> {
  if (fields.length === 0) return false;
  const labels = fields.map(({ label }) => label.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()));
  return context.ask.select({
    message: 'What now:',
    choices: [
      { name: `Give the ${labels.join(' and the ')} again`, value: true },
      { name: 'Go on, and type the rest', value: false },
    ],
  });
}

/** Values for people: names in place of the ids of other integrations. */
async function withNames({ stores }: TenantScope, values: FieldValues): Promise<FieldValues> {
  const names: Record<string, string> = {};
  for (const link of links) {
    const used = await stores[link].get(String(values[linkColumns[link]] ?? ''));
    if (used) names[linkColumns[link]] = used.displayName;
  }
  return { ...values, ...names };
}

/** What was picked, as the integration's name, where that is free. */
async function freeName(dialogue: Dialogue, field: Field, suggestion: string | undefined): Promise<string | undefined> {
  const name = suggestion ?? dialogue.provider.name;
  const reading = field.read(name);
  if (reading instanceof Unfit || (await dialogue.clash({ displayName: reading.value }))) return undefined;
  return String(reading.value);
}

/** What may be written down: no credential, and nothing that looks like one. */
function plainAnswers({ fields }: Provider, values: FieldValues): FieldValues {
  const plain = fields.filter(({ credential, kind }) => !credential && kind !== 'map' && kind !== 'json');
  const entries = plain.flatMap(({ name }) => {
    const value = values[name];
    const words = [value].flat().map(String);
    return value === undefined || words.some(mayBeCredential) ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}
