import type { Context } from '../../context.ts';
import type { Field } from '../../core/field.ts';
import { Secret } from '../../core/secret.ts';
import { askFor, type Dialogue, type Occasion } from '../../input/dialogue.ts';
import { type Picked, pick } from '../../input/pick.ts';
import { hanging } from '../../output/width.ts';
import type { Answers, Guidance } from './form-answers.ts';
import { type Offers, offersOf } from './form-offers.ts';

/** How the fields of an integration are asked for, and what comes of it. */
export interface Questions extends Pick<Offers, 'askServer'> {
  /**
   * @param earlier what Enter keeps
   * @returns whether that is kept
   */
  answer(field: Field, needed: boolean, earlier: unknown): Promise<boolean>;
  take(picked: Picked): Promise<void>;
  /** What the integration may be called, after what was picked. */
  suggestion(): string | undefined;
}

export function questionsOf(context: Context, guidance: Guidance, answers: Answers, dialogue: Dialogue): Questions {
  const { provider, found, remember } = guidance;
  const { values, known, has } = answers;
  const offers = offersOf(context, guidance, answers);
  // What an integration is called after: its repository, its app, its project.
  const named = provider.fields.find(({ name }) => name in provider.listings);
  let suggestion: string | undefined;

  async function take(picked: Picked): Promise<void> {
    answers.take(picked);
    await remember?.(values);
  }

  async function answer(field: Field, needed: boolean, earlier: unknown): Promise<boolean> {
    const picked = await answerTo(field, needed, earlier);
    await take(picked);
    return picked[field.name] === undefined;
  }

  async function answerTo(field: Field, needed: boolean, earlier: unknown): Promise<Picked> {
    const others = field.credential ? { ...offers.named(), ...known() } : known();
    const occasion: Occasion = { needed, known: others, stored: earlier instanceof Secret ? true : earlier };
    const offer = await offers.offer(field);
    if (offer && 'choices' in offer) {
      const picked = await pick(field, occasion, offer, dialogue);
      const chosen = offer.choices.find(({ value }) => value === picked[field.name]);
      if (field === named && chosen) suggestion = (chosen.label ?? chosen.value).split('/').at(-1);
      return picked;
    }
    if (offer) {
      const reason = `${provider.title} lists nothing to pick from: ${offer.reason}.`;
      for (const line of hanging('  ', reason, context.streams.stderr.columns ?? 80)) context.note(line);
      if (offer.refused && (await giveAgain(suspects(field, offer.refused)))) return answerTo(field, needed, earlier);
    }
    return { [field.name]: await askFor(field, occasion, dialogue) };
  }

  /** What is wrong where a list is refused: the credentials, or the place that it is a list of. */
  function suspects({ name: listed }: Field, refused: 'credential' | 'place'): Field[] {
    const needs = provider.listings[listed]?.needs ?? [];
    return provider.fields.filter(({ name, credential }) =>
      refused === 'credential' ? credential && has(name) : !credential && needs.includes(name),
    );
  }

  /** What is refused is better given again before anything else is answered. */
  async function giveAgain(fields: readonly Field[]): Promise<boolean> {
    if (!(await wantsToGiveAgain(context, fields))) return false;
    for (const field of fields) {
      await answer(field, true, field.credential ? found && answers.stored[field.name] : known()[field.name]);
    }
    return true;
  }

  return { askServer: offers.askServer, answer, take, suggestion: () => suggestion };
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
