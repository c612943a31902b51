import type { ErrorCode } from '../core/error.ts';

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
