/** Sends a statement and answers its rows. */
export type Ask = (sql: string) => Promise<unknown>;

/** Servers that hold the same: Galera's, or those of Group Replication, all of whose changes a single primary makes. */
export type Cluster = 'galera' | 'group' | 'multi-primary group';

/** The cluster that a server belongs to. */
export async function clusterOf(ask: Ask): Promise<Cluster | undefined> {
  const names = ['wsrep_on', 'group_replication_group_name', 'group_replication_single_primary_mode'];
  const rows = await ask(`SHOW VARIABLES WHERE Variable_name IN ('${names.join("', '")}')`);
  const pairs = rows as { Variable_name: string; Value: string }[];
  const values = new Map(pairs.map(({ Variable_name, Value }) => [Variable_name, Value]));
  if (values.get('wsrep_on') === 'ON') return 'galera';
  if (!values.get('group_replication_group_name')) return undefined;
  return values.get('group_replication_single_primary_mode') === 'ON' ? 'group' : 'multi-primary group';
}

/** What a session sets so that a node answers no read before it has what was stored at the others. */
export const waitForOthers = {
  galera: 'SESSION wsrep_sync_wait = 1',
  // Only a member that is online, with the majority, has that function; any other would answer what it had once.
  group: "SESSION group_replication_consistency = 'BEFORE', @member = group_replication_get_write_concurrency()",
};

/**
 * What a session sets to nothing; at a member of a replication group it is refused, as a row too many, with all that is
 * set beside it. So MySQL says in the same turn whether it has others to wait for.
 */
export const refusedInGroup =
  '@alone = (SELECT 1 UNION ALL SELECT 1 FROM performance_schema.session_variables ' +
  "WHERE VARIABLE_NAME = 'group_replication_group_name' AND VARIABLE_VALUE <> '')";
