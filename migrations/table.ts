import type { Knex } from 'knex';
import { type Column, enumOf, type HostTypes } from './column.ts';

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

export interface ForeignKey {
  name: string;
  columns: readonly string[];
  table: string;
  references: readonly string[];
  onDelete: 'CASCADE' | 'RESTRICT';
}

export function isSqlite(knex: Knex): boolean {
  return knex.client.dialect === 'sqlite3';
}

/**
 * The key to the tenants. MariaDB runs cascades in the order of the constraints' names, and a pipeline must go before
 * the SCM and the target that it restricts: `rank` puts it first. On the others `createBefore` does so.
 */
export function tenantKey(category: string, rank: number): ForeignKey {
  return {
    name: `fk_integrations_${rank}_${category}_tenant`,
    columns: ['tenantId'],
    table: 'tenants',
    references: ['id'],
    onDelete: 'CASCADE',
  };
}

/** The keys to the host's tables. */
export function hostKeys(category: string, rank: number): ForeignKey[] {
  return [
    tenantKey(category, rank),
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

export async function columnNames(knex: Knex, table: string): Promise<Set<string>> {
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

/** Said of each table, so that the server's defaults decide nothing. A name may need a key of more than 767 bytes. */
export const mysqlTableOptions = 'ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=latin1 COLLATE=latin1_bin';

async function createMysql(knex: Knex, table: Table, host: HostTypes): Promise<void> {
  const lines = [
    ...table.columns.map((each) => each.mysql(host)),
    'PRIMARY KEY (`id`)',
    ...table.unique.map(([name, ...columns]) => `UNIQUE KEY \`${name}\` (${mysqlList(columns)})`),
    ...table.indexes.map(([name, ...columns]) => `INDEX \`${name}\` (${mysqlList(columns)})`),
    ...table.foreignKeys.map(mysqlConstraint),
  ];
  await knex.raw(`CREATE TABLE IF NOT EXISTS \`${table.name}\` (${lines.join(', ')}) ${mysqlTableOptions}`);
}

function mysqlList(columns: readonly string[]): string {
  return columns.map((name) => `\`${name}\``).join(', ');
}

export function mysqlConstraint(key: ForeignKey): string {
  return `CONSTRAINT \`${key.name}\` FOREIGN KEY (${mysqlList(key.columns)}) REFERENCES \`${key.table}\` (${mysqlList(key.references)}) ON DELETE ${key.onDelete}`;
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

/**
 * Lets a category's table take the types of more providers, for the migration that comes with them. SQLite takes them
 * already. Repeating it is harmless.
 */
export async function addTypes(knex: Knex, table: string, column: string, types: readonly string[]): Promise<void> {
  if (isSqlite(knex)) return;
  const [[found]] = await knex.raw(
    'SELECT COLUMN_TYPE AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = ?',
    [table, column],
  );
  const present = [...String(found.type).matchAll(/'([^']+)'/g)].map(([, type = '']) => type);
  const added = types.filter((type) => !present.includes(type));
  if (added.length === 0) return;
  await knex.raw(`ALTER TABLE \`${table}\` MODIFY \`${column}\` ${enumOf([...present, ...added])} NOT NULL`);
}

/** Adds an index to a table that a migration made before. Repeating it is harmless. */
export async function addIndex(knex: Knex, table: string, name: string, columns: readonly string[]): Promise<void> {
  if (await hasIndex(knex, table, name)) return;
  await knex.raw(`CREATE INDEX ?? ON ?? (${columns.map(() => '??').join(', ')})`, [name, table, ...columns]);
}

export async function dropIndex(knex: Knex, table: string, name: string): Promise<void> {
  if (!(await hasIndex(knex, table, name))) return;
  await (isSqlite(knex) ? knex.raw('DROP INDEX ??', [name]) : knex.raw('DROP INDEX ?? ON ??', [name, table]));
}

async function hasIndex(knex: Knex, table: string, name: string): Promise<boolean> {
  const found: unknown[] = isSqlite(knex)
    ? await knex.raw("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND name = ?", [table, name])
    : (
        await knex.raw(
          'SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND INDEX_NAME = ? LIMIT 1',
          [table, name],
        )
      )[0];
  return found.length > 0;
}
