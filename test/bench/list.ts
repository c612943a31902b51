import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchDatabase, fill } from './databases.ts';
import { compare, cpuOf, type Result, timeNode } from './measure.ts';

const bin = 'bin/integrations.cjs';
const memoryLimit = 150;

/** `scm list` of 20 rows against the least script that lists them, in the processor's time. */
export async function listTwenty(database: BenchDatabase): Promise<Result> {
  await fill(database, 20);
  const { engine, env, knexClient, connection, tenantId } = database;
  const minimal = ['test/bench/minimal-list.mjs', knexClient, JSON.stringify(connection), tenantId];
  const compared = await compare(
    { name: 'list', run: () => cpuOf(process.execPath, [bin, 'scm', 'list', '--json'], env) },
    { name: 'minimal', run: () => cpuOf(process.execPath, minimal) },
    { rounds: 31 },
  );
  return { name: `${engine}: scm list, 20 rows`, unit: 'script on knex', limit: 1, ...compared };
}

/** A page of 20 among a million rows against one among a hundred. */
export async function listPage(small: BenchDatabase, large: BenchDatabase): Promise<Result> {
  await fill(small, 100);
  const page = ({ env }: BenchDatabase) => timeNode({ args: [bin, 'scm', 'list', '--limit', '20', '--json'], env });
  const compared = await compare(
    { name: '1,000,000', run: () => page(large) },
    { name: '100', run: () => page(small) },
    { rounds: 31 },
  );
  return { name: `${large.engine}: list --limit 20 of 1,000,000`, unit: 'the same of 100', limit: 1.1, ...compared };
}

/** All of a million rows against the driver's own stream of them, and the memory that it takes. */
export async function listAll(database: BenchDatabase, directory: string): Promise<Result[]> {
  const { engine, env, connection, tenantId } = database;
  const peakFile = join(directory, 'peak');
  const preload = ['-r', './test/bench/peak-memory.cjs'];
  const stream = ['test/bench/driver-stream.mjs', engine, JSON.stringify(connection), tenantId];
  const compared = await compare(
    {
      name: 'jsonl',
      run: () =>
        timeNode({
          args: [...preload, bin, 'scm', 'list', '-o', 'jsonl'],
          env: { ...env, BENCH_PEAK_MEMORY: peakFile },
        }),
    },
    { name: 'driver', run: () => timeNode({ args: stream }) },
    { rounds: 3, warmUp: 1 },
  );
  const megabytes = Number(readFileSync(peakFile, 'utf8')) / 1024;
  const memory = { ours: megabytes, baseline: memoryLimit, ratio: megabytes / memoryLimit };
  return [
    { name: `${engine}: list -o jsonl of 1,000,000`, unit: "driver's stream", limit: 2, ...compared },
    { name: `${engine}: its peak memory in MB`, unit: `${memoryLimit} MB`, limit: 1, ...memory },
  ];
}
