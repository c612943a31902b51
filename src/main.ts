import { run } from './cli/run.ts';

/** The process: its streams, its signals, its exit status. */
async function main(): Promise<void> {
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
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  }
  const { stdin, stdout, stderr } = process;
  process.exitCode = await run(process.argv.slice(2), process.env, { stdin, stdout, stderr });
}

void main();
