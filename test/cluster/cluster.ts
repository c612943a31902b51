import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { type Environment, type Sandbox, sandbox } from '../support/cli.ts';
import { type Galera, type GaleraNode, startGalera } from '../support/galera.ts';
import { done } from '../support/workspace.ts';

/** A real cluster of three nodes, and what a test does in it. */
export interface Cluster {
  nodes: Galera['nodes'];
  /** Where `init` has run, in a database of the test's own; the first node is tried first. */
  box: Sandbox;
  /** The name of its database. */
  name: string;
  /** Puts a sandbox with an empty database in the place of `box`. */
  renew(): Promise<void>;
  /** The environment in which these nodes are tried, in this order. */
  at(...nodes: readonly { address: string }[]): { env: Environment };
  /** Rows of its database, as a node has them once it has all. */
  select(node: GaleraNode, sql: string): ReturnType<GaleraNode['query']>;
}

/** Starts a cluster for the tests of a file; each of them finds all three nodes in it. */
export function useCluster(): Cluster {
  let galera: Galera;
  let box: Sandbox;
  let name: string;

  async function renew(): Promise<void> {
    const database = await galera.database(...galera.nodes);
    name = database.name;
    box = sandbox({ INTEGRATIONS_DATABASE_URL: database.url, INTEGRATIONS_DATABASE_PASSWORD: database.password });
  }

  beforeAll(async () => {
    galera = await startGalera();
  });
  afterAll(() => galera?.stop());
  beforeEach(async () => {
    const size = "SHOW STATUS LIKE 'wsrep_cluster_size'";
    for (const node of galera.nodes) expect(await node.query(size)).toMatchObject([{ Value: '3' }]);
    await renew();
    await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
  });

  return {
    get nodes() {
      return galera.nodes;
    },
    get box() {
      return box;
    },
    get name() {
      return name;
    },
    renew,
    at(...nodes) {
      const url = box.env['INTEGRATIONS_DATABASE_URL'] ?? '';
      return { env: { INTEGRATIONS_DATABASE_URL: url.replace(/@[^/]*/, `@${nodes.map(({ address }) => address)}`) } };
    },
    select: (node, sql) =>
      node.query(`SET STATEMENT wsrep_sync_wait = 1 FOR SELECT ${sql.replace(' FROM ', ` FROM \`${name}\`.`)}`),
  };
}
