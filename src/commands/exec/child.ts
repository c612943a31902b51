import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Environment } from '../../config/environment.ts';
import { AppError } from '../../core/error.ts';
import { mayBeCredential, quotable } from '../../core/text.ts';
import { systemCode, systemReason } from '../../files/system-error.ts';
import { executableOf, hasNoHeader } from './executable.ts';

/** How a program ended, as the shell tells it: by its own status, or 128 and the number of the signal that ended it. */
export interface End {
  status: number;
  signal: NodeJS.Signals | undefined;
}

export interface Program {
  command: string;
  args: readonly string[];
  env: Environment;
}

export interface Surroundings {
  /** Makes what the program needs: at a time when no signal ends this process, and nothing is awaited until it runs. */
  prepare(): Program;
  /** Takes away what was made, at such a time too. */
  tidy(): void;
  /** Whether Ctrl-C reaches the program by itself, as it does on a terminal, which signals all that runs there. */
  readonly signalsItself: boolean;
}

const passedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;
const ofTerminal = ['SIGINT', 'SIGQUIT'] as const;

/** After so long a program that ignores Ctrl-C is killed by the next one; on a terminal there is Ctrl-\ for that. */
const graceMs = 10_000;

/**
 * Runs a program in this one's place: it has the terminal and the streams, gets the signals, and this process waits for it,
 * whatever comes. No shell reads its words.
 * @throws AppError COMMAND_NOT_FOUND | COMMAND_NOT_RUN
 */
export async function runProgram({ prepare, tidy, signalsItself }: Surroundings): Promise<End> {
  let child: ChildProcess | undefined;
  let firstInterrupt: number | undefined;
  const pass = (signal: NodeJS.Signals) => void child?.kill(signal);
  const interrupt = (signal: NodeJS.Signals) => {
    if (signalsItself) return;
    firstInterrupt ??= performance.now();
    pass(performance.now() - firstInterrupt > graceMs ? 'SIGKILL' : signal);
  };
  for (const signal of passedOn) process.on(signal, pass);
  for (const signal of ofTerminal) process.on(signal, interrupt);
  try {
    const program = prepare();
    child = started(program);
    return await ended(child, program);
  } finally {
    tidy();
    for (const signal of passedOn) process.off(signal, pass);
    for (const signal of ofTerminal) process.off(signal, interrupt);
  }
}

function started(program: Program): ChildProcess {
  const { command, args, env } = program;
  const file = executableOf(command, env);
  if (file !== undefined && hasNoHeader(file)) {
    throw notRun(program, 'it is no program, and no script that begins with #!', {
      hint: 'Let its first line name what runs it, such as #!/bin/sh, or put that before it: sh FILE',
    });
  }
  try {
    return spawn(command, args, { env: { ...env }, stdio: 'inherit', shell: false });
  } catch (error) {
    throw notStarted(program, error);
  }
}

function ended(child: ChildProcess, program: Program): Promise<End> {
  return new Promise((resolve, reject) => {
    // A signal that could not be sent is an error too; the program goes on.
    child.on('error', (error) => child.pid === undefined && reject(notStarted(program, error)));
    child.once('exit', (code, signal) => resolve(endOf(code, signal)));
  });
}

function endOf(code: number | null, signal: NodeJS.Signals | null): End {
  if (signal === null) return { status: code ?? 1, signal: undefined };
  return { status: 128 + constants.signals[signal], signal };
}

/** Node's own errors quote the words and the environment. */
function notStarted(program: Program, error: unknown): AppError {
  const { command, env } = program;
  const code = systemCode(error);
  if (code === 'ENOENT' && executableOf(command, env) !== undefined) {
    return notRun(program, 'the program that its first line names is not there', { cause: error });
  }
  if (code === 'ENOENT') {
    const name = typed(command);
    const what = command.includes('/') ? 'file' : 'command';
    return new AppError('COMMAND_NOT_FOUND', name ? `there is no ${what} ${name}` : 'there is no such command', {
      hint: "Check its name and PATH; no shell reads the command: a pipe or an alias needs sh -c '…'.",
      cause: error,
    });
  }
  const reason =
    code === 'E2BIG'
      ? 'its arguments and its environment are too large'
      : code === 'ERR_INVALID_ARG_VALUE'
        ? 'a variable has a NUL character in it'
        : systemReason(error);
  return notRun(program, reason, { cause: error });
}

function notRun({ command }: Program, reason: string, more: { hint?: string; cause?: unknown }): AppError {
  return new AppError('COMMAND_NOT_RUN', `cannot run ${typed(command) ?? 'the command'}: ${reason}`, more);
}

/** As it was typed; undefined for what may have been pasted in its place. */
function typed(command: string): string | undefined {
  return mayBeCredential(command) ? undefined : `"${quotable(command)}"`;
}
