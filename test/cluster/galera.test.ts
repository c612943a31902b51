import { describe } from 'vitest';
import { startGalera } from '../support/clusters/galera.ts';
import { anyNode } from './any-node.ts';
import { useCluster } from './cluster.ts';
import { migrations } from './migrations.ts';
import { switches } from './switches.ts';
import { transactions } from './transactions.ts';

const cluster = useCluster(startGalera);

describe('any node', () => anyNode(cluster));
describe('switches', () => switches(cluster));
describe('transactions', () => transactions(cluster));
describe('migrations', () => migrations(cluster));
