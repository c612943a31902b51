import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../src/db/database.ts';
import { readLocation, withPassword } from '../../src/db/location.ts';
import type { Database } from '../../src/db/queries.ts';
import { addWitness } from '../../src/db/witness.ts';
import { atEnd } from '../support/at-end.ts';
import type { ClusterNode } from '../support/clusters/cluster.ts';
import type { Cluster } from './cluster.ts';

/** Makes a row in the cluster's database in which transactions of the product count. */
export async function counters(cluster: Cluster) {
  const [node] = cluster.nodes;
  await node.query(`CREATE TABLE \`${cluster.name}\`.counter (id INT PRIMARY KEY, n INT NOT NULL)`);
  await node.query(`CREATE TABLE \`${cluster.name}\`.marks (id CHAR(36) PRIMARY KEY)`);
  await node.query(`INSERT INTO \`${cluster.name}\`.counter VALUES (1, 0)`);

  return {
    async open(...nodes: readonly { address: string }[]): Promise<Database> {
      const { INTEGRATIONS_DATABASE_URL: url = '' } = cluster.at(...nodes).env;
      const password = cluster.box.env['INTEGRATIONS_DATABASE_PASSWORD'];
      const database = await openDatabase(withPassword(readLocation(url, 'the test'), password));
      atEnd(() => database.close());
      return database;
    },

    /** Counts up in the one row, and leaves a mark of its own, by which it is recognized. */
    count(database: Database): Promise<string> {
      return database.transaction(async (queries) => {
        const id = randomUUID();
        await queries('counter').where({ id: 1 }).increment('n');
        await queries('marks').insert({ id });
        addWitness(queries, { table: 'marks', id });
        return id;
      });
    },

    async stored(at: ClusterNode) {
      const [counter] = await cluster.select(at, 'n FROM counter');
      const marks = await cluster.select(at, 'id FROM marks');
      return { n: counter?.['n'], marks: marks.map(({ id }) => String(id)).sort() };
    },
  };
}
