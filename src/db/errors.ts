import { AppError, invalid } from '../core/error.ts';
import { describeLocation, type Location } from './location.ts';
import type { Purpose } from './purpose.ts';
import type { Refused } from './server-errors.ts';
import { isServerError, refusedBy } from './server-refusal.ts';
import { signInFault } from './sign-in-errors.ts';
import { refusedBySqlite } from './sqlite-errors.ts';

type DriverError = Error & { code?: unknown; fatal?: unknown };

/** What a constraint of the schema refused. */
export type Refusal = 'duplicate' | 'referenced' | 'no such reference';

const refusals: Readonly<Record<string, Refusal>> = {
  ER_DUP_ENTRY: 'duplicate',
  SQLITE_CONSTRAINT_UNIQUE: 'duplicate',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'duplicate',
  ER_ROW_IS_REFERENCED_2: 'referenced',
  ER_ROW_IS_REFERENCED: 'referenced',
  ER_NO_REFERENCED_ROW_2: 'no such reference',
  ER_NO_REFERENCED_ROW: 'no such reference',
  // SQLite does not say which side of a foreign key failed.
  SQLITE_CONSTRAINT_FOREIGNKEY: 'referenced',
  // A trigger of ON DELETE RESTRICT.
  SQLITE_CONSTRAINT_TRIGGER: 'referenced',
};

export function refusalOf(error: unknown): Refusal | undefined {
  return refusals[codeOf(error) ?? ''];
}

const checkAddress = 'Check the host and port in INTEGRATIONS_DATABASE_URL, and that the server runs.';
const checkNetwork = `${checkAddress} A firewall or a VPN may be in the way.`;
const checkServer = 'Try again. If it persists, check the host and port in INTEGRATIONS_DATABASE_URL.';

/** What other than a server says that the database cannot be used. */
const unavailable: Readonly<Record<string, Refused>> = {
  ECONNREFUSED: { reason: 'nothing listens there', hint: checkAddress },
  ENOTFOUND: { reason: 'its host name is unknown', hint: 'Check the host in INTEGRATIONS_DATABASE_URL.' },
  EAI_AGAIN: {
    reason: 'its host name cannot be looked up',
    hint: "Try again. If it persists, look at this machine's DNS.",
  },
  ETIMEDOUT: { reason: 'it did not answer in time', hint: checkNetwork },
  EHOSTUNREACH: { reason: 'its host cannot be reached', hint: checkNetwork },
  ENETUNREACH: { reason: 'its network cannot be reached', hint: checkNetwork },
  ECONNRESET: { reason: 'the connection was cut', hint: checkServer },
  EPIPE: { reason: 'the connection was cut', hint: checkServer },
  PROTOCOL_CONNECTION_LOST: { reason: 'the connection was lost', hint: checkServer },
};

/** Whether a statement named a table that is not there. */
export function isMissingTable(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ER_NO_SUCH_TABLE' || (code === 'SQLITE_ERROR' && /no such table/.test(String(error)));
}

const outdated = new Set(['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR']);

/**
 * An error of the driver as one that the user can act on; undefined for any other error.
 * @param least what a user of the server has to be for at least to do what failed
 */
export function databaseError(error: unknown, location: Location, least: Purpose = 'read'): AppError | undefined {
  const code = codeOf(error);
  if (isUnbuiltDriver(error, code)) {
    return new AppError(
      'DATABASE_UNAVAILABLE',
      'SQLite does not load here: its native part is missing, or was built for another Node',
      {
        hint: 'Run "npm rebuild better-sqlite3" where this program is installed (not with --ignore-scripts), or use a server (INTEGRATIONS_DATABASE_URL).',
        cause: error,
      },
    );
  }
  const name = describeLocation(location);
  if ((code && outdated.has(code)) || (code === 'SQLITE_ERROR' && /no such (table|column)/.test(String(error)))) {
    return new AppError('SCHEMA_OUTDATED', `the tables in ${name} are missing or outdated`, {
      hint: 'integrations db migrate',
      cause: error,
    });
  }
  const column = columnThatRefused(error, code);
  if (column !== undefined) {
    return invalid(`the database refuses ${column || 'a value'}: it does not fit its column`, {
      field: column || undefined,
      cause: error,
    });
  }
  const refused = refusedFor(error, code, least, location.engine === 'sqlite' ? location.path : undefined);
  if (refused === undefined) return undefined;
  const blank = isLogin(error) ? blankIn(location) : undefined;
  const reason = `${refused.reason}${blank?.told ?? ''}`;
  return new AppError('DATABASE_UNAVAILABLE', `the database ${name} cannot be used: ${reason}`, {
    hint: blank?.hint ?? `${refused.hint}${isLogin(error) ? loginsBeside(location) : ''}`,
    cause: error,
  });
}

