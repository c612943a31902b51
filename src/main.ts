import { writeSync } from 'node:fs';
import { lastWords } from './cli/last-words.ts';
import { guardProcess } from './cli/own-process.ts';
import { quickAnswer } from './cli/root.ts';
import { createEffects } from './core/effects.ts';
import { systemCode, systemReason } from './files/system-error.ts';
import type { Interruption } from './output/streams.ts';

/** The process: its streams, its signals, its exit status. */
async function main(): Promise<void> {
  const line = process.argv.slice(2);
  const answer = quickAnswer(line) ?? (await explanation(line));
  if (answer !== undefined) return writeAtOnce(answer);
  const env = guardProcess((text) => void process.stderr.write(`warning: ${text}\n`));
  const { interruption, end } = watchSignals();
  const { stdin, stdout, stderr } = process;
  // Whoever read the answer has seen enough. What nobody hears on standard error changes nothing.
  stdout.on('error', (error) => void (systemCode(error) === 'EPIPE' && process.exit(0)));
  stderr.on('error', () => undefined);
  const { keepCompiled } = await import('./cli/compile-cache.ts');
  await keepCompiled();
  const { run } = await import('./cli/run.ts');
  const status = await run(line, env, { stdin, stdout, stderr }, interruption);
  await Promise.all([stdout, stderr].map(written));
  // What somebody else still owes, such as a name server, keeps nobody waiting.
  end(status);
}

async function explanation(line: readonly string[]): Promise<string | undefined> {
  if (line[0] !== 'help' && !['--help', '-h'].includes(line.at(-1) ?? '')) return undefined;
  const { preparedHelp } = await import('./cli/prepared-help.ts');
  return preparedHelp(line);
}

/** Resolves when all that was written before is taken, or will never be. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => void stream.write('', () => resolve()));
}

const graceMs = 5_000;

/**
 * Ctrl-C and SIGTERM end the program: at once, or where a change is under way when it is known what became of it, or where a
 * command has something to store first when it has done so. A second one ends it whatever is under way.
 */
function watchSignals(): { interruption: Interruption; end: (status: number) => void } {
  const controller = new AbortController();
  const effects = createEffects();
  /** While a command holds it: how long that may take to end. */
  let held: number | undefined;
  let handedOver: 'Ctrl-C' | 'every signal' | undefined;
  let received: number | undefined;
  let endingSignal: NodeJS.Signals | undefined;

  // What was under way in the database is one transaction: without its COMMIT it ends with its connection.
  const cancel = (status: number) => {
    process.stderr.write(`${['Cancelled.', effects.summary()].filter(Boolean).join(' ')}\n`);
    process.exit(status);
  };
  const onSignal = (status: number) => {
    if (received !== undefined) return cancel(received);
    received = status;
    controller.abort();
    setTimeout(() => cancel(status), held ?? graceMs).unref();
    if (held === undefined) effects.whenSettled(() => cancel(status));
  };
  process.on('SIGINT', () => void (handedOver || onSignal(130)));
  process.on('SIGTERM', () => void (handedOver === 'every signal' || onSignal(143)));
  const hold = (forMs = graceMs) => {
    held = forMs;
    return () => {
      held = undefined;
    };
  };
  const handOver = (what: 'Ctrl-C' | 'every signal' = 'Ctrl-C') => {
    handedOver = what;
    return () => {
      handedOver = undefined;
    };
  };
  const endBy = (signal: NodeJS.Signals) => {
    endingSignal = signal;
  };
  return {
    interruption: { effects, signal: controller.signal, hold, handOver, endBy },
    end(status) {
      if (endingSignal) {
        process.removeAllListeners(endingSignal);
        process.kill(process.pid, endingSignal);
      }
      process.exit(received ?? status);
    },
  };
}

/** Writes without making a stream of standard output, which would take longer than all the rest. */
function writeAtOnce(text: string): void {
  try {
    writeSync(1, text);
  } catch (error) {
    if (systemCode(error) === 'EPIPE') return;
    process.stderr.write(`error: cannot write to standard output: ${systemReason(error)}\n`);
    process.exitCode = 1;
  }
}

/** Of an error that went past all others. */
function endWith(error: unknown): void {
  writeSync(2, lastWords(error, process.argv.slice(2)));
  process.exit(1);
}

process.on('uncaughtException', endWith);
void main();
