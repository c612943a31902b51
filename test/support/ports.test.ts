import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { atEnd } from './at-end.ts';
import { freePort, onFreePorts } from './ports.ts';

async function listen(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  atEnd(() => server.close());
  await once(server, 'listening');
}

test('a free port can be listened at, comes once, and is none that an outgoing socket gets', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, freePort));
  await Promise.all(ports.map(listen));
  expect(new Set(ports).size).toBe(20);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

test('a server whose port was taken meanwhile starts with another', async () => {
  const tried: number[] = [];
  const started = await onFreePorts(async () => {
    const port = await freePort();
    tried.push(port);
    if (tried.length < 3) await listen(port);
    await listen(port);
    return port;
  });
  expect([tried.length, started]).toEqual([3, tried[2]]);
});

test('what fails for another reason is not tried again', async () => {
  let tries = 0;
  const failing = onFreePorts(async () => {
    tries += 1;
    throw new Error('no such data');
  });
  await expect(failing).rejects.toThrow('no such data');
  expect(tries).toBe(1);
});