function isLogin(error: unknown): boolean {
  return isServerError(error) && error.errno === 1045;
}

/** An account that demands TLS is refused as for a wrong password. */
function loginsBeside(location: Location): string {
  return location.engine === 'mysql' && location.tls.mode === 'off'
    ? ' Where the account demands encryption, add ?ssl=require.'
    : '';
}

/** What may have come into a password with the text that it was copied from. It may also be part of it. */
function blankIn(location: Location): { told: string; hint: string } | undefined {
  const password = location.engine === 'mysql' ? (location.password ?? '') : '';
  const end = /\s$/.test(password) ? 'ends in' : /^\s/.test(password) ? 'begins with' : undefined;
  if (!end) return undefined;
  return {
    told: `; the password ${end} ${/[\r\n]$|^[\r\n]/.test(password) ? 'a line break' : 'white space'}`,
    hint: 'If that is not part of it, set it without; INTEGRATIONS_DATABASE_PASSWORD_FILE leaves out a final line break.',
  };
}

/** Of a server: too long, out of range, of another character set, no JSON, or against a CHECK. */
const misfits = new Set([1264, 1265, 1292, 1300, 1366, 1406, 3140, 3157, 3819, 4025]);

/** The column whose length or check refused a value, '' where that is not told; undefined for any other error. */
function columnThatRefused(error: unknown, code: string | undefined): string | undefined {
  if (!(isServerError(error) && misfits.has(error.errno)) && code !== 'SQLITE_CONSTRAINT_CHECK') return undefined;
  // Names of columns are all that is taken from the driver's text: the rest of it may be a value.
  return (
    /column (?:'|`(?:[^`]+`\.`)*)([A-Za-z]+)['`] at row \d+$|constraint failed: [^"]*"([A-Za-z]+)"/
      .exec(String(error))
      ?.slice(1)
      .find(Boolean) ?? ''
  );
}

/** Whether `better-sqlite3` is there without what npm builds or fetches for one Node by a script, or is not there at all. */
function isUnbuiltDriver(error: unknown, code: string | undefined): boolean {
  if (!(error instanceof Error)) return false;
  return code === 'ERR_DLOPEN_FAILED' || 'tries' in error || /^Knex: run\n.*better-sqlite3/.test(error.message);
}

/** Why the database cannot be used; undefined for an error that says nothing of the kind. */
export function unavailability(error: unknown): string | undefined {
  return refusedFor(error, codeOf(error), 'read')?.reason;
}

function refusedFor(error: unknown, code: string | undefined, least: Purpose, path?: string): Refused | undefined {
  if (error instanceof Error && error.name === 'KnexTimeoutError') return unavailable['ETIMEDOUT'];
  if (isServerError(error)) return refusedBy(error, least);
  const fault = signInFault(error);
  if (fault) return fault;
  // The driver gives no code where the connection was lost before the statement was sent.
  if (error instanceof Error && isUnreadable(error)) return unavailable['PROTOCOL_CONNECTION_LOST'];
  if (code === undefined) return isFatal(error) ? unavailable['PROTOCOL_CONNECTION_LOST'] : undefined;
  if (code.startsWith('SQLITE_')) return refusedBySqlite(code, path);
  // The codes of the operating system mean the database only where its driver raised them.
  const fromDriver = code.startsWith('PROTOCOL_') || code.startsWith('HANDSHAKE_') || isFatal(error);
  return fromDriver
    ? (unavailable[code] ?? (isFatal(error) ? { reason: code, hint: checkServer } : undefined))
    : undefined;
}

/** Whether the connection is of no use after it. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && ((error as DriverError).fatal === true || isUnreadable(error));
}

/** An answer that was damaged on its way. What mysql2 throws over it bears no mark but the place where it was thrown. */
function isUnreadable({ stack }: Error): boolean {
  return /^ +at Packet\.read/m.test(stack ?? '');
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as DriverError).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
