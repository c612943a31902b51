import { describe } from 'vitest';
import { startGroup } from '../support/clusters/group-replication.ts';
import { useCluster } from './cluster.ts';
import { members } from './members.ts';
import { migrations } from './migrations.ts';
import { multiPrimary } from './multi-primary.ts';
import { transactions } from './transactions.ts';

const cluster = useCluster(startGroup);

describe('members', () => members(cluster));
describe('a group with several primaries', () => multiPrimary(cluster));
describe('transactions', () => transactions(cluster));
describe('migrations', () => migrations(cluster));
