import { describe } from 'vitest';
import { useCluster } from './cluster.ts';
import { longRuns } from './long-runs.ts';
import { migrations } from './migrations.ts';
import { switches } from './switches.ts';
import { transactions } from './transactions.ts';

const cluster = useCluster();

describe('switches', () => switches(cluster));
describe('transactions', () => transactions(cluster));
describe('a node is killed in the middle of', () => longRuns(cluster));
describe('migrations', () => migrations(cluster));
