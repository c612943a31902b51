import { StepBack } from './step-back.ts';

/**
 * A question, or several that belong together.
 * @param back whether a person came back to it: it asks even where it has its answer already
 * @returns whether anybody was asked
 */
export type Turn = (back: boolean) => Promise<boolean>;

/**
 * Takes one turn after the other. Escape leads from each to the one before it that asks; one that asks nothing is gone
 * past, in either direction.
 * @param from the end to begin at: the last one for whoever comes back from what follows
 * @throws StepBack where Escape leads before the first
 */
export async function inTurn(turns: readonly Turn[], from: 'first' | 'last' = 'first'): Promise<void> {
  let back = from === 'last';
  let at = back ? turns.length - 1 : 0;
  for (let turn = turns[at]; turn; turn = turns[at]) {
    try {
      if (await turn(back)) back = false;
    } catch (error) {
      if (!(error instanceof StepBack)) throw error;
      back = true;
    }
    at += back ? -1 : 1;
  }
  if (at < 0) throw new StepBack();
}
