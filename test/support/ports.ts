import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Above what services are known by, and below what systems lend to outgoing sockets (Linux from 32768). */
const [lowest, highest] = [10_000, 32_767] as const;

const handedOut = new Set<number>();

/** A port of 127.0.0.1 where nothing listens, and each only once. Somebody else may take it before it is used: see `onFreePorts`. */
export async function freePort(): Promise<number> {
  for (let tries = 1; tries <= 100; tries += 1) {
    const port = randomInt(lowest, highest + 1);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${lowest} to ${highest} seems to be free on 127.0.0.1.`);
}

/** Starts a server that asks for free ports; once more, with others, where it then could not have one of them. */
export async function onFreePorts<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (tries === 5 || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}
