import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Run } from '../../db/stores/run-row.ts';

/** What a ticket that nobody sees any more is to whoever asked for one; undefined where it can be seen. */
export function trashedFailure(run: Run): AppError | undefined {
  if (run.state !== 'trashed') return undefined;
  return new AppError('CONFLICT', `the ticket for "${quotable(run.key ?? '')}" is in the trash, so none was created`, {
    hint: 'Bring it back at the provider, or give another --key.',
    details: { runId: run.id, url: run.url },
  });
}
