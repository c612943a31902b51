import { migrations } from '../../migrations/index.ts';
import { isSqlite } from '../../migrations/table.ts';
import type { Queries } from './queries.ts';
import { openInMemory } from './sqlite.ts';

export type PartKind = 'table' | 'column' | 'index' | 'foreign key' | 'trigger';

/** Something that the migrations make. */
export interface SchemaPart {
  kind: PartKind;
  table: string;
  /** A foreign key is named by its columns and by what they refer to: SQLite does not tell its name. */
  name: string;
  /** MySQL's statement that adds it to its table; undefined where there is none. */
  statement?: string;
}

/**
 * What the migrations make and the database lacks; nothing of the host's tables, and of a table that is missing no
 * parts. Types are not compared.
 */
export async function missingParts(queries: Queries): Promise<SchemaPart[]> {
  const wanted = await wantedParts();
  const present = new Set((isSqlite(queries) ? await sqliteParts(queries) : await mysqlParts(queries)).map(keyOf));
  const isMissing = (part: SchemaPart) => !present.has(keyOf(part));
  const gone = new Set(wanted.filter((part) => part.kind === 'table' && isMissing(part)).map(({ table }) => table));
  return wanted.filter(
    (part) =>
      isMissing(part) &&
      (part.kind === 'table' || !gone.has(part.table)) &&
      // The other keeps `updatedAt` by itself.
      (part.kind !== 'trigger' || isSqlite(queries)),
  );
}

/** Our columns whose foreign keys refer to the ids of a host table. */
export async function referringColumns(host: string): Promise<{ table: string; column: string }[]> {
  const keys = (await wantedParts()).filter(({ kind }) => kind === 'foreign key');
  return keys.flatMap(({ table, name }) => {
    const [, column, target] = /^\((\w+)\) to (\w+) \(id\)$/.exec(name) ?? [];
    return column !== undefined && target === host ? [{ table, column }] : [];
  });
}

function keyOf({ kind, table, name }: SchemaPart): string {
  return [kind, table, name].join(' ');
}

/** What the migrations make, read from a database in memory that they have just made. */
async function wantedParts(): Promise<SchemaPart[]> {
  const knex = openInMemory();
  try {
    for (const { up } of migrations) await up(knex);
    return await sqliteParts(knex);
  } finally {
    await knex.destroy();
  }
}

const hostTables = ['tenants', 'accounts'];

interface Master {
  type: 'table' | 'index' | 'trigger';
  name: string;
  table: string;
  sql: string;
}

async function sqliteParts(queries: Queries): Promise<SchemaPart[]> {
  const masters: Master[] = await queries('sqlite_master')
    .select('type', 'name', 'sql', { table: 'tbl_name' })
    .whereNotNull('sql')
    .whereNotIn('tbl_name', hostTables)
    .orderBy('rowid');
  const parts: SchemaPart[] = [];
  for (const { type, name, table, sql } of masters) {
    if (type === 'table')
      parts.push({ kind: 'table', table, name }, ...(await columnsOf(queries, table)), ...keysOf(table, sql));
    else if (type === 'trigger') parts.push({ kind: 'trigger', table, name });
    else {
      const columns: { name: string }[] = await queries.raw(`PRAGMA index_info("${name}")`);
      parts.push(
        indexPart(
          table,
          name,
          columns.map((column) => column.name),
          sql.startsWith('CREATE UNIQUE'),
        ),
      );
    }
  }
  return parts;
}

async function columnsOf(queries: Queries, table: string): Promise<SchemaPart[]> {
  const columns: { name: string }[] = await queries.raw(`PRAGMA table_info("${table}")`);
  return columns.map(({ name }) => ({ kind: 'column', table, name }));
}

const foreignKey = /CONSTRAINT "(\w+)" FOREIGN KEY \(([^()]+)\) REFERENCES "(\w+)" \(([^()]+)\) ON DELETE (\w+)/g;

/** The foreign keys in the statement that made a table of ours. */
function keysOf(table: string, sql: string): SchemaPart[] {
  return [...sql.matchAll(foreignKey)].map(
    ([, constraint = '', columns = '', target = '', references = '', rule = '']) => {
      const part = keyPart(table, columns.replace(/[" ]/g, ''), target, references.replace(/[" ]/g, ''));
      const words = `CONSTRAINT ${constraint} FOREIGN KEY (${columns}) REFERENCES ${target} (${references}) ON DELETE ${rule}`;
      return { ...part, statement: `ALTER TABLE ${table} ADD ${words.replaceAll('"', '')}` };
    },
  );
}

async function mysqlParts(queries: Queries): Promise<SchemaPart[]> {
  const ask = async (sql: string): Promise<Record<string, string>[]> => (await queries.raw(sql))[0];
  const columns = await ask(
    'SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()',
  );
  const indexes = await ask(
    'SELECT TABLE_NAME AS tableName, INDEX_NAME AS name, MAX(NON_UNIQUE) AS more, ' +
      "GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX SEPARATOR ',') AS columns " +
      'FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() GROUP BY TABLE_NAME, INDEX_NAME',
  );
  const keys = await ask(
    'SELECT TABLE_NAME AS tableName, REFERENCED_TABLE_NAME AS target, ' +
      "GROUP_CONCAT(COLUMN_NAME ORDER BY ORDINAL_POSITION SEPARATOR ',') AS columns, " +
      "GROUP_CONCAT(REFERENCED_COLUMN_NAME ORDER BY ORDINAL_POSITION SEPARATOR ',') AS refs " +
      'FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL ' +
      'GROUP BY TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_NAME',
  );
  return [
    ...[...new Set(columns.map(({ tableName = '' }) => tableName))].map(
      (table): SchemaPart => ({ kind: 'table', table, name: table }),
    ),
    ...columns.map(({ tableName: table = '', name = '' }): SchemaPart => ({ kind: 'column', table, name })),
    ...indexes.map(({ tableName = '', name = '', columns: list = '', more }) =>
      indexPart(tableName, name, list.split(','), Number(more) === 0),
    ),
    ...keys.map(({ tableName = '', columns: list = '', target = '', refs = '' }) =>
      keyPart(tableName, list, target, refs),
    ),
  ];
}

function indexPart(table: string, index: string, columns: readonly string[], isUnique: boolean): SchemaPart {
  const name = `${index} (${columns.join(', ')})${isUnique ? ', unique' : ''}`;
  const statement = `ALTER TABLE ${table} ADD ${isUnique ? 'UNIQUE KEY' : 'INDEX'} ${index} (${columns.join(', ')})`;
  return { kind: 'index', table, name, statement };
}

function keyPart(table: string, columns: string, target: string, references: string): SchemaPart {
  return { kind: 'foreign key', table, name: `(${columns}) to ${target} (${references})` };
}
