import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Supervised {
  readonly pid: number;
  /** Polls until `ready` stops throwing; an early end or the deadline throws with the server's log. */
  until(ready: () => Promise<unknown>): Promise<void>;
  stop(): Promise<void>;
}

/*
 * The watcher reads a pipe whose other end only this process holds, so it wakes up however the run ends, even by
 * SIGKILL, and then ends the server that its own shell became by `exec`. A line on the pipe says that the server has
 * ended already and that its process id may be someone else's by now.
 */
const watchAndExec = `
(
  read -r ended <&3
  if [ -z "$ended" ]; then
    kill -TERM $$; kill -CONT $$; left=100
    while kill -0 $$ && [ $left -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
    [ $left -gt 0 ] || kill -KILL $$
  fi
) </dev/null >/dev/null 2>&1 &
exec "$0" "$@" 3<&-`;

/** A server of its own process group (Ctrl-C does not reach it) that never outlives this process. */
export function supervise(
  program: string,
  args: string[],
  options: { log: string; input?: string; env?: NodeJS.ProcessEnv },
): Supervised {
  const log = openSync(options.log, 'a');
  const server = spawn('/bin/sh', ['-c', watchAndExec, program, ...args], {
    detached: true,
    env: options.env ?? process.env,
    stdio: ['pipe', log, log, 'pipe'],
  });
  closeSync(log);
  server.stdin?.on('error', ignore).end(options.input ?? '');
  const watcher = server.stdio[3] as Duplex;
  watcher.on('error', ignore).resume();
  const watched = new Promise((resolve) => watcher.once('close', resolve));
  const ended = new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.once('exit', () => {
      if (!watcher.writableEnded) watcher.end('ended\n');
      resolve();
    });
  });

  return {
    pid: server.pid ?? -1,
    async until(ready) {
      for (const deadline = Date.now() + 60_000; ; await sleep(50)) {
        const problem = await ready().then(
          () => undefined,
          (error: unknown) => error ?? 'not ready',
        );
        if (!problem) return;
        if (hasEnded(server) || Date.now() > deadline) {
          throw new Error(`${program} did not start.\n${readFileSync(options.log, 'utf8')}`, { cause: problem });
        }
      }
    },
    async stop() {
      watcher.end();
      await Promise.all([ended, watched]);
    },
  };
}

/** Removes the directory when told to, or when this process has ended in any way. */
export function removeAtEnd(directory: string): { stop(): Promise<void> } {
  // Servers may still be writing there when the run was interrupted.
  const script = 'read -r end; n=0; until rm -rf -- "$0" || [ $n -gt 30 ]; do sleep 0.5; n=$((n + 1)); done';
  const remover = spawn('/bin/sh', ['-c', script, directory], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  return {
    async stop() {
      if (hasEnded(remover)) return;
      const ended = new Promise((resolve) => remover.once('exit', resolve));
      remover.stdin?.end();
      await ended;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function ignore(): void {}
