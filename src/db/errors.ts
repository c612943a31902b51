import { AppError, invalid } from '../core/error.ts';
import { describeLocation, type Location } from './location.ts';

type DriverError = Error & { code?: unknown; errno?: unknown; fatal?: unknown };

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

const unavailable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  PROTOCOL_CONNECTION_LOST: 'the connection was lost',
  ER_ACCESS_DENIED_ERROR: 'it refused the user or the password',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: 'it refused the user without a password',
  ER_DBACCESS_DENIED_ERROR: 'the user may not use this database',
  ER_BAD_DB_ERROR: 'there is no such database on the server',
  ER_CON_COUNT_ERROR: 'the server has too many connections',
  ER_SERVER_SHUTDOWN: 'the server is shutting down',
  ER_TABLEACCESS_DENIED_ERROR: 'the user may not use one of the tables',
  ER_COLUMNACCESS_DENIED_ERROR: 'the user may not use one of the columns',
  ER_SPECIFIC_ACCESS_DENIED_ERROR: 'the user lacks a privilege',
  ER_OPTION_PREVENTS_STATEMENT: 'the server is read-only',
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: 'the server is read-only',
  ER_RECORD_FILE_FULL: "the server's disk is full",
  ER_DISK_FULL: "the server's disk is full",
  ER_LOCK_WAIT_TIMEOUT: 'a row stayed locked by another command',
  ER_LOCK_DEADLOCK: 'another command changed the same rows at the same time',
  ER_CHECKREAD: 'another command changed the same rows at the same time',
  ER_ERROR_DURING_COMMIT: 'the server could not say whether it stored the change',
  ER_READ_ONLY_MODE: 'the server is read-only',
  ER_UNKNOWN_COM_ERROR: 'the node is not part of its cluster',
  ER_SERVER_OFFLINE_MODE: 'the server is in offline mode',
  ER_CANT_INITIALIZE_UDF: 'it is not online in its replication group, or the group has lost its majority',
  ER_BEFORE_DML_VALIDATION_ERROR: 'its replication group refuses the change',
  ER_RUN_HOOK_ERROR: 'its replication group could not store the change',
  ER_TRANSACTION_ROLLBACK_DURING_COMMIT: 'its replication group refused the change',
  ER_GRP_TRX_CONSISTENCY_NOT_ALLOWED: 'it is not online in its replication group',
  ER_GRP_TRX_CONSISTENCY_BEFORE: 'it could not learn what its replication group has stored',
  ER_GRP_TRX_CONSISTENCY_BEGIN_NOT_ALLOWED: 'it is not online in its replication group',
  HANDSHAKE_NO_SSL_SUPPORT: 'the server offers no encryption (ssl=off in the address allows that)',
  HANDSHAKE_SSL_ERROR: 'its certificate was not accepted',
  SQLITE_CANTOPEN: 'the file cannot be opened',
  SQLITE_READONLY: 'the file is read-only',
  SQLITE_FULL: 'the disk is full',
  SQLITE_BUSY: 'another command holds it',
  SQLITE_LOCKED: 'another command holds it',
  SQLITE_NOTADB: 'the file is not a SQLite database',
  SQLITE_CORRUPT: 'the file is damaged',
  SQLITE_IOERR: 'the file cannot be read or written',
  SQLITE_PERM: 'permission denied',
  SQLITE_AUTH: 'permission denied',
};

/** Whether a statement named a table that is not there. */
export function isMissingTable(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ER_NO_SUCH_TABLE' || (code === 'SQLITE_ERROR' && /no such table/.test(String(error)));
}

const outdated = new Set(['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR']);

/** An error of the driver as one that the user can act on; undefined for any other error. */
export function databaseError(error: unknown, location: Location): AppError | undefined {
  const code = codeOf(error);
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
  const reason = reasonFor(error, code);
  if (reason === undefined) return undefined;
  return new AppError('DATABASE_UNAVAILABLE', `the database ${name} cannot be used: ${reason}`, {
    hint: hints[code ?? ''] ?? 'integrations db status',
    cause: error,
  });
}

/** The column whose length or check refused a value, '' where that is not told; undefined for any other error. */
function columnThatRefused(error: unknown, code: string | undefined): string | undefined {
  if (code !== 'ER_DATA_TOO_LONG' && code !== 'SQLITE_CONSTRAINT_CHECK') return undefined;
  // Names of columns are all that is taken from the driver's text: the rest of it may be a value.
  return (
    /column '([A-Za-z]+)' at row|constraint failed: [^"]*"([A-Za-z]+)"/.exec(String(error))?.slice(1).find(Boolean) ??
    ''
  );
}

const hints: Readonly<Record<string, string>> = {
  ER_ACCESS_DENIED_ERROR: 'Check the user in INTEGRATIONS_DATABASE_URL and INTEGRATIONS_DATABASE_PASSWORD.',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: 'Set INTEGRATIONS_DATABASE_PASSWORD.',
  ER_BAD_DB_ERROR: 'Create the database on the server, then: integrations db migrate',
  ECONNREFUSED: 'Check the host and port in INTEGRATIONS_DATABASE_URL, and that the server runs.',
  ENOTFOUND: 'Check the host in INTEGRATIONS_DATABASE_URL.',
  SQLITE_FULL: 'Free some space; nothing was changed.',
  SQLITE_CORRUPT: 'Put a backup in its place; copies of before each migration lie beside it.',
  SQLITE_NOTADB: 'Check the path; where it is right, put a backup in its place.',
  SQLITE_READONLY: 'Check the modes of the file and its directory.',
};

/** Why the database cannot be used; undefined for an error that says nothing of the kind. */
export function unavailability(error: unknown): string | undefined {
  return reasonFor(error, codeOf(error));
}

function reasonFor(error: unknown, code: string | undefined): string | undefined {
  if (error instanceof Error && error.name === 'KnexTimeoutError') return 'it did not answer in time';
  // The driver gives no code where the connection was lost before the statement was sent.
  if (code === undefined) return isFatal(error) ? 'the connection was lost' : undefined;
  if (code.startsWith('SQLITE_')) return unavailable[code] ?? unavailable[code.split('_').slice(0, 2).join('_')];
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS)/.test(code))
    return `its certificate was not accepted (${code})`;
  // The codes of the operating system mean the database only where its driver raised them.
  const fromDriver =
    code.startsWith('ER_') || code.startsWith('PROTOCOL_') || code.startsWith('HANDSHAKE_') || isFatal(error);
  return fromDriver ? (unavailable[code] ?? (isFatal(error) ? code : undefined)) : undefined;
}

/** Whether the connection is of no use after it. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && (error as DriverError).fatal === true;
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as DriverError).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
