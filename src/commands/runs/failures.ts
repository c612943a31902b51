import { AppError } from '../../core/error.ts';
import { quotable, shellWord } from '../../core/text.ts';
import type { Run } from '../../db/stores/run-row.ts';

/** Nobody found out what became of what was sent. */
export function unknownFate(run: Run): AppError {
  const reason = run.detail === null ? 'no answer came' : quotable(run.detail, 300);
  const { done, next } = run.kind === 'ticket' ? ticket : build;
  return new AppError('UNDECIDED', `nobody knows whether the ${done}: ${reason}`, {
    hint: next(run),
    details: { runId: run.id },
  });
}

interface Words {
  done: string;
  next: (run: Run) => string;
}

const build: Words = {
  done: 'build was started',
  next: ({ displayName, key }) =>
    `Nothing was sent again. integrations pipeline runs ${shellWord(displayName)} looks once more; --force${key === null ? '' : ' with another --run-id'} starts another one.`,
};

const ticket: Words = {
  done: 'ticket was created',
  next: ({ displayName, key, marker }) =>
    `No second one is made: the same command, or integrations ticket find ${shellWord(displayName)} --key ${shellWord(key ?? '')}, looks once more. If nothing there has the mark ${marker} then, create it with another --key.`,
};
