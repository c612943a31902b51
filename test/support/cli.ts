import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { atEnd } from './at-end.ts';
import { isHereFree, runBuilt } from './built.ts';
import { checkout } from './programs.ts';

export type Environment = Record<string, string | undefined>;

export interface CliOptions {
  /** On top of the bare environment; `undefined` takes a variable out. */
  env?: Environment;
  /** Standard input; without it, an empty one. */
  input?: string | Uint8Array;
  cwd?: string;
  /** Another Node, and the copy of the product made for it: what `secondNode()` returns. */
  node?: string;
  bin?: string;
  /** Milliseconds until SIGKILL. */
  timeout?: number;
}

export interface CliResult {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** Standard output parsed; throws with both streams where it is not JSON. Typed as `JSON.parse` is. */
  json(): ReturnType<typeof JSON.parse>;
  /** The `error` object in the last line of standard error (under `--json`). */
  error(): { code: string; message: string; hint?: string; field?: string; details?: unknown };
}

export interface RunningCli {
  child: ChildProcessWithoutNullStreams;
  result: Promise<CliResult>;
}

export interface Sandbox {
  root: string;
  home: string;
  configDir: string;
  dataDir: string;
  env: Environment;
  /** A command of the built product: in this process, but for what needs one of its own, or comes while another one runs. */
  run(...args: string[]): Promise<CliResult>;
  /** `run` with more than arguments; its `env` is laid over the sandbox's. */
  runWith(options: CliOptions, ...args: string[]): Promise<CliResult>;
  /** Always a process of its own. */
  start(options: CliOptions, ...args: string[]): RunningCli;
}

const ownPath = process.env['PATH'];

export const productBin = join(checkout, 'bin', 'integrations.cjs');

/**
 * Configuration and data folders of its own, which go at the end of the test (or file) that asked for them. `env` may
 * depend on the folders.
 */
export function sandbox(env: Environment | ((folders: { dataDir: string }) => Environment) = {}): Sandbox {
  const root = mkdtempSync(join(inject('runDirectory') ?? tmpdir(), 'box-'));
  const [home, configDir, dataDir] = [join(root, 'home'), join(root, 'config'), join(root, 'data')];
  mkdirSync(home);
  atEnd(() => rmSync(root, { recursive: true, force: true }));

  const folders = { HOME: home, INTEGRATIONS_CONFIG_DIR: configDir, INTEGRATIONS_DATA_DIR: dataDir };
  const own = { ...folders, ...(typeof env === 'function' ? env({ dataDir }) : env) };
  const start = (options: CliOptions, ...args: string[]) =>
    startCli(args, { ...options, cwd: options.cwd ?? root, env: { ...own, ...options.env } });
  const runWith = async (options: CliOptions, ...args: string[]): Promise<CliResult> => {
    const env = bareEnvironment({ ...own, ...options.env });
    if (!isHereFree() || needsProcess(options, env)) return start(options, ...args).result;
    const { status, stdout, stderr } = await runBuilt(args, {
      env,
      input: options.input ?? '',
      cwd: options.cwd ?? root,
    });
    return describeResult(status, null, stdout, stderr);
  };
  return {
    root,
    home,
    configDir,
    dataDir,
    env: own,
    start,
    run: (...args) => runWith({}, ...args),
    runWith,
  };
}

/** Whether it is about the process, or the environment has what only the start of one reads. */
function needsProcess({ node, bin, timeout }: CliOptions, env: Environment): boolean {
  const atStart = (name: string) => /^(NODE_|LD_|LC_|LANG|TZ$)/.test(name) && env[name] !== process.env[name];
  return [node, bin, timeout].some((each) => each !== undefined) || Object.keys(env).some(atStart);
}

/** One command outside any sandbox that the test keeps. */
export function runCli(args: string[], options: CliOptions = {}): Promise<CliResult> {
  return sandbox().runWith(options, ...args);
}

/** The environment of a fresh machine: nothing of the developer's own reaches the command. */
export function bareEnvironment(env: Environment): Environment {
  return Object.fromEntries(Object.entries({ PATH: ownPath, ...env }).filter(([, value]) => value !== undefined));
}

function startCli(args: string[], options: CliOptions): RunningCli {
  const { node = process.execPath, bin = productBin, timeout = 25_000 } = options;
  const child = spawn(node, [bin, ...args], {
    cwd: options.cwd,
    env: bareEnvironment(options.env ?? {}),
    timeout,
    killSignal: 'SIGKILL',
  });
  // A command that reads no input may have ended before it is written.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');

  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const result = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      resolve(describeResult(status, signal, Buffer.concat(out).toString(), Buffer.concat(err).toString()));
    });
  });
  return { child, result };
}

function describeResult(
  status: number | null,
  signal: NodeJS.Signals | null,
  stdout: string,
  stderr: string,
): CliResult {
  const parse = (text: string) => {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new Error(`not JSON (exit ${status ?? signal})\n--- stdout\n${stdout}\n--- stderr\n${stderr}`, { cause });
    }
  };
  return {
    status,
    signal,
    stdout,
    stderr,
    json: () => parse(stdout),
    error: () => parse(stderr.trimEnd().split('\n').at(-1) ?? '').error,
  };
}
