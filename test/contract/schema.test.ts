import { expect, test } from 'vitest';
import { type Workspace, workspace } from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';
import { schema, type TableSchema } from './schema.ts';

type Raw = Record<string, string | number | null>;

async function raw({ database }: Workspace, sql: string, params: string[] = []): Promise<Raw[]> {
  const answer = await database.queries.raw(sql, params);
  return database.engine === 'sqlite' ? answer : answer[0];
}

forEachEngine((engine) => {
  test('the tables have the columns, keys and delete rules of the design', async () => {
    const space = await workspace(engine);
    const read = engine.name === 'sqlite' ? readSqlite : readMysql;
    const found: Record<string, TableSchema> = {};
    for (const table of Object.keys(schema)) found[table] = await read(space, table);
    expect(found).toEqual(engine.name === 'sqlite' ? asSqliteTells(schema) : schema);
  });
});

async function readMysql(space: Workspace, table: string): Promise<TableSchema> {
  const columns = await raw(
    space,
    `SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type, COLLATION_NAME AS collation, IS_NULLABLE AS nullable,
      COLUMN_DEFAULT AS preset, EXTRA AS extra FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    [table],
  );
  const keys = await raw(
    space,
    `SELECT INDEX_NAME AS name, MAX(NON_UNIQUE) AS plain, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns
      FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?
      GROUP BY INDEX_NAME`,
    [table],
  );
  const references = await raw(
    space,
    `SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY ORDINAL_POSITION) AS columns, k.REFERENCED_TABLE_NAME AS target,
      GROUP_CONCAT(REFERENCED_COLUMN_NAME ORDER BY ORDINAL_POSITION) AS targets, r.DELETE_RULE AS rule
      FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
      ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
      WHERE k.TABLE_SCHEMA = DATABASE() AND k.TABLE_NAME = ? AND k.REFERENCED_TABLE_NAME IS NOT NULL
      GROUP BY k.CONSTRAINT_NAME, target, rule`,
    [table],
  );
  return {
    columns: columns.map((column) => {
      const type = String(column['type'])
        .replace(/^(int)\(\d+\)$/, '$1')
        .replace('longtext', 'json');
      // MariaDB quotes a default that is text and spells CURRENT_TIMESTAMP as a call; MySQL does neither.
      const preset = String(column['preset'] ?? 'NULL')
        .replaceAll("'", '')
        .replace(/current_timestamp(\(\))?/i, 'now');
      return [
        column['name'],
        /^(enum|char|varchar|text|mediumtext)/.test(type) ? `${type} ${column['collation']}` : type,
        column['nullable'] === 'YES' ? 'null' : 'not null',
        ...(preset === 'NULL' ? [] : [`= ${preset}`]),
        ...(/on update/i.test(String(column['extra'])) ? ['on update'] : []),
      ].join(' ');
    }),
    keys: keys
      // InnoDB adds one of the constraint's name where no other key serves a foreign key.
      .filter(({ name }) => !String(name).startsWith('fk_'))
      .map(({ name, plain, columns }) => `${Number(plain) ? 'index' : 'unique'} ${name} (${columns})`)
      .sort(),
    references: references
      .map(({ columns, target, targets, rule }) => `${columns} -> ${target} (${targets}) ${rule}`)
      .sort(),
  };
}

async function readSqlite(space: Workspace, table: string): Promise<TableSchema> {
  const columns = await raw(space, `PRAGMA table_info(${table})`);
  const keys = await raw(space, `PRAGMA index_list(${table})`);
  const references = await raw(space, `PRAGMA foreign_key_list(${table})`);
  const keyLines = keys.map(async ({ name, unique, origin }) => {
    const parts = await raw(space, `PRAGMA index_info("${name}")`);
    const title = origin === 'pk' ? 'PRIMARY' : name;
    return `${unique ? 'unique' : 'index'} ${title} (${parts.map((part) => part['name']).join()})`;
  });
  return {
    columns: columns.map(({ name, type, notnull, dflt_value: preset }) =>
      [
        name,
        String(type).toLowerCase(),
        notnull ? 'not null' : 'null',
        ...(preset === null ? [] : [`= ${String(preset).replaceAll("'", '').replace('CURRENT_TIMESTAMP', 'now')}`]),
      ].join(' '),
    ),
    keys: (await Promise.all(keyLines)).sort(),
    references: [...new Set(references.map(({ id }) => id))]
      .map((key) => {
        const parts = references.filter(({ id }) => id === key);
        const [{ table: target, on_delete: rule } = {}] = parts;
        return `${parts.map(({ from }) => from)} -> ${target} (${parts.map(({ to }) => to)}) ${rule}`;
      })
      .sort(),
  };
}

/** SQLite has no enums, no collations of MySQL's and no ON UPDATE; CHECKs and a trigger stand for them. */
function asSqliteTells(tables: Record<string, TableSchema>): Record<string, TableSchema> {
  const entries = Object.entries(tables).map(([name, table]) => {
    const columns = table.columns.map((line) =>
      line
        .replace(/ enum\(.*?\)/, ' varchar(32)')
        .replace(/ (latin1|utf8mb4|ascii)_\w+/, '')
        .replace('tinyint(1)', 'boolean')
        .replace(' on update', ''),
    );
    return [name, { ...table, columns }] as const;
  });
  return Object.fromEntries(entries);
}
