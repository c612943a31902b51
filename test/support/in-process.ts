import { Readable, Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';
import { createEffects } from '../../src/core/effects.ts';
import type { CliResult, Sandbox } from './cli.ts';

/** Runs a command of the sandbox in this process: for tests that need very many. */
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

const neverInterrupted = () => ({
  effects: createEffects(),
  signal: new AbortController().signal,
  hold: () => () => undefined,
  handOver: () => () => undefined,
});

function collector(): Writable & { text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString() });
}
