import { unforeseen } from '../app/unforeseen.ts';
import { AppError } from '../core/error.ts';
import { IntegrationsError } from './error.ts';

/** An error as the host gets it: with the places that it came by, and without its causes, whose texts may quote a value. */
export function toldError(error: unknown): IntegrationsError {
  if (error instanceof IntegrationsError) return error;
  const { code, message, field, details, ...known } = error instanceof AppError ? error : unforeseen(error);
  const hint = code === 'INTERNAL' ? 'Report it, with the stack of this error.' : known.hint;
  const told = new IntegrationsError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(field === undefined ? {} : { field }),
    ...(details === undefined ? {} : { details }),
  });
  const places = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  if (places.length > 0) told.stack = `${told.name}: ${message}\n${places.join('\n')}`;
  return told;
}
