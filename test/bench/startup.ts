import { compare, type Result, timeNode } from './measure.ts';

const bin = 'bin/integrations.cjs';

/** `--version` and `--help` against Node that does nothing. */
export async function startup(): Promise<Result[]> {
  const results: Result[] = [];
  for (const flag of ['--version', '--help']) {
    const ours = { name: flag, run: () => timeNode({ args: [bin, flag] }) };
    const bare = { name: 'node -e 0', run: () => timeNode({ args: ['-e', '0'] }) };
    results.push({ name: flag, unit: 'node -e 0', limit: 1.25, ...(await compare(ours, bare, { rounds: 41 })) });
  }
  return results;
}
