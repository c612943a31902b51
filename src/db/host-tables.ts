import { ForeignTable, isSqlite } from '../../migrations/table.ts';
import { AppError } from '../core/error.ts';
import { describeLocation, type Location } from './location.ts';
import type { Queries } from './queries.ts';

export const hosts = ['tenants', 'accounts'] as const;

export type Host = (typeof hosts)[number];

/** A table of the host's that nothing can refer to. */
export interface HostTableFault {
  table: Host;
  /** A clause. */
  finding: string;
  /** A sentence. */
  advice: string;
  lacksId?: true;
}

/** Tables that are not there are none: they are made. */
export async function hostTableFaults(queries: Queries): Promise<HostTableFault[]> {
  const faultOf = isSqlite(queries) ? sqliteFault : mysqlFault;
  const faults: HostTableFault[] = [];
  for (const table of hosts) {
    const fault = await faultOf(queries, table);
    if (fault) faults.push({ table, ...fault });
  }
  return faults;
}

/** To be asked before the first table is made. @throws AppError CONFLICT, or ForeignTable */
export async function requireHostTables(queries: Queries, location: Location): Promise<void> {
  const faults = await hostTableFaults(queries);
  const [first] = faults;
  if (!first) return;
  if (first.lacksId) throw new ForeignTable(first.table, ['id']);
  const findings = faults.map(({ finding }) => finding);
  throw new AppError(
    'CONFLICT',
    `nothing can refer to the host application's tables in ${describeLocation(location)}: ${findings.join('; ')}`,
    { hint: first.advice, details: { tables: faults.map(({ table, finding }) => ({ table, finding })) } },
  );
}

type Fault = Omit<HostTableFault, 'table'>;

/** For what cannot be mended in one statement. */
const ownDatabase =
  'or give integrations a database of its own, and add its tenants there: integrations tenant add NAME --id UUID';

function noKey(table: Host): Fault {
  return {
    finding: `${table}.id is not a key by itself, so nothing can refer to it`,
    advice: `In SQL: CREATE UNIQUE INDEX unique_${table}_id ON ${table} (id);`,
  };
}

function noId(table: Host): Fault {
  return {
    finding: `the table ${table} has no column id`,
    advice: `Restore the table from the host application's backup, ${ownDatabase}`,
    lacksId: true,
  };
}

function isView(table: Host): Fault {
  return { finding: `${table} is a view, to which nothing can refer`, advice: `Make it a table, ${ownDatabase}` };
}

/** SQLite knows neither lengths nor character sets; a reference needs a key to point at. */
async function sqliteFault(queries: Queries, table: Host): Promise<Fault | undefined> {
  const master: { type: string } | undefined = await queries('sqlite_master').where({ name: table }).first('type');
  if (!master) return undefined;
  if (master.type === 'view') return isView(table);
  const columns: { name: string; pk: number }[] = await queries.raw(`PRAGMA table_info("${table}")`);
  if (!columns.some(({ name }) => name === 'id')) return noId(table);
  const primary = columns.filter(({ pk }) => pk > 0);
  if (primary.length === 1 && primary[0]?.name === 'id') return undefined;
  const indexes: { name: string; unique: number; partial: number }[] = await queries.raw(
    `PRAGMA index_list("${table}")`,
  );
  for (const { name, unique, partial } of indexes) {
    const key: { name: string }[] = await queries.raw(`PRAGMA index_info("${name}")`);
    if (unique === 1 && partial === 0 && key.length === 1 && key[0]?.name === 'id') return undefined;
  }
  return noKey(table);
}

interface MysqlTable {
  kind: string;
  engine: string;
  options: string | null;
  /** Of the column `id`, null where there is none. */
  type: string | null;
  bytes: number | null;
  /** A key whose only column is the whole id, and unique. */
  isKey: number;
}

const texts = /^(char|varchar|enum|uuid)\b/;
const numbers = /^((tiny|small|medium|big)?int|decimal)\b/;

/** InnoDB's longest key, and what a name takes of it: the tenant's id and the name are one. */
const longest: Readonly<Record<Host, number>> = { tenants: 3072 - 4 * 255, accounts: 3072 };

async function mysqlFault(queries: Queries, table: Host): Promise<Fault | undefined> {
  const [tables] = await queries.raw(
    'SELECT t.TABLE_TYPE AS kind, t.ENGINE AS engine, t.CREATE_OPTIONS AS options, c.COLUMN_TYPE AS type, ' +
      'c.CHARACTER_OCTET_LENGTH AS bytes, EXISTS (SELECT 1 FROM information_schema.STATISTICS s ' +
      "WHERE s.TABLE_SCHEMA = t.TABLE_SCHEMA AND s.TABLE_NAME = t.TABLE_NAME AND s.COLUMN_NAME = 'id' AND s.NON_UNIQUE = 0 " +
      'AND s.SUB_PART IS NULL AND NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS m ' +
      'WHERE m.TABLE_SCHEMA = s.TABLE_SCHEMA AND m.TABLE_NAME = s.TABLE_NAME AND m.INDEX_NAME = s.INDEX_NAME AND m.SEQ_IN_INDEX = 2)) AS isKey ' +
      'FROM information_schema.TABLES t LEFT JOIN information_schema.COLUMNS c ' +
      "ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME AND c.COLUMN_NAME = 'id' " +
      'WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_NAME = ?',
    [table],
  );
  const [found]: MysqlTable[] = tables;
  if (!found) return undefined;
  const { kind, engine, options, type, bytes, isKey } = found;
  if (/view/i.test(kind)) return isView(table);
  if (type === null) return noId(table);
  if (!texts.test(type) && !numbers.test(type)) {
    return {
      finding: `${table}.id is ${type.toUpperCase()}, and integrations supports ids that are text or whole numbers`,
      advice: `Give ${table} ids of CHAR(36), VARCHAR or BIGINT, ${ownDatabase}`,
    };
  }
  if (engine !== 'InnoDB') {
    return {
      finding: `${table} is a table of ${engine}, to which nothing can refer`,
      advice: `In SQL: ALTER TABLE ${table} ENGINE=InnoDB;`,
    };
  }
  if (options?.includes('partitioned')) {
    return {
      finding: `${table} is partitioned, so nothing can refer to it`,
      advice: `In SQL: ALTER TABLE ${table} REMOVE PARTITIONING; ${ownDatabase}`,
    };
  }
  if (!isKey) return noKey(table);
  const most = longest[table];
  if (Number(bytes) <= most) return undefined;
  return {
    finding: `${table}.id is ${type.toUpperCase()} of up to ${bytes} bytes, and at most ${most} fit into the keys that refer to it`,
    advice: `Make it shorter: VARCHAR(255) is long enough; ${ownDatabase}`,
  };
}
