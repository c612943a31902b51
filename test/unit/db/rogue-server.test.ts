import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { AppError } from '../../../src/core/error.ts';
import { openDatabase } from '../../../src/db/database.ts';
import { databaseError } from '../../../src/db/errors.ts';
import { readLocation } from '../../../src/db/location.ts';
import { atEnd } from '../../support/at-end.ts';
import { authority, certificate } from '../../support/certificate.ts';
import { more, type Rogue, rogueServer, type Script, switchTo } from '../../support/rogue-server.ts';

/** Signs in at a server that never lets anybody in, and tells what it learned. */
async function learned(rogue: Rogue, query = '', host = '127.0.0.1') {
  const error = await refusal(`mysql://app:s3cret@${host}:${rogue.port}/releases${query}`);
  const received = rogue.received();
  return { error, received, passwords: rogue.passwords(received) };
}

async function refusal(address: string): Promise<AppError> {
  const location = readLocation(address, 'the test');
  const database = await openDatabase(location);
  try {
    await database.queries.raw('SELECT 1');
  } catch (error) {
    const told = databaseError(error, location);
    if (!told) throw error;
    expect(told).toMatchObject({ code: 'DATABASE_UNAVAILABLE', exitStatus: 4 });
    expect(`${told.message} ${told.hint}`).not.toContain('s3cret');
    return told;
  } finally {
    await database.close();
  }
  throw new Error('it let somebody in');
}

const fullAuthentication = 4;

/** What a server asks for that wants the password and not an answer to its challenge. */
const greedy: Record<string, Script> = {
  caching_sha2_password: ({ challenge, key }) => [
    switchTo('caching_sha2_password', challenge),
    more(fullAuthentication),
    more(key),
  ],
  sha256_password: ({ challenge, key }) => [switchTo('sha256_password', challenge), more(key)],
  mysql_clear_password: ({ challenge }) => [switchTo('mysql_clear_password', challenge)],
  'mysql_clear_password as a second factor': () => [Buffer.from('\x02mysql_clear_password\0')],
  'mysql_clear_password and then its answer': ({ challenge, key }) => [
    switchTo('mysql_clear_password', challenge),
    switchTo('caching_sha2_password', challenge),
    more(fullAuthentication),
    more(key),
  ],
  mysql_old_password: ({ challenge }) => [switchTo('mysql_old_password', challenge.subarray(0, 8))],
  'the oldest way, without a name': () => [Buffer.from([0xfe])],
  dialog: () => [Buffer.from('\xfedialog\0\x04Password: ', 'latin1')],
};

describe('a rogue listener without encryption', () => {
  test.each(Object.entries(greedy))('learns no password on loopback: %s', async (_, script) => {
    const rogue = await rogueServer({ script });
    const { passwords, received } = await learned(rogue);
    expect(passwords).toEqual([]);
    expect(received.length).toBeGreaterThan(0);
    // An answer to its challenge, and the request for a key, are all that followed the first packet.
    for (const packet of received.slice(1)) expect(packet.length).toBeLessThanOrEqual(32);
  });

  test.each(['caching_sha2_password', 'sha256_password', 'mysql_clear_password', 'an_own_one'])(
    'nor one that greets with %s and asks at once',
    async (plugin) => {
      for (const script of Object.values(greedy)) {
        const rogue = await rogueServer({ plugin, script: (pieces) => script(pieces).slice(1) });
        expect((await learned(rogue)).passwords).toEqual([]);
      }
    },
  );

  test('says what it asked for, and what to do', async () => {
    const told = async (script: Script | undefined) =>
      (await learned(await rogueServer({ script: script as Script }))).error;
    for (const name of ['caching_sha2_password', 'sha256_password']) {
      expect(await told(greedy[name])).toMatchObject({
        message: expect.stringMatching(/asks for the password under a key that it names itself/),
        hint: expect.stringMatching(/socket=PATH .* ssl=off/),
      });
    }
    expect(await told(greedy['mysql_clear_password'])).toMatchObject({
      message: expect.stringMatching(/asks for the password in clear text$/),
      hint: expect.stringMatching(/ssl=verify/),
    });
    expect((await told(greedy['dialog'])).message).toMatch(/way to sign in that is unknown here \(dialog\)$/);
    for (const name of ['mysql_old_password', 'the oldest way, without a name']) {
      expect((await told(greedy[name])).message).toMatch(/unknown here \(mysql_old_password\)$/);
    }
  });

  test('gets it under its own key where ssl=off is written, and never in clear text', async () => {
    for (const [name, passwords] of [
      ['caching_sha2_password', ['s3cret']],
      ['sha256_password', ['s3cret']],
      ['mysql_clear_password', []],
      ['dialog', []],
    ] as const) {
      const rogue = await rogueServer({ script: greedy[name] as Script });
      expect([name, (await learned(rogue, '?ssl=off')).passwords]).toEqual([name, passwords]);
    }
  });

  test.each(['?ssl=verify', '?ssl=require'])('gets nothing at all with %s', async (query) => {
    const rogue = await rogueServer({ script: greedy['caching_sha2_password'] as Script });
    const { error, received } = await learned(rogue, query);
    expect(error.message).toMatch(/offers no encryption$/);
    expect(received).toEqual([]);
  });
});

