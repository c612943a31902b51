import { describe } from 'vitest';
import { startGalera } from '../support/clusters/galera.ts';
import { anyNode } from './any-node.ts';
import { useCluster } from './cluster.ts';
import { kill, longRuns } from './long-runs.ts';
import { migrations } from './migrations.ts';
import { switches } from './switches.ts';
import { transactions } from './transactions.ts';

const cluster = useCluster(startGalera);

describe('any node', () => anyNode(cluster));
describe('switches', () => switches(cluster));
describe('transactions', () => transactions(cluster));
describe('a node is killed in the middle of', () => longRuns(cluster, kill));
describe('migrations', () => migrations(cluster));
