/** Exit status of every error code: the contract with scripts. */
const exitStatus = {
  INTERNAL: 1,
  VERIFICATION_FAILED: 3,
  DATABASE_UNAVAILABLE: 4,
  SCHEMA_OUTDATED: 4,
  KEY_UNAVAILABLE: 4,
  DECRYPTION_FAILED: 4,
  UNDECIDED: 5,
  CONFLICT: 6,
  NOT_FOUND: 7,
  FAILED: 8,
  USAGE: 64,
  VALIDATION: 64,
  COMMAND_NOT_RUN: 126,
  COMMAND_NOT_FOUND: 127,
  CANCELLED: 130,
} as const;

export type ErrorCode = keyof typeof exitStatus;

export interface ErrorParts {
  /** What to do next, a command where there is one. */
  hint?: string | undefined;
  /** The column or flag that the error is about. */
  field?: string | undefined;
  details?: unknown;
  /** The message for people who know the same things by other names, such as columns by their flags. */
  told?: string | undefined;
  /** Each of several things that are wrong, for people; scripts find them in `details`. */
  lines?: readonly string[];
  cause?: unknown;
}

/**
 * A failure that the user can understand and act on. The message says what is wrong and where, and never holds a
 * credential. Anything else that is thrown is a bug.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly field: string | undefined;
  readonly details: unknown;
  readonly told: string;
  readonly lines: readonly string[];

  constructor(code: ErrorCode, message: string, parts: ErrorParts = {}) {
    super(message, { cause: parts.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = parts.hint;
    this.field = parts.field;
    this.details = parts.details;
    this.told = parts.told ?? message;
    this.lines = parts.lines ?? [];
  }

  get exitStatus(): number {
    return exitStatus[this.code];
  }
}

export function usage(message: string, parts?: ErrorParts): AppError {
  return new AppError('USAGE', message, parts);
}

export function invalid(message: string, parts?: ErrorParts): AppError {
  return new AppError('VALIDATION', message, parts);
}