describe('a socket that another user of this machine put where the server had its own', () => {
  /** Listens in a folder that is open to all, as /tmp is. */
  async function planted(script: Script, mode: number): Promise<{ rogue: Rogue; address: string }> {
    const folder = mkdtempSync(join(tmpdir(), 'planted-'));
    atEnd(() => rmSync(folder, { recursive: true }));
    chmodSync(folder, mode);
    const socket = join(folder, 'mysql.sock');
    const rogue = await rogueServer({ script, socket });
    if (process.getuid?.() === 0) chownSync(socket, 54_321, 54_321);
    else vi.spyOn(process, 'getuid').mockReturnValue(54_321);
    return { rogue, address: `mysql://app:s3cret@localhost/releases?socket=${socket}` };
  }

  test.each([0o1777, 0o777])('learns no password: %o', async (mode) => {
    for (const script of Object.values(greedy)) {
      const { rogue, address } = await planted(script, mode);
      for (const more of ['', '&ssl=off']) await refusal(address + more);
      expect(rogue.passwords(rogue.received())).toEqual([]);
    }
  });

  test('is named, with what to do', async () => {
    const { address } = await planted(greedy['caching_sha2_password'] as Script, 0o1777);
    expect(await refusal(address)).toMatchObject({
      message: expect.stringMatching(/asks for the password itself, and anybody could have put its socket/),
      hint: expect.stringContaining('a folder of its own'),
    });
  });

  test('is taken for the server in a folder that is not open to all', async () => {
    const { rogue, address } = await planted(greedy['caching_sha2_password'] as Script, 0o755);
    await refusal(address);
    expect(rogue.passwords(rogue.received())).toEqual(['s3cret']);
  });
});

describe('a listener that encrypts', () => {
  test('with any certificate: on loopback it is taken for the server, but clear text is not', async () => {
    const tls = await certificate();
    for (const [query, name, passwords] of [
      ['', 'caching_sha2_password', ['s3cret']],
      ['', 'mysql_clear_password', []],
      ['', 'dialog', []],
      ['?ssl=require', 'caching_sha2_password', ['s3cret']],
      ['?ssl=require', 'mysql_clear_password', ['s3cret']],
    ] as const) {
      const rogue = await rogueServer({ tls, script: greedy[name] as Script });
      expect([query, name, (await learned(rogue, query)).passwords]).toEqual([query, name, passwords]);
    }
  });

  test('a certificate is checked against the host or the address that was dialled', async () => {
    const { path, sign } = await authority();
    const [forName, forAddress] = [await sign({ names: ['DNS:localhost'] }), await sign({ names: ['IP:127.0.0.1'] })];
    for (const [tls, host, isAccepted] of [
      [forName, 'localhost', true],
      [forName, '127.0.0.1', false],
      [forAddress, '127.0.0.1', true],
      [forAddress, 'localhost', false],
    ] as const) {
      const rogue = await rogueServer({ tls });
      const { received, error } = await learned(rogue, `?ssl-ca=${path}`, host);
      expect([host, received.length]).toEqual([host, isAccepted ? 2 : 1]);
      if (isAccepted) continue;
      const other = host === 'localhost' ? '127.0.0.1' : 'localhost';
      expect(error.message).toMatch(`its certificate is not for ${host}, but for ${other}`);
    }
  });

  test('each fault of a certificate in its own words, and nothing leaves', async () => {
    const { path, sign } = await authority();
    const other = await authority();
    const names = ['IP:127.0.0.1'];
    const stock = 'MySQL_Server_9.7.4_Auto_Generated_Server_Certificate';
    for (const [tls, query, message, hint] of [
      [await sign({ names, days: -1 }), `?ssl-ca=${path}`, /has expired$/, /ssl=require/],
      [await sign({ names }), `?ssl-ca=${other.path}`, /an authority that is unknown here$/, /ssl-ca=PATH/],
      [await sign({ names }), '?ssl=verify', /an authority that is unknown here$/, /ssl-ca=PATH/],
      [await sign({ names }), `?ssl=require&ssl-ca=${other.path}`, /an authority that is unknown here$/, /ssl-ca=PATH/],
      [await certificate(), '?ssl=verify', /its certificate is self-signed$/, /ssl-ca=PATH/],
      [await sign({ names: [] }), `?ssl-ca=${path}`, /its certificate names no host$/, /ssl=require with ssl-ca=PATH/],
      [
        await sign({ names: [], commonName: stock }),
        `?ssl-ca=${path}`,
        /made it for itself$/,
        /ssl=require with ssl-ca=PATH/,
      ],
    ] as const) {
      const rogue = await rogueServer({ tls, script: greedy['caching_sha2_password'] as Script });
      const { error, received } = await learned(rogue, query);
      expect(error).toMatchObject({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
      expect(received.map(({ length }) => length)).toEqual([32]);
    }
  });

  test('one that is asked only who signed it is accepted under any name', async () => {
    const { path, sign } = await authority();
    const rogue = await rogueServer({ tls: await sign({ names: ['DNS:elsewhere.test'] }) });
    expect((await learned(rogue, `?ssl=require&ssl-ca=${path}`)).received).toHaveLength(2);
  });
});

describe('what answers is no MySQL', () => {
  test.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n', /no MySQL$/],
    ['one that ends', '', /the connection was lost$/],
    ['half a greeting', '\x4a\0\0\0\x0a8.4.0', /the connection was lost$/],
  ])('%s', async (_, greeting, message) => {
    const server = createServer((socket) => socket.on('error', () => {}).end(greeting, 'latin1'));
    atEnd(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect((await refusal(`mysql://app:s3cret@127.0.0.1:${port}/releases`)).message).toMatch(message);
  });
});
