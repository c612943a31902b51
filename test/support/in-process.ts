import { Readable } from 'node:stream';
import { run } from '../../src/cli/run.ts';
import { collector, neverInterrupted } from './built.ts';
import type { CliResult, Sandbox } from './cli.ts';

/** Runs a command of the sandbox from its sources, which a test may have changed, and any number of them at once. */
export async function runHere(
  { env }: Pick<Sandbox, 'env'>,
  { input = '', env: more = {} }: { input?: string; env?: Record<string, string | undefined> },
  ...args: string[]
): Promise<Pick<CliResult, 'status' | 'stdout' | 'stderr'>> {
  const [stdout, stderr] = [collector(), collector()];
  const stdin = Readable.from([Buffer.from(input)]);
  const status = await run(args, { ...env, ...more }, { stdin, stdout, stderr }, neverInterrupted());
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}
