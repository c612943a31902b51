import { Readable, Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';
import { neverInterrupted } from './built.ts';
import type { Environment } from './cli.ts';
import { renderScreen } from './screen.ts';

/**
 * Runs a command in this process, and returns what somebody sees of it on a terminal of that width, both streams as they
 * come, and its exit status where that is not 0. Nobody is asked anything.
 */
export async function shown(args: readonly string[], { env, cols }: { env: Environment; cols: number }) {
  const { columns } = process.stdout;
  process.stdout.columns = cols;
  try {
    let output = '';
    const terminal = () => {
      const stream = new Writable({
        write(chunk: Buffer, _encoding, done) {
          output += chunk.toString().replaceAll('\n', '\r\n');
          done();
        },
      });
      return Object.assign(stream, { isTTY: true, columns: cols, rows: 24 });
    };
    const streams = { stdin: Readable.from([]), stdout: terminal(), stderr: terminal() };
    const status = await run(args, env, streams, neverInterrupted());
    return `${renderScreen(output, cols)}${status === 0 ? '' : `\n[exit ${status}]`}`;
  } finally {
    process.stdout.columns = columns;
  }
}
