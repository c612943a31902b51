import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Run } from '../../db/stores/run-row.ts';

/** Nobody found out what became of what was sent. */
export function unknownFate(run: Run): AppError {
  const reason = run.detail === null ? 'no answer came' : quotable(run.detail, 300);
  return new AppError('UNDECIDED', `nobody knows whether the build was started: ${reason}`, {
    hint: 'Nothing was sent again. integrations pipeline runs looks once more; --force starts another one.',
    details: { runId: run.id },
  });
}
