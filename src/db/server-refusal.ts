import { greater, type Purpose } from './purpose.ts';
import { checkLog, ourFaults, type Refused, refusedByErrno } from './server-errors.ts';
import { historyTable } from './stores/history.ts';

/** An error that a server sent, as its driver gives it. */
interface ServerError extends Error {
  errno: number;
  sqlState?: string;
  /** Without the statement, which Knex writes before it. */
  sqlMessage?: string;
  code?: string;
}

export function isServerError(error: unknown): error is ServerError {
  const errno = error instanceof Error ? (error as Partial<ServerError>).errno : undefined;
  // Those of the operating system are below zero.
  return typeof errno === 'number' && errno > 0;
}

/**
 * Why the server refused; undefined where the statement was at fault.
 * @param least what a user has to be for at least to do what was refused
 */
export function refusedBy(error: ServerError, least: Purpose): Refused | undefined {
  const { errno, sqlState } = error;
  if (ourFaults.has(errno) || sqlState === '23000') return undefined;
  return (
    privilegeMissing(error, least) ??
    engineFailure(error) ??
    limitReached(error) ??
    refusedByErrno.get(errno) ??
    unknown(error)
  );
}

/** A name that the server has for it, where both servers mean the same. */
function unknown({ errno, code }: ServerError): Refused {
  const symbol = errno < 4000 && code !== undefined ? `${code}, error ${errno}` : `error ${errno}`;
  return { reason: `the server refused (${symbol})`, hint: `Look the error up in the server's manual. ${checkLog}` };
}

// Privileges, tables, columns and numbers are all that is taken from a server's text: the rest may be a value.

/** The least purpose that has a privilege on a table; `column` is one that the user may not change. */
function purposeOf(privilege: string, table: string, column: string | undefined): Purpose {
  if (privilege === 'SELECT') return 'read';
  const isOurs = /^tenant_/.test(table);
  if (privilege === 'INSERT' && isOurs) return 'apply';
  if (privilege === 'DELETE' && isOurs && table !== historyTable) return 'apply';
  if (privilege !== 'UPDATE' || !(isOurs || table === 'tenants')) return 'migrate';
  return column === undefined && isOurs ? 'verify' : 'apply';
}

function privilegeMissing({ errno, sqlMessage = '' }: ServerError, least: Purpose): Refused | undefined {
  if (errno === 1227) return { reason: 'the user lacks a privilege of the server', hint: grantsFor('migrate') };
  if (errno !== 1142 && errno !== 1143) return undefined;
  const [, told = '', column, table] =
    /^([A-Z][A-Za-z, ]{1,60}) command denied to user .* for (?:column '(\w+)' in )?table (?:'|`(?:[^`]+`\.`)?)(\w+)['`]$/.exec(
      sqlMessage,
    ) ?? [];
  if (table === undefined)
    return { reason: 'the user may not use one of the tables', hint: grantsFor(greater('apply', least)) };
  // MySQL's word for a row that is read to be changed.
  const privilege = told === 'SELECT with locking clause' ? 'UPDATE' : told;
  return {
    reason: `the user lacks ${privilege} on ${column === undefined ? table : `the column ${column} of ${table}`}`,
    hint: grantsFor(greater(purposeOf(privilege, table, column), least)),
  };
}

function grantsFor(purpose: Purpose): string {
  return `What a user needs for it: integrations db grants --for ${purpose}`;
}

/** What the operating system or the storage engine told the server. */
function engineFailure({ errno, sqlMessage = '' }: ServerError): Refused | undefined {
  if (errno !== 1030 && errno !== 1105) return undefined;
  const number = /error:? (-?\d{1,5})\b/i.exec(sqlMessage)?.[1];
  const same = engineErrnos.get(Number(number));
  return same === undefined
    ? { reason: `its storage failed${number === undefined ? '' : ` (error ${number})`}`, hint: checkLog }
    : refusedByErrno.get(same);
}

/** Numbers of Unix and of storage engines, with the server's own for the same. */
const engineErrnos = new Map([
  [28, 1021],
  [122, 1021],
  [135, 1021],
  [136, 1021],
  [12, 1037],
  [128, 1037],
  [24, 1016],
  [23, 1016],
  [30, 1290],
  [165, 1290],
]);

/** Which limit of an account it is. */
function limitReached({ errno, sqlMessage = '' }: ServerError): Refused | undefined {
  const name = errno === 1226 ? /'(max_[a-z_]{1,40})' resource/.exec(sqlMessage)?.[1] : undefined;
  const general = refusedByErrno.get(errno);
  return name !== undefined && general ? { ...general, reason: `${general.reason}: ${name}` } : undefined;
}
