import { isSqlite } from '../../migrations/table.ts';
import type { Queries } from './queries.ts';
import { referringColumns } from './schema-parts.ts';

/** A host table that our columns cannot refer to as they are. */
export interface HostKeyFault {
  /** A clause. */
  finding: string;
  /** What mends it: our columns follow the host's, or the host's table is changed by this statement; nothing of ours does. */
  remedy: 'follow' | { statement: string } | undefined;
}

const hosts = ['tenants', 'accounts'] as const;

type Host = (typeof hosts)[number];

/** Where the ids of the host's tables are no keys, or not of the type, character set and collation of our columns. */
export async function hostKeyFaults(queries: Queries): Promise<HostKeyFault[]> {
  const faults = await Promise.all(
    hosts.map((host) => (isSqlite(queries) ? sqliteFault(queries, host) : mysqlFault(queries, host))),
  );
  return faults.filter((fault) => fault !== undefined);
}

/** SQLite knows no character sets; a reference needs a key to point at. */
async function sqliteFault(queries: Queries, host: Host): Promise<HostKeyFault | undefined> {
  const columns: { name: string; pk: number }[] = await queries.raw(`PRAGMA table_info("${host}")`);
  if (!columns.some(({ name }) => name === 'id')) return noId(host);
  if (columns.some(({ name, pk }) => name === 'id' && pk === 1)) return undefined;
  const indexes: { name: string; unique: number }[] = await queries.raw(`PRAGMA index_list("${host}")`);
  for (const { name, unique } of indexes) {
    const key: { name: string }[] = await queries.raw(`PRAGMA index_info("${name}")`);
    if (unique === 1 && key.length === 1 && key[0]?.name === 'id') return undefined;
  }
  return {
    finding: `${host}.id is no key, so nothing can refer to it`,
    remedy: { statement: `CREATE UNIQUE INDEX unique_${host}_id ON ${host} (id)` },
  };
}

async function mysqlFault(queries: Queries, host: Host): Promise<HostKeyFault | undefined> {
  const id = await columnOf(queries, host, 'id');
  if (!id) return noId(host);
  const [other, ...more] = await differing(queries, host, id);
  if (!other) return undefined;
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  return {
    finding: `${host}.id is ${described(id)}, and what refers to it is ${described(other)}: ${other.table}.${other.name}${others}`,
    remedy: 'follow',
  };
}

/** Gives our columns the type of the host's ids. Their foreign keys are gone then, for `repairSchema` to put back. */
export async function followHostKeys(queries: Queries): Promise<void> {
  for (const host of hosts) {
    const id = await columnOf(queries, host, 'id');
    const columns = id ? await differing(queries, host, id) : [];
    for (const { table, name } of columns) {
      const [keys] = await queries.raw(
        'SELECT DISTINCT CONSTRAINT_NAME AS name FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() ' +
          'AND REFERENCED_TABLE_NAME IS NOT NULL AND TABLE_NAME = ? AND COLUMN_NAME = ?',
        [table, name],
      );
      for (const key of keys) await queries.raw('ALTER TABLE ?? DROP FOREIGN KEY ??', [table, key.name]);
    }
    for (const { table, name } of columns) {
      await queries.raw(`ALTER TABLE ?? MODIFY ?? ${id ? typeOf(id) : ''} NOT NULL`, [table, name]);
    }
  }
}

interface Column {
  table: string;
  name: string;
  type: string;
  charset: string | null;
  collation: string | null;
}

async function columnOf(queries: Queries, table: string, name: string): Promise<Column | undefined> {
  const [rows] = await queries.raw(
    'SELECT COLUMN_TYPE AS type, CHARACTER_SET_NAME AS charset, COLLATION_NAME AS collation ' +
      'FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = ?',
    [table, name],
  );
  return rows[0] && { table, name, ...rows[0] };
}

/** Our columns that refer to the host's ids and are of another type. */
async function differing(queries: Queries, host: Host, id: Column): Promise<Column[]> {
  const referring = await referringColumns(host);
  const columns = await Promise.all(referring.map(({ table, column }) => columnOf(queries, table, column)));
  return columns.filter((each) => each !== undefined).filter((each) => typeOf(each) !== typeOf(id));
}

function typeOf({ type, charset, collation }: Column): string {
  return charset === null ? type : `${type} CHARACTER SET ${charset} COLLATE ${collation}`;
}

function described({ type, collation }: Column): string {
  return collation === null ? type : `${type} ${collation}`;
}

function noId(host: Host): HostKeyFault {
  return { finding: `there is no column id in a table ${host}`, remedy: undefined };
}
