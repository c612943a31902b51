import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { addSample, workspace } from '../../support/workspace.ts';

/** Whatever falls silent, and at whatever stage: a verification ends in its time, and the program with it. */
const seconds = 4;

interface Item {
  displayName: string;
  outcome: string;
  latencyMs: number;
}

/** Says what it is to say to the client's packets, one after the other, and then nothing. */
async function fallingSilent(...answers: Buffer[]): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let next = 0;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const answer = answers[next];
      next += 1;
      if (answer) socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function silentNameServer(): Promise<string> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  atEnd(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

let box: Sandbox;

beforeAll(async () => {
  box = await workspace(sqlite);
  await addSample(box, 'github', 'code');
  await addSample(box, 'gitlab', 'lab');
  await addSample(box, 'app-store', 'app');
  await addSample(box, 'github-actions', 'build');
  await addSample(box, 'email', 'mail');
});

/** @returns what was verified; each has to be undecided, and in its time */
async function verified(env: Record<string, string>): Promise<string[]> {
  const begun = Date.now();
  const result = await box.runWith({ env }, 'verify', '--timeout', String(seconds), '--json');
  const took = Date.now() - begun;
  const items: Item[] = result.json();
  expect(result.status, result.stderr).toBe(5);
  for (const { displayName, outcome, latencyMs } of items) {
    expect([displayName, outcome]).toEqual([displayName, 'undecided']);
    // A pipeline took twice its time once. A busy machine takes some of its own.
    expect(latencyMs).toBeLessThan(1.75 * seconds * 1000);
  }
  // A process was kept by handshakes for ten seconds once.
  expect(took - Math.max(...items.map(({ latencyMs }) => latencyMs))).toBeLessThan(8_000);
  return items.map(({ displayName }) => displayName).sort();
}

test('providers, a mail server and a name server that say nothing', async () => {
  const port = await fallingSilent();
  const silent = `https://127.0.0.1:${port}`;
  const names = await verified({
    INTEGRATIONS_GITHUB_API_URL: silent,
    INTEGRATIONS_GITLAB_API_URL: silent.replace('https', 'http'),
    INTEGRATIONS_APP_STORE_API_URL: silent,
    INTEGRATIONS_SMTP_URL: `smtps://releases@127.0.0.1:${port}`,
    INTEGRATIONS_SMTP_PASSWORD: 'x',
    INTEGRATIONS_DNS_SERVERS: await silentNameServer(),
  });
  expect(names).toEqual(['app', 'build', 'code', 'lab', 'mail']);
});

const accepted = Buffer.from([5, 0]);
const connected = Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 80]);

test.each<[stage: string, ...answers: Buffer[]]>([
  ['when it is greeted'],
  ['when it is asked for a connection', accepted],
  ['in the middle of an answer', Buffer.from([5])],
  ['once it has connected', accepted, connected],
])('a SOCKS proxy that falls silent %s', async (_, ...answers) => {
  const proxy = `socks5://127.0.0.1:${await fallingSilent(...answers)}`;
  await verified({ HTTPS_PROXY: proxy, INTEGRATIONS_DNS_SERVERS: await silentNameServer() });
});
