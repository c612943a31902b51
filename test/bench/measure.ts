import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** One way of doing the work; returns what it took, in milliseconds. */
export interface Contender {
  name: string;
  run: () => number | Promise<number>;
}

export interface Result {
  name: string;
  /** The median of the ratios' numerators and denominators, in milliseconds. */
  ours: number;
  baseline: number;
  ratio: number;
  /** The most that the ratio may be (or the least, where `atLeast`). */
  limit: number;
  atLeast?: true;
  unit: string;
  /** What was seen beside it. */
  note?: string;
}

export function holds({ ratio, limit, atLeast }: Result): boolean {
  return atLeast ? ratio >= limit : ratio <= limit;
}

/** Runs two contenders in turn, so that what else the machine does hits both alike. */
export async function compare(
  ours: Contender,
  baseline: Contender,
  { rounds, warmUp = 2 }: { rounds: number; warmUp?: number },
): Promise<Pick<Result, 'ours' | 'baseline' | 'ratio'>> {
  const times: [number[], number[]] = [[], []];
  for (let round = -warmUp; round < rounds; round += 1) {
    const pair = round % 2 === 0 ? [ours, baseline] : [baseline, ours];
    const taken = new Map<Contender, number>();
    for (const contender of pair) taken.set(contender, await contender.run());
    if (round < 0) continue;
    times[0].push(taken.get(ours) ?? 0);
    times[1].push(taken.get(baseline) ?? 0);
  }
  const [a, b] = [median(times[0]), median(times[1])];
  return { ours: a, baseline: b, ratio: a / b };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export interface Child {
  args: readonly string[];
  env?: Record<string, string>;
}

/** Nothing of the developer's own: a variable that Node reads at its start would cost both sides the same, and flatter us. */
function cleanEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
}

/**
 * Runs a program to its end, its output thrown away, and returns the milliseconds that the processor worked for it: what
 * a start takes, whatever else the machine does.
 */
export function cpuOf(program: string, args: readonly string[], env: Child['env'] = {}): number {
  // What a shell says of its children, of which this is the only one: user and system time, each as 0m0.012s.
  const { status, stdout } = spawnSync('bash', ['-c', '"$0" "$@" >/dev/null; times', program, ...args], {
    env: { ...cleanEnvironment(), ...env },
    encoding: 'utf8',
  });
  const times = [...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (status !== 0 || times.length !== 2) throw new Error(`${program} ended with ${status}, and took ${stdout}`);
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000, 0);
}

/** Runs `node` with these arguments to its end, its output thrown away or put into a file, and returns the milliseconds it took. */
export function timeNode({ args, env = {} }: Child, output = '/dev/null'): number {
  const sink = openSync(output, 'w');
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, [...args], {
    stdio: ['ignore', sink, 'pipe'],
    env: { ...cleanEnvironment(), ...env },
  });
  const taken = Number(process.hrtime.bigint() - start) / 1e6;
  closeSync(sink);
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return taken;
}
