import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Environment, type Sandbox, sandbox } from '../support/cli.ts';
import { type ClusterNode, createDatabase, type Servers } from '../support/clusters/cluster.ts';
import { proxyFor } from '../support/proxy.ts';
import { done } from '../support/workspace.ts';

/** A real cluster of three nodes, and what a test does in it. */
export interface Cluster<S extends Servers = Servers> {
  servers: S;
  /** Where there is a primary, it is the first. */
  nodes: Servers['nodes'];
  /** Where `init` has run, in a database of the test's own; the first node is tried first. */
  box: Sandbox;
  /** The name of its database. */
  name: string;
  /** Puts a sandbox with an empty database in the place of `box`. */
  renew(): Promise<void>;
  /** The environment in which these nodes are tried, in this order. */
  at(...nodes: readonly { address: string }[]): { env: Environment };
  /** All nodes, the first behind a proxy that does something to it once, when a command sends what matches. */
  strike(at: RegExp, by: () => unknown): Promise<{ address: string; env: Environment }>;
  /** Rows of its database, as a node has them once it has all. */
  select(node: ClusterNode, sql: string): ReturnType<ClusterNode['query']>;
}

/** Starts a cluster for the tests of a file; each of them finds all three nodes in it. */
export function useCluster<S extends Servers>(start: () => Promise<S>): Cluster<S> {
  let servers: S;
  let box: Sandbox;
  let name: string;

  async function renew(): Promise<void> {
    const database = await createDatabase(servers.nodes);
    name = database.name;
    box = sandbox({
      // Proxies read what passes, so nothing may be encrypted.
      INTEGRATIONS_DATABASE_URL: `${database.url}?ssl=off`,
      INTEGRATIONS_DATABASE_PASSWORD: database.password,
    });
  }

  beforeAll(async () => {
    servers = await start();
  });
  afterAll(() => servers?.stop());
  beforeEach(async () => {
    await servers.mend();
    await renew();
    await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
  });

  const cluster: Cluster<S> = {
    get servers() {
      return servers;
    },
    get nodes() {
      return servers.nodes;
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
    async strike(at, by) {
      const [first, ...others] = servers.nodes;
      const { address } = await proxyFor(cluster.at(first), { strike: { at, by } });
      return { address, ...cluster.at({ address }, ...others) };
    },
    select: (node, sql) => node.queryLast(`SELECT ${sql.replace(' FROM ', ` FROM \`${name}\`.`)}`),
  };
  return cluster;
}
