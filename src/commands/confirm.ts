import type { Context } from '../context.ts';
import { AppError, usage } from '../core/error.ts';
import { noteText } from '../output/message.ts';
import { untilAnswered } from './until-answered.ts';

/** A question before something is done that cannot be taken back, or that others could see. */
export interface Confirmation {
  /** Lines that say what it is about, and where. */
  about?: readonly string[];
  message: string;
  /**
   * What is told where nobody can answer: a clause such as `removing asks first`. Without it the command goes on there:
   * what it was told to do says it all.
   */
  asks?: string;
  hint?: string;
  field?: string;
}

/** Asks, unless `--yes` answers already. @throws AppError CANCELLED, or USAGE where nobody is there to answer */
export async function confirm(context: Context, { about, message, asks, hint, field }: Confirmation): Promise<void> {
  if (context.flags.yes) return;
  if (!context.canAsk) {
    if (asks === undefined) return;
    throw usage(`${asks}, but there is nobody to ask`, { hint: hint ?? 'Add --yes.', field });
  }
  const lines = about?.map((line) => noteText(line, context.style).trimEnd());
  const question = { message, default: false, ...(lines ? { about: lines } : {}) };
  if (!(await untilAnswered(context, () => context.ask.confirm(question)))) throw cancelled();
}

export function cancelled(): AppError {
  return new AppError('CANCELLED', 'Cancelled.');
}
