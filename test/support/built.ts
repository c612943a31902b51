import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type * as entry from '../../src/cli/run.ts';
import { createEffects } from '../../src/core/effects.ts';
import { endsWithin } from './bounds.ts';
import { checkout } from './programs.ts';

type Environment = Record<string, string | undefined>;

export interface Given {
  /** All of it. */
  env: Environment;
  input: string | Uint8Array;
  cwd: string;
}

/** What `main.ts` hands the command line to, in its built form. */
const product = (): typeof entry => createRequire(import.meta.url)(join(checkout, 'dist', 'run.cjs'));

let isRunning = false;

/** A command that comes while another one runs here needs a process of its own. */
export function isHereFree(): boolean {
  return !isRunning;
}

/**
 * Runs a command of the built product in this process, which takes a tenth of the processor's time that one of its own
 * takes. Environment and folder are the process's while it runs.
 */
export function runBuilt(args: string[], given: Given): Promise<{ status: number; stdout: string; stderr: string }> {
  return endsWithin(60_000, alone(args, given));
}

async function alone(args: string[], { env, input, cwd }: Given) {
  isRunning = true;
  const restore = become(env, cwd);
  try {
    const [stdout, stderr] = [collector(), collector()];
    const stdin = Readable.from(input.length > 0 ? [Buffer.from(input)] : []);
    const status = await product().run(args, env, { stdin, stdout, stderr }, neverInterrupted());
    return { status, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    restore();
    isRunning = false;
  }
}

/** Gives this process another environment and folder, as `main.ts` leaves them to the command. @returns what takes them back */
function become(env: Environment, cwd: string): () => void {
  const [before, folder] = [{ ...process.env }, process.cwd()];
  replaceEnvironment(Object.fromEntries(Object.entries(env).filter(([name]) => !/^INTEGRATIONS_/i.test(name))));
  process.chdir(cwd);
  return () => {
    process.chdir(folder);
    replaceEnvironment(before);
  };
}

function replaceEnvironment(env: Environment): void {
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
}

export const neverInterrupted = () => ({
  effects: createEffects(),
  signal: new AbortController().signal,
  hold: () => () => undefined,
  handOver: () => () => undefined,
  endBy: () => undefined,
});

export function collector(): Writable & { text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString() });
}
