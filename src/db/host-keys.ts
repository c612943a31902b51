import { isSqlite } from '../../migrations/table.ts';
import { type Host, hosts, hostTableFaults } from './host-tables.ts';
import type { Queries } from './queries.ts';
import { referringColumns } from './schema-parts.ts';

/** A reference of ours to a host table that does not hold as it is. */
export interface HostKeyFault {
  /** A clause. */
  finding: string;
  /** What mends it: our columns follow the host's, or somebody does what the sentence says. */
  remedy: 'follow' | { advice: string };
}

/** Where nothing can refer to the ids of a host table, or our columns are not of their type, character set and collation. */
export async function hostKeyFaults(queries: Queries): Promise<HostKeyFault[]> {
  const faults: HostKeyFault[] = (await hostTableFaults(queries)).map(({ finding, advice }) => ({
    finding,
    remedy: { advice },
  }));
  if (faults.length > 0 || isSqlite(queries)) return faults;
  // One after the other: a user may have a single connection.
  for (const host of hosts) {
    const fault = await difference(queries, host);
    if (fault) faults.push(fault);
  }
  return faults;
}

async function difference(queries: Queries, host: Host): Promise<HostKeyFault | undefined> {
  const id = await columnOf(queries, host, 'id');
  const [other, ...more] = id ? await differing(queries, host, id) : [];
  if (!id || !other) return undefined;
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
  const columns: Column[] = [];
  for (const { table, column } of await referringColumns(host)) {
    const found = await columnOf(queries, table, column);
    if (found && typeOf(found) !== typeOf(id)) columns.push(found);
  }
  return columns;
}

function typeOf({ type, charset, collation }: Column): string {
  return charset === null ? type : `${type} CHARACTER SET ${charset} COLLATE ${collation}`;
}

function described({ type, collation }: Column): string {
  return collation === null ? type : `${type} ${collation}`;
}
