import type { CliResult, Environment, Sandbox } from './cli.ts';
import type { Engine } from './engines.ts';
import { addCommand } from './samples.ts';

/** A sandbox in which `init` has run: tables, a key in a file, the tenant Acme and the account ops@acme.test. */
export async function workspace(engine: Engine, env?: Environment): Promise<Sandbox> {
  const box = await engine.sandbox(env);
  await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
  return box;
}

/** The result of a command that must succeed. */
export async function done(running: Promise<CliResult>): Promise<CliResult> {
  const result = await running;
  if (result.status === 0) return result;
  throw new Error(`exit ${result.status ?? result.signal}\n--- stdout\n${result.stdout}\n--- stderr\n${result.stderr}`);
}

/** What `--json` tells of a command that must fail; its standard output must be empty. */
export async function refused(running: Promise<CliResult>): Promise<Refusal> {
  const result = await running;
  const { status, stdout, stderr } = result;
  if (status === 0 || stdout !== '') throw new Error(`exit ${status}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`);
  return { status, ...result.error() };
}

export type Refusal = { status: number | null } & ReturnType<CliResult['error']>;

/** Adds the sample of a provider, and answers what `--json` tells of it. */
export async function addSample(box: Sandbox, provider: string, name: string, ...more: string[]) {
  const { args, env } = addCommand(provider, name, ...more);
  return (await done(box.runWith({ env }, ...args, '--json'))).json();
}

/** `work` on each item, one after the other, or so many at once: then each command but one is a process. */
export async function eachOf<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  atOnce = 1,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
