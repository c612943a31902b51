import { describe, expect, test } from 'vitest';
import { createHosts } from '../../../src/db/hosts.ts';

const [a, b, c] = ['a.test', 'b.test', 'c.test'].map((host) => ({ host, port: 3306 })) as [Host, Host, Host];
type Host = { host: string; port: number };

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', fatal: true });
const notReady = Object.assign(new Error('WSREP'), { code: 'ER_UNKNOWN_COM_ERROR', errno: 1047 });

/** Three hosts of which some are down. */
function cluster() {
  const down = new Map<Host, Error>();
  const warnings: string[] = [];
  const tried: string[] = [];
  const hosts = createHosts([a, b, c], (text) => warnings.push(text));
  const connect = () =>
    hosts.connect(async (host) => {
      tried.push(host.host);
      await new Promise(setImmediate);
      const error = down.get(host);
      if (error) throw error;
      return host.host;
    });
  return { hosts, connect, down, warnings, tried };
}

describe('hosts', () => {
  test('the first that answers serves, without a word', async () => {
    const { connect, warnings, tried } = cluster();
    expect([await connect(), await connect()]).toEqual(['a.test', 'a.test']);
    expect(tried).toEqual(['a.test', 'a.test']);
    expect(warnings).toEqual([]);
  });

  test('one that is gone is named once, and tried no more while another serves', async () => {
    const { connect, down, warnings, tried } = cluster();
    down.set(a, refused);
    expect(await connect()).toBe('b.test');
    expect(await connect()).toBe('b.test');
    expect(tried).toEqual(['a.test', 'b.test', 'b.test']);
    expect(warnings).toEqual([
      'The database host a.test:3306 cannot be used: nothing listens there. Continuing with b.test:3306.',
    ]);
  });

  test('several connections at once turn away together', async () => {
    const { connect, down, warnings } = cluster();
    await connect();
    down.set(a, refused);
    expect(await Promise.all([connect(), connect(), connect(), connect()])).toEqual(Array(4).fill('b.test'));
    expect(warnings).toHaveLength(1);
  });

  test('after the last comes the first again', async () => {
    const { connect, down, warnings } = cluster();
    down.set(a, refused).set(b, notReady);
    expect(await connect()).toBe('c.test');
    down.clear();
    down.set(c, refused);
    expect(await connect()).toBe('a.test');
    expect(warnings).toEqual([
      'The database host a.test:3306 cannot be used: nothing listens there. Continuing with c.test:3306.',
      'The database host b.test:3306 cannot be used: the node is not part of its cluster. Continuing with c.test:3306.',
      'The database host c.test:3306 cannot be used: nothing listens there. Continuing with a.test:3306.',
    ]);
  });

  test('where none answers the last reason is thrown, nothing is said, and nothing was reached', async () => {
    const { hosts, connect, down, warnings, tried } = cluster();
    down.set(a, refused).set(b, refused).set(c, notReady);
    await expect(connect()).rejects.toBe(notReady);
    expect(tried).toEqual(['a.test', 'b.test', 'c.test']);
    expect(warnings).toEqual([]);
    expect(hosts.reached).toBe(false);
  });

  test('one that answers and cannot serve is left', async () => {
    const { hosts, connect, warnings } = cluster();
    await connect();
    expect(hosts.reached).toBe(true);
    hosts.leave(a, notReady);
    expect(await connect()).toBe('b.test');
    expect(warnings).toEqual([
      'The database host a.test:3306 cannot be used: the node is not part of its cluster. Continuing with b.test:3306.',
    ]);
    // It was left already: whoever finds that out late moves nobody.
    hosts.leave(a, notReady);
    expect(await connect()).toBe('b.test');
  });

  test('what is said of a host is said once, however often it is left for that', async () => {
    const { hosts, connect, warnings } = cluster();
    for (let round = 0; round < 3; round += 1) {
      expect(hosts.isCurrent(a)).toBe(true);
      for (const each of [a, b, c]) {
        hosts.leave(each, notReady);
        expect(hosts.isCurrent(each)).toBe(false);
        await connect();
      }
    }
    expect(warnings).toHaveLength(3);
  });

  test('the only host stays, however often it is left', async () => {
    const warnings: string[] = [];
    const hosts = createHosts([a], (text) => warnings.push(text));
    hosts.leave(a, notReady);
    expect(await hosts.connect(async ({ host }) => host)).toBe('a.test');
    expect(warnings).toEqual([]);
  });
});
