import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type BenchDatabase, fill } from './databases.ts';
import { compare, median, type Result } from './measure.ts';

const bin = 'bin/integrations.cjs';
const clients = 200;
const seconds = Number(process.env['BENCH_SECONDS'] ?? 30);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 21);
const perRound = 200;

/** One row and a list of fifty through `serve` against the driver behind bare `node:http`, then many clients at once. */
export async function serving(database: BenchDatabase): Promise<Result[]> {
  await fill(database, 50);
  const { engine, env, connection, tenantId } = database;
  const added = ['token', 'add', '--name', 'bench', '--scope', 'read', '--json'];
  const inEnv = { ...process.env, ...env };
  const { token } = JSON.parse(execFileSync(process.execPath, [bin, ...added], { env: inEnv, encoding: 'utf8' }));
  const ours = spawn(process.execPath, [bin, 'serve', '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: inEnv,
  });
  const driver = ['test/bench/driver-serve.mjs', engine, JSON.stringify(connection), tenantId];
  const bare = spawn(process.execPath, driver, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const addresses = { ours: await addressIn(ours.stderr), bare: await addressIn(bare.stdout) };
    const list = `/api/v1/${tenantId}/integrations/scm`;
    const results: Result[] = [];
    for (const [what, path] of [
      ['one row', `${list}/scm_0199aab000007000800000000${'25'.padStart(8, '0')}`],
      ['a list of 50', list],
    ] as const) {
      const compared = await compare(
        { name: 'serve', run: () => inTurn(addresses.ours + path, token) },
        { name: 'bare', run: () => inTurn(addresses.bare + path, token) },
        { rounds },
      );
      results.push({
        name: `${engine}: serve, ${what}, ${perRound} times`,
        unit: 'bare driver',
        limit: 1.6,
        ...compared,
      });
    }
    results.push(...(await atOnce(engine, addresses.ours + list, token, ours)));
    return results;
  } finally {
    for (const child of [ours, bare]) child.kill();
  }
}

/** What it says of where it listens; whatever it says later is thrown away. */
function addressIn(stream: ChildProcess['stdout']): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    stream?.on('data', (chunk: Buffer) => {
      if (said.length > 10_000) return;
      said += chunk.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (address !== undefined) resolve(address);
    });
    stream?.once('end', () => reject(new Error(`the server ended: ${said}`)));
  });
}

/** Asks again and again on one connection, and returns the milliseconds that it took. */
async function inTurn(url: string, token: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const began = performance.now();
  for (let count = 0; count < perRound; count += 1) {
    const status = await statusOf(url, token, agent);
    if (status !== 200) throw new Error(`${url} answered ${status}`);
  }
  agent.destroy();
  return performance.now() - began;
}

/** Rejects where the connection breaks before the answer is whole. */
function statusOf(url: string, token: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.on('error', reject);
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
  });
}

/** Many clients, each asking as soon as it was answered: nobody fails, and the server's memory does not grow. */
async function atOnce(engine: string, url: string, token: string, server: ChildProcess): Promise<Result[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const end = performance.now() + seconds * 1000;
  let asked = 0;
  let failed = 0;
  const asking = Array.from({ length: clients }, async () => {
    while (performance.now() < end) {
      const status = await statusOf(url, token, agent).catch(() => 0);
      asked += 1;
      if (status !== 200) failed += 1;
    }
  });
  const megabytes: number[] = [];
  while (performance.now() < end) {
    await wait(250);
    megabytes.push(residentMegabytes(server));
  }
  await Promise.all(asking);
  agent.destroy();
  const third = Math.floor(megabytes.length / 3);
  const [before, after] = [median(megabytes.slice(third, 2 * third)), median(megabytes.slice(2 * third))];
  const what = `${engine}: serve, ${clients} clients for ${seconds} s`;
  const perSecond = Math.round(asked / seconds);
  return [
    {
      name: `${what}: failed`,
      unit: `of ${asked}`,
      limit: 0,
      ours: failed,
      baseline: asked,
      ratio: failed / asked,
      note: `${perSecond} a second`,
    },
    {
      name: `${what}: memory in MB`,
      unit: 'that of its middle',
      limit: 1.1,
      ours: after,
      baseline: before,
      ratio: after / before,
    },
  ];
}

function residentMegabytes({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
