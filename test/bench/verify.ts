import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../src/core/secret.ts';
import { readKeyRing } from '../../src/crypto/key-ring.ts';
import { createSealer } from '../../src/crypto/seal.ts';
import { accountId, type BenchDatabase, withKnex } from './databases.ts';
import { median, type Result, timeNode } from './measure.ts';

const count = 1_000;
const concurrency = 32;
const latencyMs = 50;
const rounds = 5;

/** A thousand integrations on sixteen slow hosts, against what their calls would take with every place always taken. */
export async function verifyThousand(database: BenchDatabase, directory: string): Promise<Result[]> {
  const servers = spawn(process.execPath, ['test/bench/verify-servers.mjs'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = Number(await nextLine(servers));
  await fillScm(database, port);
  const peakFile = join(directory, 'peak');
  const args = [
    '-r',
    './test/bench/peak-memory.cjs',
    'bin/integrations.cjs',
    'scm',
    'verify',
    '--concurrency',
    String(concurrency),
    '--json',
  ];
  const times = Array.from({ length: rounds }, () =>
    timeNode({ args, env: { ...database.env, BENCH_PEAK_MEMORY: peakFile } }),
  );
  servers.stdin?.end();
  const calls = Number(await nextLine(servers)) / rounds;
  const ideal = (calls * latencyMs) / concurrency;
  const taken = median(times);
  const megabytes = Number(readFileSync(peakFile, 'utf8')) / 1024;
  return [
    {
      name: `${database.engine}: verify 1,000 on 16 hosts`,
      unit: 'the ideal',
      limit: 1.25,
      ours: taken,
      baseline: ideal,
      ratio: taken / ideal,
    },
    {
      name: `${database.engine}: its peak memory in MB`,
      unit: '200 MB',
      limit: 1,
      ours: megabytes,
      baseline: 200,
      ratio: megabytes / 200,
    },
  ];
}

async function nextLine(child: ChildProcess): Promise<string> {
  const [chunk]: [Buffer] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return chunk.toString('utf8').trim();
}

async function fillScm({ env, tenantId, ...database }: BenchDatabase, port: number): Promise<void> {
  const sealer = createSealer(readKeyRing(env['INTEGRATIONS_KEYRING'] ?? '', 'the bench'), tenantId);
  const rows = Array.from({ length: count }, (_, index) => {
    const id = `scm_bench${String(index).padStart(8, '0')}`;
    const place = { table: 'tenant_scm_integrations', column: 'accessToken', id };
    const origin = `http://127.0.0.${(index % 16) + 1}:${port}`;
    return {
      id,
      tenantId,
      scmType: 'GITLAB',
      displayName: `mobile ${index}`,
      organization: `acme-${index}`,
      repositoryUrl: `${origin}/acme-${index}/mobile`,
      accessToken: sealer.seal(new Secret(`glpat-${'a'.repeat(20)}`, [origin]), place),
      configuredByAccountId: accountId,
    };
  });
  await withKnex({ env, tenantId, ...database }, async (knex) => {
    await knex.transaction((transaction) => transaction.batchInsert('tenant_scm_integrations', rows, 100));
  });
}
