import { spawn } from 'node:child_process';
import { bareEnvironment, type CliOptions, type CliResult, productBin, type Sandbox } from './cli.ts';
import { findProgram } from './programs.ts';

/** A command that cannot write a file beyond so many blocks of 512 bytes: what a full disk does, on any machine. */
export function withFileLimit(box: Sandbox, blocks: number, ...args: string[]): Promise<CliResult> {
  return throughShell(box, `ulimit -f ${blocks}; exec "$0" "$@"`, {}, args);
}

/** A command that may have so many files and connections open at a time. */
export function withOpenFiles(box: Sandbox, files: number, ...args: string[]): Promise<CliResult> {
  return throughShell(box, `ulimit -n ${files}; exec "$0" "$@"`, {}, args);
}

/** A command for which the modes of files hold, even where the tests run as root. */
export function withoutPrivilege(box: Sandbox, options: CliOptions, ...args: string[]): Promise<CliResult> {
  return throughShell(box, `exec ${dropPrivilege()} "$0" "$@"`, options, args);
}

/** A command of a user that owns nothing, and whom no list of users names. Where the tests run as another user than root, of that one. */
export function asStranger(box: Sandbox, ...args: string[]): Promise<CliResult> {
  return throughShell(box, `exec ${becomeStranger()} "$0" "$@"`, {}, args);
}

function throughShell(box: Sandbox, script: string, options: CliOptions, args: string[]): Promise<CliResult> {
  return box.runWith({ ...options, node: '/bin/sh', bin: '-c' }, script, process.execPath, productBin, ...args);
}

function dropPrivilege(): string {
  return process.getuid?.() === 0 ? `${setpriv()} --bounding-set=-all --inh-caps=-all` : '';
}

function becomeStranger(): string {
  return process.getuid?.() === 0 ? `${setpriv()} --reuid=54321 --regid=54321 --clear-groups` : '';
}

function setpriv(): string {
  const found = findProgram('setpriv');
  if (!found) throw new Error('As root these tests need setpriv (util-linux), or run them as another user.');
  return found;
}

/** A command whose standard input stays open and says nothing. */
export function startSilent(box: Sandbox, env: CliOptions['env'], ...args: string[]) {
  const child = spawn(process.execPath, [productBin, ...args], {
    cwd: box.root,
    env: bareEnvironment({ ...box.env, ...env }),
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  const result = new Promise<{ status: number | null; stderr: string }>((resolve) => {
    child.once('close', (status) => resolve({ status, stderr }));
  });
  return { child, result };
}
