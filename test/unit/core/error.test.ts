import { expect, test } from 'vitest';
import { AppError, type ErrorCode } from '../../../src/core/error.ts';

/** The contract with scripts: never changed, only added to. */
const statuses: Readonly<Record<ErrorCode, number>> = {
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
};

test.each(Object.entries(statuses))('%s is exit status %i', (code, status) => {
  expect(new AppError(code as ErrorCode, 'it failed').exitStatus).toBe(status);
});
