import type { Prompter } from './prompter.ts';
import { StepBack, type Trail } from './step-back.ts';

/** The same prompter, whose answers are counted. */
export function keepingTrail(ask: Prompter, trail: Trail): Prompter {
  async function counted<T>(answer: Promise<T>): Promise<T> {
    try {
      const answered = await answer;
      trail.answered += 1;
      return answered;
    } catch (error) {
      if (error instanceof StepBack) trail.answered -= 1;
      throw error;
    }
  }
  return {
    text: (question) => counted(ask.text(question)),
    hidden: (question) => counted(ask.hidden(question)),
    hiddenLines: (question) => counted(ask.hiddenLines(question)),
    select: (question) => counted(ask.select(question)),
    search: (question) => counted(ask.search(question)),
    several: (question) => counted(ask.several(question)),
    confirm: (question) => counted(ask.confirm(question)),
  };
}
