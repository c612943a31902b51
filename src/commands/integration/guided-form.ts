import type { TenantScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import { staleReason } from '../../core/audience.ts';
import { type Field, type FieldValues, isNeeded, Unfit } from '../../core/field.ts';
import { linkColumns, links } from '../../core/links.ts';
import type { Bundle, Provider } from '../../core/provider.ts';
import { askForBundle, type Dialogue } from '../../input/dialogue.ts';
import type { Turn } from '../../input/turns.ts';
import { type Answers, createAnswers, type Guidance } from './form-answers.ts';
import { dialogueFor } from './form-dialogue.ts';
import { questionsOf } from './form-questions.ts';

/** The values of an integration as they are answered. */
export interface Form extends Pick<Answers, 'known' | 'whole' | 'stale' | 'confirmAddress'> {
  /** What was answered. */
  readonly values: FieldValues;
  /** What is known for people: names in place of the ids of other integrations. */
  named(): Promise<FieldValues>;
  /** The questions about a new integration that this field comes with. */
  turnsFor(field: Field): Turn[];
  /** Asks for a field whatever it holds; Enter keeps that. */
  askAgain(field: Field): Promise<void>;
}

/** The values as they are answered, and how a field is asked for. */
export function openForm(context: Context, guidance: Guidance): Form {
  const { scope, provider, found } = guidance;
  const answers = createAnswers(context, guidance);
  const { values, known, whole, has, stale, confirmAddress } = answers;
  const dialogue = dialogueFor(context, scope, provider, found?.id);
  const questions = questionsOf(context, guidance, answers, dialogue);
  // Whoever comes by again is asked again for what was asked, and for nothing else.
  const asked = new Set<string>();

  async function askNew(field: Field, back: boolean): Promise<boolean> {
    const isAsked = asked.has(field.name);
    if (!isAsked && (back || field.name in values)) return false;
    const needed = isNeeded(field, has);
    if (!isAsked && !(needed || isOffered(provider, field))) return false;
    const suggested =
      field.name === 'displayName' ? await freeName(dialogue, field, questions.suggestion()) : undefined;
    const earlier = values[field.name] ?? guidance.draft?.[field.name] ?? suggested;
    const isKept = await questions.answer(field, needed, earlier);
    if (isKept && earlier !== undefined && !(field.name in values)) await questions.take({ [field.name]: earlier });
    asked.add(field.name);
    return true;
  }

  async function askBundle(bundle: Bundle, back: boolean): Promise<boolean> {
    const { name, fills } = bundle;
    if (!asked.has(name) && (back || fills.some((each) => each in values))) return false;
    const earlier = Object.fromEntries(fills.map((each) => [each, values[each] ?? guidance.draft?.[each]]));
    const isSet = Object.values(earlier).every((value) => value !== undefined);
    const filled = await askForBundle(bundle, dialogue, isSet);
    await questions.take(isSet && Object.keys(filled).length === 0 ? earlier : filled);
    asked.add(name);
    return true;
  }

  return {
    values,
    known,
    whole,
    stale,
    confirmAddress,
    named: () => withNames(scope, known()),

    turnsFor(field) {
      const bundle = provider.bundles.find(({ fills: [first] }) => first === field.name);
      return [
        ...(bundle ? [(back: boolean) => askBundle(bundle, back)] : []),
        // Where a credential is made depends on whose server it is.
        ...(field.credential && field.required ? [questions.askServer] : []),
        (back) => askNew(field, back),
      ];
    },

    async askAgain(field: Field): Promise<void> {
      const isStale = stale().includes(field);
      if (isStale) context.note(`  ${field.label} ${staleReason}.`);
      const drafted = field.name in values ? undefined : guidance.draft?.[field.name];
      const current = drafted ?? (isStale ? undefined : known()[field.name]);
      const isKept = await questions.answer(field, isStale || isNeeded(field, has), current);
      if (isKept && drafted !== undefined) await questions.take({ [field.name]: drafted });
    },
  };
}

/** Whether a person is asked for it although it may be left out. */
function isOffered(provider: Provider, { name, asked, suggestions }: Field): boolean {
  return asked || suggestions.length > 0 || name in provider.listings;
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
