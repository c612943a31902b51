/** SQL of a column; `host` is the type of a host table's id. */
export interface Column {
  name: string;
  mysql: (host: HostTypes) => string;
  sqlite: (host: HostTypes) => string;
  /** A change of it alone leaves `updatedAt` as it is. */
  recordsVerification: boolean;
}

export interface HostTypes {
  tenants: string;
  accounts: string;
}

interface Options {
  required?: true;
  default?: string | number;
}

function column(name: string, mysql: string, sqliteType: string, check: string, options: Options): Column {
  const nullness = options.required ? ' NOT NULL' : ' NULL';
  const value = options.default;
  const preset =
    value === undefined
      ? ''
      : ` DEFAULT ${typeof value === 'number' || value === 'CURRENT_TIMESTAMP' ? value : `'${value}'`}`;
  const checked = check === '' ? '' : ` CHECK (${check.replaceAll('@', `"${name}"`)})`;
  return {
    name,
    mysql: () => `\`${name}\` ${mysql}${nullness}${preset}`,
    sqlite: () => `"${name}" ${sqliteType}${nullness}${preset}${checked}`,
    recordsVerification: false,
  };
}

const latin = 'CHARACTER SET latin1 COLLATE latin1_bin';
const human = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
// A TEXT column of MySQL holds 65,535 bytes.
const textBytes = 'length(CAST(@ AS BLOB)) <= 65535';
const latinOnly = "@ NOT GLOB '*[^' || char(1) || '-' || char(255) || ']*'";

/** Ids and other words of the machine. */
export function word(name: string, length: number, options: Options = {}): Column {
  const check = `length(@) <= ${length} AND ${latinOnly}`;
  return column(name, `VARCHAR(${length}) ${latin}`, `VARCHAR(${length})`, check, options);
}

/** ASCII that is compared without regard to case. */
export function folded(name: string, length: number, options: Options = {}): Column {
  const check = `length(@) <= ${length} AND @ NOT GLOB '*[^' || char(1) || '-' || char(127) || ']*'`;
  const mysql = `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_general_ci`;
  return column(name, mysql, `VARCHAR(${length}) COLLATE NOCASE`, check, options);
}

/** Text that people write. MySQL passes over blanks at its end when it compares, so SQLite is told to. */
export function varchar(name: string, length: number, options: Options = {}): Column {
  const sqlite = `VARCHAR(${length}) COLLATE RTRIM`;
  return column(name, `VARCHAR(${length}) ${human}`, sqlite, `length(@) <= ${length}`, options);
}

export function text(name: string): Column {
  return column(name, `TEXT ${human}`, 'TEXT', textBytes, {});
}

/** What may be as long as the body of a request. */
export function mediumText(name: string): Column {
  return column(name, `MEDIUMTEXT ${human}`, 'MEDIUMTEXT', 'length(CAST(@ AS BLOB)) <= 16777215', {});
}

/** A sealed credential. */
export function sealed(name: string, options: Options = {}): Column {
  return column(name, `TEXT ${latin}`, 'TEXT', `${textBytes} AND ${latinOnly}`, options);
}

/** Several sealed credentials in one value. */
export function sealedTogether(name: string): Column {
  const check = `length(CAST(@ AS BLOB)) <= 16777215 AND ${latinOnly}`;
  return column(name, `MEDIUMTEXT ${latin}`, 'MEDIUMTEXT', check, { required: true });
}

export function choice(name: string, values: readonly string[], options: Options = {}): Column {
  return column(name, enumOf(values), 'VARCHAR(32)', `@ IN (${listOf(values)})`, options);
}

/**
 * The types of a category's providers. SQLite takes any word: a CHECK of it could not be changed for a later provider,
 * since rows that others refer to cannot be copied into another table.
 */
function providerType(name: string, types: readonly string[]): Column {
  return column(name, enumOf(types), 'VARCHAR(32)', `length(@) <= 32 AND ${latinOnly}`, { required: true });
}

export function enumOf(values: readonly string[]): string {
  return `ENUM(${listOf(values)}) ${latin}`;
}

function listOf(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(', ');
}

export function boolean(name: string, preset: 0 | 1): Column {
  const check = "typeof(@) = 'integer' AND @ BETWEEN -128 AND 127 OR @ IS NULL";
  return column(name, 'BOOLEAN', 'BOOLEAN', check, { default: preset });
}

export function integer(name: string, preset: number): Column {
  const check = "typeof(@) = 'integer' AND @ BETWEEN -2147483648 AND 2147483647 OR @ IS NULL";
  return column(name, 'INT', 'INT', check, { default: preset });
}

export function json(name: string): Column {
  // SQLite before 3.45 takes NULL for invalid JSON.
  return column(name, 'JSON', 'JSON', '@ IS NULL OR json_valid(@)', {});
}

export function datetime(name: string, options: Options = {}): Column {
  // SQLite knows an hour 24.
  const check = "@ IS strftime('%Y-%m-%d %H:%M:%S', @) AND substr(@, 12, 2) < '24'";
  return column(name, 'DATETIME', 'DATETIME', check, options);
}

/** A reference to a host table's id, in the host's own type. */
export function hostId(name: string, table: keyof HostTypes): Column {
  return {
    name,
    mysql: (host) => `\`${name}\` ${host[table]} NOT NULL`,
    sqlite: (host) => `"${name}" ${host[table]} NOT NULL`,
    recordsVerification: false,
  };
}

const verificationStatus = choice('verificationStatus', ['NOT_VERIFIED', 'VALID', 'INVALID', 'EXPIRED'], {
  default: 'NOT_VERIFIED',
});

/** The columns with which every integration begins. */
export function leading(typeColumn: string, types: readonly string[]): Column[] {
  return [
    word('id', 255, { required: true }),
    hostId('tenantId', 'tenants'),
    providerType(typeColumn, types),
    varchar('displayName', 255, { required: true }),
  ];
}

/** The columns with which every integration ends. */
export function trailing(): Column[] {
  const verification = [
    verificationStatus,
    datetime('lastVerifiedAt'),
    varchar('verificationError', 1024),
    datetime('credentialExpiresAt'),
  ];
  const updatedAt = datetime('updatedAt', { default: 'CURRENT_TIMESTAMP' });
  return [
    ...verification.map((each) => ({ ...each, recordsVerification: true })),
    boolean('isActive', 1),
    hostId('configuredByAccountId', 'accounts'),
    datetime('createdAt', { default: 'CURRENT_TIMESTAMP' }),
    { ...updatedAt, mysql: (host) => `${updatedAt.mysql(host)} ON UPDATE CURRENT_TIMESTAMP` },
  ];
}
