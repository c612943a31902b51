import { AppError } from '../../core/error.ts';
import { quotable, shellWord } from '../../core/text.ts';
import type { Run } from '../../db/stores/run-row.ts';

/** Nobody found out what became of what was sent. */
export function unknownFate(run: Run): AppError {
  const reason = run.detail === null ? 'no answer came' : quotable(run.detail, 300);
  const { done, next } = run.kind === 'ticket' ? ticket : build;
  return new AppError('UNDECIDED', `nobody knows whether the ${done}: ${reason}`, {
    hint: `Nothing was sent again. ${next(run)}`,
    details: { runId: run.id },
  });
}

interface Words {
  done: string;
  next: (run: Run) => string;
}

const build: Words = {
  done: 'build was started',
  next: () => 'integrations pipeline runs looks once more; --force starts another one.',
};

const ticket: Words = {
  done: 'ticket was created',
  next: ({ displayName, key, marker }) =>
    `integrations ticket find ${shellWord(displayName)} --key ${shellWord(key ?? '')} looks once more. If nothing there has the mark ${marker}, create it with another --key.`,
};
