import { describe, expect, test } from 'vitest';
import { databaseError, isFatal, unavailability } from '../../../src/db/errors.ts';
import type { MysqlLocation } from '../../../src/db/location.ts';
import { refusedByErrno } from '../../../src/db/server-errors.ts';

const location: MysqlLocation = {
  engine: 'mysql',
  hosts: [{ host: 'db.acme.test', port: 3306 }],
  user: 'ci',
  password: undefined,
  database: 'platform',
  tls: { mode: 'verify', ca: undefined },
};

/** As the driver gives it, with what Knex writes before the message. */
function sent(
  errno: number,
  sqlMessage = 'something with s3cret in it',
  more: { code?: string; sqlState?: string } = {},
) {
  const error = new Error(`insert into \`tenants\` - ${sqlMessage}`);
  return Object.assign(error, { errno, sqlMessage, sqlState: 'HY000', ...more });
}

const told = (error: unknown) => databaseError(error, location);

/** Where the driver reads answers. */
class Packet {
  read(error: Error): Error {
    Error.captureStackTrace(error);
    return error;
  }
}

describe('an answer that was damaged on its way', () => {
  test.each([
    new Error('Should not reach here: 255'),
    Object.assign(new RangeError('s3cret'), { code: 'ERR_OUT_OF_RANGE' }),
  ])('is a connection that is of no use: %s', (error) => {
    const thrown = new Packet().read(error);
    expect(isFatal(thrown)).toBe(true);
    expect(told(thrown)?.message).toBe(
      'the database db.acme.test:3306/platform cannot be used: the connection was lost',
    );
  });
});

describe('a server that is not met', () => {
  test.each([
    ['ECONNREFUSED', 'nothing listens there', /^Check the host and port in INTEGRATIONS_DATABASE_URL/],
    ['EAI_AGAIN', 'its host name cannot be looked up', /DNS/],
    ['ETIMEDOUT', 'it did not answer in time', /^Check the host and port .* firewall/],
    ['EHOSTUNREACH', 'its host cannot be reached', /^Check the host and port .* firewall/],
    ['ENETUNREACH', 'its network cannot be reached', /^Check the host and port .* firewall/],
    ['ECONNRESET', 'the connection was cut', /^Try again\. .* the host and port/],
    ['PROTOCOL_CONNECTION_LOST', 'the connection was lost', /^Try again\. .* the host and port/],
    ['EWHOKNOWS', 'EWHOKNOWS', /^Try again\. .* the host and port/],
  ])('%s says what to look at, and never just to look', (code, reason, hint) => {
    const error = told(Object.assign(new Error('s3cret'), { code, fatal: true }));
    expect(error?.message).toBe(`the database db.acme.test:3306/platform cannot be used: ${reason}`);
    expect(error?.hint).toMatch(hint);
  });
});

test.each([
  ['another Node built it', Object.assign(new Error('NODE_MODULE_VERSION'), { code: 'ERR_DLOPEN_FAILED' })],
  ['nothing was built', Object.assign(new Error('Could not locate the bindings file'), { tries: ['s3cret'] })],
  ['it is not there', new Error('Knex: run\n$ npm install better-sqlite3 --save\nCannot find module')],
])('SQLite that does not load, since %s, says what to run', (_, error) => {
  expect(told(error)).toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message: expect.stringMatching(/^SQLite does not/),
  });
  expect(told(error)?.hint).toContain('npm rebuild better-sqlite3');
  expect(told(new Error('anything else'))).toBeUndefined();
});

