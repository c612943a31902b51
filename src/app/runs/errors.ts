import { NotDone } from '../../core/client.ts';
import { AppError, type ErrorCode } from '../../core/error.ts';
import { quotable, shellWord } from '../../core/text.ts';
import { Refusal, Undecided } from '../../core/verification.ts';
import { categoryOf, type Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';

const codes: Readonly<Record<string, ErrorCode>> = {
  INPUT: 'VALIDATION',
  NOT_FOUND: 'NOT_FOUND',
  INVALID: 'VERIFICATION_FAILED',
  EXPIRED: 'VERIFICATION_FAILED',
  REVOKED: 'VERIFICATION_FAILED',
  INSUFFICIENT: 'VERIFICATION_FAILED',
};

interface About {
  /** The provider's title inside a sentence. */
  provider: string;
  redact(text: string): string;
  /** What was refused; undefined for what only asked. */
  run?: Run;
}

/** What a provider said against an action, as an error that the user can act on; any other error as it is. */
export function toldError(error: unknown, { provider, redact, run }: About): unknown {
  if (!(error instanceof NotDone || error instanceof Refusal || error instanceof Undecided)) return error;
  const detail = redact(error.message);
  const hint = error.hint === undefined ? undefined : redact(error.hint);
  const details = run ? { details: { runId: run.id, outcome: outcomeOf(error) } } : {};
  if (error instanceof Undecided || (error instanceof NotDone && error.outcome === 'not sent')) {
    const again = run ? 'Nothing was sent; try again.' : undefined;
    const told = [hint, again].filter(Boolean).join(' ') || undefined;
    return new AppError('UNDECIDED', `${provider} could not be asked: ${detail}`, { hint: told, ...details });
  }
  if (error instanceof NotDone && error.outcome === 'uncertain') {
    return new AppError('UNDECIDED', `nobody knows whether ${provider} did it: ${detail}`, { hint, ...details });
  }
  return new AppError(codeOf(error), `${provider} refused it: ${detail}`, { hint, ...details });
}

/** What may not be done failed; what may not even be asked is about the credential. */
function codeOf(error: NotDone | Refusal): ErrorCode {
  const isAboutDoing = error instanceof NotDone && error.kind === 'INSUFFICIENT';
  return (isAboutDoing ? undefined : codes[error.kind ?? '']) ?? 'FAILED';
}

function outcomeOf(error: NotDone | Refusal | Undecided): string {
  return error instanceof NotDone ? error.outcome : error instanceof Refusal ? 'refused' : 'not sent';
}

/** A run whose fate is not known is in the way. */
export function inTheWay(run: Run): AppError {
  return new AppError('CONFLICT', `nobody knows yet what became of the run ${run.id} of ${run.createdAt}`, {
    hint: `integrations pipeline runs ${shellWord(run.displayName)} looks for it once more. Check at the provider whether it started; --force starts another one anyway.`,
    details: { runId: run.id },
  });
}

/** @throws AppError CONFLICT: nothing is done with an integration that was switched off */
export function refuseDisabled(row: Integration): void {
  if (row.isActive) return;
  const { name, noun } = categoryOf(row);
  throw new AppError('CONFLICT', `the ${noun} "${quotable(row.displayName)}" is disabled`, {
    hint: `integrations ${name} enable "${quotable(row.displayName)}"`,
  });
}
