import { writeSync } from 'node:fs';
import { quickAnswer } from './cli/root.ts';
import { reasonOf, systemCode } from './files/system-error.ts';

/** The process: its streams, its signals, its exit status. */
async function main(): Promise<void> {
  const answer = quickAnswer(process.argv.slice(2));
  if (answer !== undefined) return writeAtOnce(answer);
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      // What was under way in the database is one transaction: it ends with its connection.
      process.stderr.write('Cancelled.\n');
      process.exit(status);
    });
  }
  const { argv, env, stdin, stdout, stderr } = process;
  // Whoever read the answer has seen enough. What nobody hears on standard error changes nothing.
  stdout.on('error', (error) => void (systemCode(error) === 'EPIPE' && process.exit(0)));
  stderr.on('error', () => undefined);
  const { run } = await import('./cli/run.ts');
  process.exitCode = await run(argv.slice(2), env, { stdin, stdout, stderr });
}

/** Writes without making a stream of standard output, which would take longer than all the rest. */
function writeAtOnce(text: string): void {
  try {
    writeSync(1, text);
  } catch (error) {
    if (systemCode(error) === 'EPIPE') return;
    process.stderr.write(`error: cannot write to standard output: ${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}

void main();
