import { AppError } from '../core/error.ts';
import { systemCode, systemHint, systemReason } from '../files/system-error.ts';

/** What was not foreseen. Its own text may hold anything, so only its kind is told. */
export function unforeseen(error: unknown): AppError {
  const code = systemCode(error);
  const kind = code ?? (error instanceof Error ? error.name : typeof error);
  const reason = systemReason(error);
  const told = code === undefined || reason === code ? '' : `: ${reason}`;
  return new AppError('INTERNAL', `something unexpected happened${told} (${kind})`, {
    hint: systemHint(error) ?? 'Run it again with --debug and report what it says.',
    cause: error,
  });
}
