import { isSqlite } from '../../migrations/table.ts';
import { categoryList } from '../core/category.ts';
import type { Queries } from './database.ts';

/** A column of ours that refers to a host table, and cannot as it is. */
export interface HostKeyFault {
  /** A clause: `tenant_scm_integrations.tenantId is …, tenants.id is …`. */
  finding: string;
  /** The statement that mends it, where one does. */
  statement: string | undefined;
}

const references = [
  ['tenants', 'tenantId'],
  ['accounts', 'configuredByAccountId'],
] as const;

/** Where the ids of the host's tables are not of the type, character set and collation of our columns that refer to them. */
export function hostKeyFaults(queries: Queries): Promise<HostKeyFault[]> {
  return isSqlite(queries) ? sqliteFaults(queries) : mysqlFaults(queries);
}

/** SQLite knows no character sets; a reference needs a key to point at. */
async function sqliteFaults(queries: Queries): Promise<HostKeyFault[]> {
  const faults: HostKeyFault[] = [];
  for (const [host] of references) {
    const columns: { name: string; pk: number }[] = await queries.raw(`PRAGMA table_info("${host}")`);
    const indexes: { name: string; unique: number }[] = await queries.raw(`PRAGMA index_list("${host}")`);
    const keys = await Promise.all(
      indexes.filter(({ unique }) => unique === 1).map(({ name }) => queries.raw(`PRAGMA index_info("${name}")`)),
    );
    const isKey =
      columns.some(({ name, pk }) => name === 'id' && pk === 1) ||
      keys.some((key: { name: string }[]) => key.length === 1 && key[0]?.name === 'id');
    if (!columns.some(({ name }) => name === 'id')) {
      faults.push({ finding: `there is no column id in ${host}`, statement: undefined });
    } else if (!isKey) {
      const statement = `CREATE UNIQUE INDEX unique_${host}_id ON ${host} (id)`;
      faults.push({ finding: `${host}.id is no key, so nothing can refer to it`, statement });
    }
  }
  return faults;
}

interface Column {
  tableName: string;
  name: string;
  type: string;
  charset: string | null;
  collation: string | null;
}

async function mysqlFaults(queries: Queries): Promise<HostKeyFault[]> {
  const tables = [...categoryList.map(({ table }) => table), ...references.map(([host]) => host)];
  const [columns = []]: Column[][] = await queries.raw(
    'SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, COLUMN_TYPE AS type, CHARACTER_SET_NAME AS charset, ' +
      'COLLATION_NAME AS collation FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ' +
      `AND TABLE_NAME IN (${tables.map(() => '?').join(', ')}) AND COLUMN_NAME IN ('id', 'tenantId', 'configuredByAccountId')`,
    tables,
  );
  return references.flatMap(([host, column]): HostKeyFault[] => {
    const id = columns.find(({ tableName, name }) => tableName === host && name === 'id');
    if (!id) return [{ finding: `there is no column id in ${host}`, statement: undefined }];
    const differing = columns.filter((each) => each.name === column && typeOf(each) !== typeOf(id));
    return differing.map((each) => ({
      finding: `${each.tableName}.${column} is ${described(each)}, and ${host}.id is ${described(id)}`,
      statement: `ALTER TABLE ${each.tableName} MODIFY ${column} ${typeOf(id)} NOT NULL`,
    }));
  });
}

function typeOf({ type, charset, collation }: Column): string {
  return charset === null ? type : `${type} CHARACTER SET ${charset} COLLATE ${collation}`;
}

function described({ type, collation }: Column): string {
  return collation === null ? type : `${type} ${collation}`;
}
