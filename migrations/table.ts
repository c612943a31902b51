import type { Knex } from 'knex';

/**
 * One spelling of a table for both engines. The migrations are frozen once they have run anywhere, and so is what
 * this file makes of them: a later migration that needs more adds to it and changes nothing.
 */
export interface Table {
  name: string;
  columns: readonly Column[];
  /** Name and columns. */
  unique: readonly (readonly [name: string, ...columns: string[]])[];
  indexes: readonly (readonly [name: string, ...columns: string[]])[];
  foreignKeys: readonly ForeignKey[];
}

interface ForeignKey {
  name: string;
  columns: readonly string[];
  table: string;
  references: readonly string[];
  onDelete: 'CASCADE' | 'RESTRICT';
}

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

export function isSqlite(knex: Knex): boolean {
  return knex.client.dialect === 'sqlite3';
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
  const list = values.map((value) => `'${value}'`).join(', ');
  return column(name, `ENUM(${list}) ${latin}`, 'VARCHAR(32)', `@ IN (${list})`, options);
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
  return column(name, 'JSON', 'JSON', 'json_valid(@)', {});
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
    choice(typeColumn, types, { required: true }),
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

/**
 * The keys to the host's tables. Cascades run in the order of the constraints' names, and a pipeline must go before
 * the SCM and the target that it restricts: `rank` puts it first.
 */
export function hostKeys(category: string, rank: number): ForeignKey[] {
  return [
    {
      name: `fk_integrations_${rank}_${category}_tenant`,
      columns: ['tenantId'],
      table: 'tenants',
      references: ['id'],
      onDelete: 'CASCADE',
    },
    {
      name: `fk_integrations_${rank}_${category}_account`,
      columns: ['configuredByAccountId'],
      table: 'accounts',
      references: ['id'],
      onDelete: 'RESTRICT',
    },
  ];
}

/** A table that bears the name of one that we make or refer to, and is not that one. */
export class ForeignTable extends Error {
  readonly table: string;
  /** The columns that it lacks. */
  readonly missing: readonly string[];

  constructor(table: string, missing: readonly string[]) {
    super(`a foreign table is called ${table}`);
    this.table = table;
    this.missing = missing;
  }
}

/**
 * Makes a table with its indexes. Repeating it is harmless: MySQL commits each statement on its own.
 * @throws ForeignTable
 */
export async function createTable(knex: Knex, table: Table): Promise<void> {
  const missing = await missingColumns(knex, table);
  if (missing.length > 0) throw new ForeignTable(table.name, missing);
  const host = { tenants: await hostType(knex, 'tenants'), accounts: await hostType(knex, 'accounts') };
  await (isSqlite(knex) ? createSqlite(knex, table, host) : createMysql(knex, table, host));
}

/** The columns that a table of this name lacks; none where there is no such table. */
async function missingColumns(knex: Knex, { name, columns }: Table): Promise<string[]> {
  const present = await columnNames(knex, name);
  return present.size === 0 ? [] : columns.map((each) => each.name).filter((column) => !present.has(column));
}

async function columnNames(knex: Knex, table: string): Promise<Set<string>> {
  const columns: { name: string }[] = isSqlite(knex)
    ? await knex.raw(`PRAGMA table_info("${table}")`)
    : (
        await knex.raw(
          'SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?',
          [table],
        )
      )[0];
  return new Set(columns.map(({ name }) => name));
}

async function createMysql(knex: Knex, table: Table, host: HostTypes): Promise<void> {
  const list = (columns: readonly string[]) => columns.map((name) => `\`${name}\``).join(', ');
  const lines = [
    ...table.columns.map((each) => each.mysql(host)),
    'PRIMARY KEY (`id`)',
    ...table.unique.map(([name, ...columns]) => `UNIQUE KEY \`${name}\` (${list(columns)})`),
    ...table.indexes.map(([name, ...columns]) => `INDEX \`${name}\` (${list(columns)})`),
    ...table.foreignKeys.map(
      (key) =>
        `CONSTRAINT \`${key.name}\` FOREIGN KEY (${list(key.columns)}) REFERENCES \`${key.table}\` (${list(key.references)}) ON DELETE ${key.onDelete}`,
    ),
  ];
  await knex.raw(
    `CREATE TABLE IF NOT EXISTS \`${table.name}\` (${lines.join(', ')}) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin`,
  );
}

async function createSqlite(knex: Knex, table: Table, host: HostTypes): Promise<void> {
  const list = (columns: readonly string[]) => columns.map((name) => `"${name}"`).join(', ');
  const lines = [
    ...table.columns.map((each) => each.sqlite(host)),
    'PRIMARY KEY ("id")',
    ...table.foreignKeys.map(
      (key) =>
        `CONSTRAINT "${key.name}" FOREIGN KEY (${list(key.columns)}) REFERENCES "${key.table}" (${list(key.references)}) ON DELETE ${key.onDelete}`,
    ),
  ];
  await knex.raw(`CREATE TABLE IF NOT EXISTS "${table.name}" (${lines.join(', ')})`);
  for (const [name, ...columns] of table.unique) {
    await knex.raw(`CREATE UNIQUE INDEX IF NOT EXISTS "${name}" ON "${table.name}" (${list(columns)})`);
  }
  for (const [name, ...columns] of table.indexes) {
    await knex.raw(`CREATE INDEX IF NOT EXISTS "${name}" ON "${table.name}" (${list(columns)})`);
  }
  if (!table.columns.some((each) => each.name === 'updatedAt')) return;
  const watched = table.columns.filter((each) => !each.recordsVerification && each.name !== 'updatedAt');
  await knex.raw(
    `CREATE TRIGGER IF NOT EXISTS "${table.name}_updatedAt" AFTER UPDATE OF ${list(watched.map((each) => each.name))} ON "${table.name}" ` +
      `WHEN NEW."updatedAt" IS OLD."updatedAt" BEGIN UPDATE "${table.name}" SET "updatedAt" = CURRENT_TIMESTAMP WHERE "id" = NEW."id"; END`,
  );
}

export async function dropTable(knex: Knex, name: string): Promise<void> {
  await knex.schema.dropTableIfExists(name);
}

/** The type of a host table's id, with its character set and collation: a foreign key must have the same. @throws ForeignTable */
async function hostType(knex: Knex, table: keyof HostTypes): Promise<string> {
  if (isSqlite(knex)) {
    const columns: { name: string; type: string }[] = await knex.raw(`PRAGMA table_info("${table}")`);
    const id = columns.find((each) => each.name === 'id');
    if (!id) throw new ForeignTable(table, ['id']);
    return id.type;
  }
  const [rows] = await knex.raw(
    'SELECT COLUMN_TYPE AS type, CHARACTER_SET_NAME AS charset, COLLATION_NAME AS collation FROM information_schema.COLUMNS ' +
      "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = 'id'",
    [table],
  );
  const [id]: { type: string; charset: string | null; collation: string | null }[] = rows;
  if (!id) throw new ForeignTable(table, ['id']);
  return id.charset ? `${id.type} CHARACTER SET ${id.charset} COLLATE ${id.collation}` : id.type;
}
