import { describe } from 'vitest';
import { useCluster } from './cluster.ts';
import { migrations } from './migrations.ts';
import { switches } from './switches.ts';
import { transactions } from './transactions.ts';

const cluster = useCluster();

describe('switches', () => switches(cluster));
describe('transactions', () => transactions(cluster));
describe('migrations', () => migrations(cluster));
