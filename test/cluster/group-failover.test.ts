import { describe } from 'vitest';
import { startGroup } from '../support/clusters/group-replication.ts';
import { useCluster } from './cluster.ts';
import { kill, longRuns } from './long-runs.ts';

/** In a group of its own: with each primary that is killed most of the time is spent waiting for the next one. */
const cluster = useCluster(startGroup);

describe('a node is killed in the middle of', () => longRuns(cluster, kill));
