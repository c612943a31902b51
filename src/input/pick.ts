import type { Field } from '../core/field.ts';
import type { Choice as ListedChoice } from '../core/listing.ts';
import { quotable } from '../core/text.ts';
import { askFor, type Dialogue, type Occasion, storedText } from './dialogue.ts';
import type { Choice } from './prompter.ts';
import { StepBack } from './step-back.ts';
import { inTurn } from './turns.ts';

/** What a provider lists for a field, or why it does not. */
export type Offer =
  | { choices: readonly Offered[]; complete: boolean }
  | { reason: string; hint: string | null; refused: 'credential' | 'place' | null };

export interface Offered extends ListedChoice {
  /** Why it cannot be chosen: it could not be stored. */
  disabled?: string | undefined;
}

/** What was picked, by column: a choice may fill other fields too. `null` empties a field. */
export type Picked = Readonly<Record<string, unknown>>;

type Answer = ListedChoice | 'typed' | 'kept' | 'none' | 'enough';

const typed: Choice<Answer> = { name: 'Type it', value: 'typed' };

/** Asks for one of the choices, or for several where the field holds a list; typing by hand is always possible. */
export async function pick(
  field: Field,
  occasion: Occasion,
  { choices, complete }: Extract<Offer, { choices: unknown }>,
  dialogue: Dialogue,
): Promise<Picked> {
  if (!complete) dialogue.note(`  Only the first ${choices.length} are listed: type any other.`);
  if (field.kind === 'list') return pickSeveral(field, occasion, choices, dialogue);
  let answer: Answer = 'kept';
  let picked: Picked = {};
  await inTurn([
    async () => {
      answer = await dialogue.ask.search<Answer>({
        message: `${field.label}:`,
        choices: [...keeping(field, occasion), ...choices.map((choice) => asChoice(field, choice))],
        always: [typed, ...leavingOut(occasion)],
      });
      if (answer === 'none') picked = { [field.name]: null };
      else picked = typeof answer === 'string' ? {} : { [field.name]: answer.value, ...answer.also };
      return true;
    },
    async () => {
      if (answer !== 'typed') return false;
      picked = await typedAnswer(field, occasion, dialogue);
      return true;
    },
  ]);
  return picked;
}

async function pickSeveral(
  field: Field,
  occasion: Occasion,
  choices: readonly Offered[],
  dialogue: Dialogue,
): Promise<Picked> {
  const picked: string[] = [];
  for (;;) {
    let answer: Answer | undefined;
    try {
      answer = await pickAnother(field, occasion, choices, dialogue, picked);
      if (answer === 'kept') return {};
      if (answer === 'none') return { [field.name]: null };
      if (answer === 'enough') return { [field.name]: picked };
      if (answer === 'typed') {
        const before = picked.length > 0 ? { ...occasion, stored: picked } : occasion;
        return await typedAnswer(field, before, dialogue, picked);
      }
      picked.push(answer.value);
    } catch (error) {
      if (!(error instanceof StepBack)) throw error;
      // Before what is typed stands the list; before another one, the one that was picked last.
      if (answer === undefined && picked.pop() === undefined) throw error;
    }
  }
}

function pickAnother(
  field: Field,
  occasion: Occasion,
  choices: readonly Offered[],
  { ask }: Dialogue,
  picked: readonly string[],
): Promise<Answer> {
  const isFirst = picked.length === 0;
  const enough: Choice<Answer> = { name: 'No more', value: 'enough' };
  const rest = choices.filter(({ value }) => !picked.includes(value)).map((choice) => asChoice(field, choice));
  return ask.search<Answer>({
    message: isFirst ? `${field.label}:` : `${field.label}, another one:`,
    choices: [...(isFirst ? keeping(field, occasion) : [enough]), ...rest],
    always: isFirst ? [typed, ...leavingOut(occasion)] : [typed],
  });
}

/** @param picked what Enter alone takes */
async function typedAnswer(
  field: Field,
  occasion: Occasion,
  dialogue: Dialogue,
  picked: readonly string[] = [],
): Promise<Picked> {
  const answer = await askFor(field, occasion, dialogue);
  if (answer !== undefined) return { [field.name]: answer };
  return picked.length > 0 ? { [field.name]: picked } : {};
}

function asChoice({ kind }: Field, choice: Offered): Choice<Answer> {
  const { value, label, hint } = choice;
  return {
    name: `${label ?? quotable(value, 255)}${hint ? ` (${hint})` : ''}`,
    value: choice,
    // Of what a list holds, such as channels, people know the names.
    short: (kind === 'list' ? label : undefined) ?? quotable(value, 255),
    description: label === undefined || label === value ? undefined : quotable(value, 255),
    disabled: choice.disabled,
  };
}

function keeping(field: Field, { stored }: Occasion): Choice<Answer>[] {
  if (stored === undefined || stored === null) return [];
  return [{ name: `Keep ${quotable(storedText(field, stored), 255)}`, value: 'kept' }];
}

function leavingOut({ needed }: Occasion): Choice<Answer>[] {
  return needed ? [] : [{ name: 'None', value: 'none' }];
}
