import { AppError } from '../core/error.ts';
import { capital } from '../core/text.ts';

/** Why something does not work, as a sentence for whoever typed it; undefined where it does. */
export function whyNot(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return capital(error.message);
  }
}
