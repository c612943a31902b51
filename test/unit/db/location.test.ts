import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import { describeLocation, hasPassword, readLocation } from '../../../src/db/location.ts';

const origin = 'INTEGRATIONS_DATABASE_URL';
const read = (address: string, password?: string) => readLocation(address, password, origin);
const mysql = (over: object) => ({
  engine: 'mysql',
  hosts: [{ host: 'db.acme.test', port: 3306 }],
  user: 'app',
  password: undefined,
  database: 'releases',
  tls: { mode: 'verify', ca: undefined },
  ...over,
});
const off = { mode: 'off', ca: undefined };

function refusal(address: string): AppError {
  try {
    read(address);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`it was taken: ${address}`);
}

describe('SQLite', () => {
  test.each([
    ['sqlite:/data/i.db', '/data/i.db'],
    ['sqlite:///data/i.db', '/data/i.db'],
    ['sqlite:i.db', resolve('i.db')],
    ['sqlite:./a/../i.db', resolve('i.db')],
    ['sqlite:/data/Zoë 100%?x#y.db', '/data/Zoë 100%?x#y.db'],
  ])('%s', (address, path) => expect(read(address, 'unused')).toEqual({ engine: 'sqlite', path, embedded: false }));

  test.each(['sqlite:', 'sqlite:\0', 'sqlite://host/data/i.db', 'sqlite://'])('%j is refused', (address) => {
    expect(refusal(address)).toMatchObject({ code: 'USAGE', message: expect.stringContaining(origin) });
  });
});

describe('MySQL', () => {
  test.each<[string, object]>([
    ['mysql://app@db.acme.test/releases', {}],
    ['mariadb://app@db.acme.test/releases', {}],
    ['mysql://app@db.acme.test:3307/releases', { hosts: [{ host: 'db.acme.test', port: 3307 }] }],
    ['mysql://app:s%40cret%2F@db.acme.test/releases', { password: 's@cret/' }],
    ['mysql://app:a:b@db.acme.test/releases', { password: 'a:b' }],
    ['mysql://app:@db.acme.test/releases', { password: '' }],
    ['mysql://a%20b@db.acme.test/rel%2Feases', { user: 'a b', database: 'rel/eases' }],
    ['mysql://app@127.0.0.1/releases', { hosts: [{ host: '127.0.0.1', port: 3306 }], tls: off }],
    ['mysql://app@[::1]:3307/releases', { hosts: [{ host: '::1', port: 3307 }], tls: off }],
    ['mysql://app@localhost/releases', { hosts: [{ host: 'localhost', port: 3306 }], tls: off }],
    ['mysql://app@localhost/releases?ssl=verify', { hosts: [{ host: 'localhost', port: 3306 }] }],
    ['mysql://app@db.acme.test/releases?ssl=off', { tls: off }],
    ['mysql://app@db.acme.test/releases?ssl=require', { tls: { mode: 'require', ca: undefined } }],
    ['mysql://app@127.0.0.1.acme.test/releases', { hosts: [{ host: '127.0.0.1.acme.test', port: 3306 }] }],
    ['mysql://app@localhost.acme.test/releases', { hosts: [{ host: 'localhost.acme.test', port: 3306 }] }],
  ])('%s', (address, over) => expect(read(address)).toEqual(mysql(over)));

  test('several hosts are tried in their order; one that is far away makes all of them encrypted', () => {
    const hosts = [
      { host: '127.0.0.1', port: 3306 },
      { host: 'b.test', port: 3307 },
    ];
    expect(read('mysql://app@127.0.0.1,b.test:3307/releases')).toEqual(mysql({ hosts }));
    expect(read('mysql://app@127.0.0.1,[::1]:2/releases')).toMatchObject({ tls: off });
  });

  test('the password of the environment is taken before the one in the address', () => {
    expect(read('mysql://app:old@db.acme.test/releases', 'new')).toEqual(mysql({ password: 'new' }));
  });

  test('a certificate is read, and means verify', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ca-'));
    writeFileSync(join(folder, 'ca.pem'), 'the certificate');
    const tls = { mode: 'verify', ca: 'the certificate' };
    expect(read(`mysql://app@127.0.0.1/releases?ssl-ca=${folder}/ca.pem`)).toMatchObject({ tls });
    expect(read(`mysql://app@db.acme.test/releases?ssl=verify&ssl-ca=${folder}/ca.pem`)).toMatchObject({ tls });
    expect(refusal(`mysql://app@db.acme.test/releases?ssl-ca=${folder}/missing`)).toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/missing \(ssl-ca\): there is no such file$/),
    });
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['', /is neither mysql.* nor sqlite/],
    ['postgres://app@db/releases', /is neither/],
    ['/data/i.db', /is neither/],
    ['mysql://app@db.acme.test', /is neither/],
    ['mysql://app@db.acme.test/', /is neither/],
    ['mysql://app@db.acme.test/a/b', /is neither/],
    ['mysql://db.acme.test/releases', /names no user/],
    ['mysql://:s3cret@db.acme.test/releases', /names no user/],
    ['mysql://app:s3cret@db.acme.test:/releases', /has a host/],
    ['mysql://app:s3cret@db.acme.test:99999/releases', /has a host/],
    ['mysql://app:s3cret@db.acme.test:0/releases', /has a host/],
    ['mysql://app:s3cret@a,,b/releases', /has a host/],
    ['mysql://app:s3cret@::1/releases', /has a host/],
    ['mysql://app:s3cret@x@db.acme.test/releases', /has a host/],
    ['mysql://app:s3cret/x@db.acme.test/releases', /is neither/],
    ['mysql://app:s3cret%@db.acme.test/releases', /"%"/],
    ['mysql://app:s3cret@db.acme.test/releases?ssl=yes', /has an ssl that is not/],
    ['mysql://app:s3cret@db.acme.test/releases?ssl=', /has an ssl that is not/],
    ['mysql://app:s3cret@db.acme.test/releases?sslmode=off', /a parameter that is neither/],
    ['mysql://app:s3cret@db.acme.test/releases#x', /is neither/],
  ])('%s is refused, and not quoted', (address, reason) => {
    const error = refusal(address);
    expect(error).toMatchObject({ code: 'USAGE', exitStatus: 64, message: expect.stringMatching(reason) });
    expect(error.message).toMatch(/^INTEGRATIONS_DATABASE_URL /);
    expect(`${error.message} ${error.hint}`).not.toMatch(/s3cret|acme/);
  });

  test('a password in an address is noticed, whatever is in it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9%!$&'()*+,;=:~._-]{0,20}$/), (password) => {
        expect(hasPassword(`mysql://app:${password}@db.acme.test/releases`)).toBe(true);
      }),
    );
    for (const address of ['mysql://app@db:3306/x', 'sqlite:/a:b@c/d.db', 'mysql://app@a:1,b:2/x']) {
      expect(hasPassword(address)).toBe(false);
    }
  });

  test('what is shown of a place holds neither user nor password', () => {
    expect(describeLocation(read('mysql://app:s3cret@a.test,[fe80::1]:3307/releases'))).toBe(
      'a.test:3306,[fe80::1]:3307/releases',
    );
    expect(describeLocation(read('sqlite:/data/i.db'))).toBe('/data/i.db');
  });
});
