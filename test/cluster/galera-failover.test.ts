import { describe } from 'vitest';
import { startGalera } from '../support/clusters/galera.ts';
import { useCluster } from './cluster.ts';
import { kill, longRuns } from './long-runs.ts';

const cluster = useCluster(startGalera);

describe('a node is killed in the middle of', () => longRuns(cluster, kill));