describe('a server', () => {
  test.each([...refusedByErrno.keys()])('error %i is DATABASE_UNAVAILABLE, in words, with what to do', (errno) => {
    const error = told(sent(errno));
    expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE', exitStatus: 4 });
    expect(error?.message).toMatch(/^the database db\.acme\.test:3306\/platform cannot be used: [a-z'I].{9,}[^.]$/);
    expect(error?.hint).toMatch(/^[A-Z].{5,}/);
    expect(`${error?.message} ${error?.hint}`).not.toContain('s3cret');
  });

  test.each([
    [3954, { code: 'ER_WHO_KNOWS' }, 'the server refused (ER_WHO_KNOWS, error 3954)'],
    [3954, {}, 'the server refused (error 3954)'],
    // The driver's name for it is MySQL's, and MariaDB means something else.
    [4165, { code: 'ER_MYSQLS_OWN' }, 'the server refused (error 4165)'],
  ])('error %i %o, which is not foreseen: %s', (errno, more, reason) => {
    expect(unavailability(sent(errno, undefined, more))).toBe(reason);
  });

  test.each([
    ['a statement that no server takes', sent(1064, undefined, { code: 'ER_PARSE_ERROR', sqlState: '42000' })],
    ['a function that is not there', sent(1305, undefined, { code: 'ER_SP_DOES_NOT_EXIST', sqlState: '42000' })],
    ['a constraint that nobody foresaw', sent(1062, undefined, { code: 'ER_DUP_ENTRY', sqlState: '23000' })],
    ['an error of the operating system', Object.assign(new Error('s3cret'), { code: 'ENOENT', errno: -2 })],
    ['a bug', new TypeError('s3cret')],
  ])('%s is ours', (_, error) => {
    expect(told(error)).toBeUndefined();
  });

  test.each([
    [1030, 'Got error 28 "No space left on device" from storage engine InnoDB', /disk or the table's space is full/],
    [1030, "Got error 28 - 'No space left on device' from storage engine", /disk or the table's space is full/],
    [1030, 'Got error 168 - s3cret from storage engine', /^its storage failed \(error 168\)$/],
    [1030, 'no number', /^its storage failed$/],
    [1226, "User 'ci' has exceeded the 'max_questions' resource (current value: 3)", /its account: max_questions$/],
    [1226, "User 's3cret'", /a limit of its account$/],
    [1142, "INSERT command denied to user 'ci'@'%' for table 'tenants'", /^the user lacks INSERT on tenants$/],
    [1142, "UPDATE command denied to user 'ci'@'%' for table `p`.`accounts`", /^the user lacks UPDATE on accounts$/],
    [
      1142,
      "SELECT with locking clause command denied to user 'ci'@'%' for table 'tenants'",
      /lacks UPDATE on tenants$/,
    ],
    [1143, "UPDATE command denied to user 'ci'@'%' for column 'id' in table 'tenants'", /the column id of tenants$/],
    [
      1142,
      "UPDATE command denied to user 'ci'@'%' for table 's3cret-name'",
      /^the user may not use one of the tables$/,
    ],
  ])('%i %s: %s', (errno, message, reason) => {
    expect(unavailability(sent(errno, message))).toMatch(reason);
    expect(unavailability(sent(errno, message))).not.toContain('s3cret');
  });

  test.each([
    ['SELECT', 'tenants', 'read'],
    ['UPDATE', 'tenants', 'apply'],
    ['UPDATE', 'tenant_scm_integrations', 'verify'],
    ['INSERT', 'tenant_previous_credentials', 'apply'],
    ['INSERT', 'tenant_integration_history', 'apply'],
    ['DELETE', 'tenant_integration_history', 'migrate'],
    ['DELETE', 'tenants', 'migrate'],
    ['INSERT', 'accounts', 'migrate'],
    ['CREATE', 'tenant_scm_integrations', 'migrate'],
    ['INSERT', 'integrations_migrations', 'migrate'],
  ])('who lacks %s on %s is sent to the grants for %s', (privilege, table, purpose) => {
    expect(told(sent(1142, `${privilege} command denied to user 'ci'@'%' for table '${table}'`))?.hint).toBe(
      `What a user needs for it: integrations db grants --for ${purpose}`,
    );
  });

  test('where nothing is encrypted, a login that is refused may want that', () => {
    expect(told(sent(1045))?.hint).not.toContain('ssl');
    const open: MysqlLocation = { ...location, tls: { mode: 'off', ca: undefined } };
    expect(databaseError(sent(1045), open)?.hint).toMatch(/ \?ssl=require\.$/);
  });

  test.each([
    ['s3cret\n', /the password ends in a line break$/],
    ['s3cret\r\n', /the password ends in a line break$/],
    ['\ns3cret', /the password begins with a line break$/],
    ['s3cret ', /the password ends in white space$/],
    ['\ts3cret', /the password begins with white space$/],
    ['s3\ncret', /it refused the user or the password$/],
    [undefined, /it refused the user or the password$/],
  ])('a login that is refused with the password %j names what came into it with the text', (password, reason) => {
    const error = databaseError(sent(1045), { ...location, password });
    expect(error?.message).toMatch(reason);
    expect(`${error?.message} ${error?.hint}`).not.toContain('s3cret');
    // Of any other refusal it says nothing.
    expect(databaseError(sent(1040), { ...location, password })?.message).not.toContain('the password');
  });

  test.each([
    ['for column `p`.`t`.`displayName` at row 1', 'displayName'],
    ["for column 'displayName' at row 1", 'displayName'],
    ['that is told in another way', undefined],
  ])('a value that does not fit is VALIDATION: %s', (where, field) => {
    expect(told(sent(1366, `Incorrect string value: 's3cret' ${where}`))).toMatchObject({ code: 'VALIDATION', field });
  });
});

const sqlite = (code: string) =>
  databaseError(Object.assign(new Error('s3cret'), { code }), { engine: 'sqlite', path: '/d/x.db', embedded: true });

describe('SQLite', () => {
  test.each([
    ['SQLITE_FULL', 'the disk is full', 'Free some space, then run it again.'],
    ['SQLITE_PROTOCOL', 'its locks do not work as they should', /local disk/],
    ['SQLITE_NOMEM', 'there is too little memory', /memory|programs/],
    ['SQLITE_IOERR_NOMEM', 'there is too little memory', /programs/],
    ['SQLITE_IOERR_FSYNC', 'the file cannot be read or written', /log/],
    ['SQLITE_IOERR_SHMMAP', 'its -shm file cannot be used', /local disk/],
    ['SQLITE_READONLY_DIRECTORY', 'the file is read-only', /modes/],
    ['SQLITE_READONLY_DBMOVED', 'the file was moved or removed meanwhile', /again/],
    ['SQLITE_BUSY_SNAPSHOT', 'another command is using it', /again/],
    ['SQLITE_CORRUPT_INDEX', 'the file is damaged', /backup/],
    ['SQLITE_NOVELTY', 'SQLite refused (SQLITE_NOVELTY)', /log/],
  ])('%s: %s', (code, reason, hint) => {
    expect(sqlite(code)).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: `the database /d/x.db cannot be used: ${reason}`,
      hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
    });
  });

  test('what cannot be opened is told as the system tells it', () => {
    expect(sqlite('SQLITE_CANTOPEN')?.message).toMatch(/: there is no such file$/);
  });

  test.each(['SQLITE_ERROR', 'SQLITE_MISUSE', 'SQLITE_CONSTRAINT_NOTNULL', 'SQLITE_MISMATCH'])('%s is ours', (code) => {
    expect(sqlite(code)).toBeUndefined();
  });
});
