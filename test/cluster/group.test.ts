import { describe } from 'vitest';
import { startGroup } from '../support/clusters/group-replication.ts';
import { useCluster } from './cluster.ts';
import { members } from './members.ts';
import { migrations } from './migrations.ts';

const cluster = useCluster(startGroup);

describe('members', () => members(cluster));
describe('migrations', () => migrations(cluster));
