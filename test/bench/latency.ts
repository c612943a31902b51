import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type BenchDatabase, fill } from './databases.ts';
import { median, type Result, timeNode } from './measure.ts';

const turnMs = 80;
const limitMs = 900;

/** `scm list` over a line on which a turn takes 80 ms. */
export async function listFarAway(database: BenchDatabase): Promise<Result> {
  await fill(database, 20);
  const url = new URL(database.env['INTEGRATIONS_DATABASE_URL'] ?? '');
  const line = spawn(process.execPath, ['test/bench/delay.mjs', url.port, String(turnMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  url.port = await firstLine(line);
  const env = { ...database.env, INTEGRATIONS_DATABASE_URL: url.href };
  const times = Array.from({ length: 11 }, () =>
    timeNode({ args: ['bin/integrations.cjs', 'scm', 'list', '--json'], env }),
  );
  line.stdin?.end();
  const ours = median(times);
  const name = `${database.engine}: scm list, ${turnMs} ms a turn`;
  return { name, unit: `${limitMs} ms`, limit: 1, ours, baseline: limitMs, ratio: ours / limitMs };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk]: [Buffer] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return chunk.toString('utf8').trim();
}
