import { unforeseen } from '../app/unforeseen.ts';
import { AppError, type ErrorCode } from '../core/error.ts';

/**
 * What every call fails with. The codes are the command line's; a hint may name a command of it. No member holds a
 * credential, nor what a provider or a driver said.
 */
export class IntegrationsError extends Error {
  override readonly name = 'IntegrationsError';
  readonly code: ErrorCode;
  /** What to do next. */
  readonly hint: string | undefined;
  /** The field, or the option, that it is about. */
  readonly field: string | undefined;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, parts: { hint?: string; field?: string; details?: unknown } = {}) {
    super(message);
    this.code = code;
    this.hint = parts.hint;
    this.field = parts.field;
    this.details = parts.details;
  }
}

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
