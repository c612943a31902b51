import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandbox } from '../support/cli.ts';
import { openTerminal } from '../support/terminal.ts';

let silent: Server;
let url: string;

/** A database server that takes the call and says nothing. */
beforeAll(async () => {
  silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  url = `mysql://release@127.0.0.1:${(silent.address() as AddressInfo).port}/platform`;
});

afterAll(() => void silent.close());

function open(env: Record<string, string>, ...args: string[]) {
  return openTerminal(args, { env: { ...sandbox({ INTEGRATIONS_DATABASE_URL: url }).env, ...env } });
}

test.each(['scm list', 'init', 'db status'])('%s says what it waits for, and leaves with one line', async (line) => {
  const terminal = open({}, ...line.split(' '));
  await terminal.waitFor('Connecting to the database');
  terminal.key('ctrl-c');
  expect(await terminal.exit).toBe(130);
  expect(terminal.screen()).toBe('Cancelled.');
});

test.each<[string, Record<string, string>, string[]]>([
  ['under --quiet', {}, ['--quiet']],
  ['under CI', { CI: '1' }, []],
])('%s it waits in silence', async (_, env, flags) => {
  const called = new Promise((resolve) => silent.once('connection', resolve));
  const terminal = open(env, 'scm', 'list', ...flags);
  await called;
  await new Promise((resolve) => setTimeout(resolve, 500));
  terminal.key('ctrl-c');
  expect(await terminal.exit).toBe(130);
  expect(terminal.screen().replace('^C', '')).toBe('Cancelled.');
});
