import { atEnd } from './at-end.ts';
import type { Sandbox } from './cli.ts';

/** The API of a sandbox at a free port of this machine, until the end of the test (or file). @returns its address */
export async function serving(box: Sandbox, ...flags: string[]): Promise<string> {
  const { child, result } = box.start({ timeout: 600_000 }, 'serve', '--listen', '127.0.0.1:0', ...flags);
  atEnd(async () => {
    child.kill();
    await result;
  });
  let log = '';
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk;
      const address = /"event":"listening","address":"([^"]+)"/.exec(log)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', () => reject(new Error(`the server ended:\n${log}`)));
  });
}
