import { describe } from 'vitest';
import { startGroup } from '../support/clusters/group-replication.ts';
import { useCluster } from './cluster.ts';
import { longRuns } from './long-runs.ts';
import { multiPrimary } from './multi-primary.ts';
import { switches } from './switches.ts';
import { transactions } from './transactions.ts';

const cluster = useCluster(startGroup);

describe('switches', () => switches(cluster));
describe('another primary is chosen in the middle of', () => {
  const strike = () => cluster.servers.switchTo(cluster.nodes[1]);
  longRuns(cluster, { strike, isFatal: false, mend: () => cluster.servers.mend() });
});
describe('a group with several primaries', () => multiPrimary(cluster));
describe('transactions', () => transactions(cluster));
