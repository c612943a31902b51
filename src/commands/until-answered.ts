import type { Context } from '../context.ts';
import { StepBack } from '../input/step-back.ts';

/** Asks, and says so where Escape leads before the first question, which is asked again then. */
export async function untilAnswered<T>(context: Context, questions: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await questions();
    } catch (error) {
      if (!(error instanceof StepBack)) throw error;
      context.note('\nThere is no question before this one: Ctrl-C leaves.');
    }
  }
}
