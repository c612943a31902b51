import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import { describeLocation, hasPassword, readLocation, withPassword } from '../../../src/db/location.ts';
import { certificate } from '../../support/certificate.ts';

const origin = 'INTEGRATIONS_DATABASE_URL';
const read = (address: string) => readLocation(address, origin);
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
const offered = { mode: 'offered', ca: undefined };

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
  ])('%s', (address, path) => expect(read(address)).toEqual({ engine: 'sqlite', path, embedded: false }));

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
    ['mysql://app@127.0.0.1/releases', { hosts: [{ host: '127.0.0.1', port: 3306 }], tls: offered }],
    ['mysql://app@[::1]:3307/releases', { hosts: [{ host: '::1', port: 3307 }], tls: offered }],
    ['mysql://app@localhost/releases', { hosts: [{ host: 'localhost', port: 3306 }], tls: offered }],
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
    expect(read('mysql://app@127.0.0.1,[::1]:2/releases')).toMatchObject({ tls: offered });
  });

  test('another password takes the place of the one in the address; a file has none', () => {
    const address = 'mysql://app:old@db.acme.test/releases';
    expect(withPassword(read(address), 'new')).toEqual(mysql({ password: 'new' }));
    expect(withPassword(read('sqlite:/data/i.db'), 'new')).toEqual(read('sqlite:/data/i.db'));
  });

  test('a certificate is read, and means verify; where only encryption is required, who signed it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ca-'));
    const ca = (await certificate()).cert;
    writeFileSync(join(folder, 'ca.pem'), ca);
    writeFileSync(join(folder, 'key.pem'), 'the certificate');
    const tls = { mode: 'verify', ca };
    expect(read(`mysql://app@127.0.0.1/releases?ssl-ca=${folder}/ca.pem`)).toMatchObject({ tls });
    expect(read(`mysql://app@db.acme.test/releases?ssl=verify&ssl-ca=${folder}/ca.pem`)).toMatchObject({ tls });
    const required = `mysql://app@127.0.0.1/releases?ssl=require&ssl-ca=${folder}/ca.pem`;
    expect(read(required)).toMatchObject({ tls: { mode: 'require', ca } });
    expect(refusal(`mysql://app@db.acme.test/releases?ssl-ca=${folder}/key.pem`)).toMatchObject({
      message: `there is no certificate in ${folder}/key.pem (ssl-ca)`,
    });
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
    ['mysql://app:s3cret@db.acme.test/releases?ssl=require&ssl=off', /says ssl twice/],
    ['mysql://app:s3cret@db.acme.test/releases?ssl=off&ssl-ca=/ca.pem', /switches encryption off/],
    ['mysql://app:s3cret@db.acme.test/releases?charset=utf8', /other than ssl, ssl-ca and socket/],
    ['mysql://app@db.acme.test/releases?password=s3cret', /other than ssl, ssl-ca and socket/],
    ['mysql://app:s3cret@/releases', /names no host/],
    ['mysql://app:s3cret@localhost/releases?socket=s', /not an absolute path/],
    ['mysql://app:s3cret@localhost/releases?socket=', /not an absolute path/],
    ['mysql://app:s3cret@db.acme.test/releases?socket=/s', /a socket and a host that is not this one/],
    ['mysql://app:s3cret@localhost,127.0.0.1/releases?socket=/s', /a socket and a host/],
    ['mysql://app:s3cret@db.acme.test/releases#x', /is neither/],
  ])('%s is refused, and not quoted', (address, reason) => {
    const error = refusal(address);
    expect(error).toMatchObject({ code: 'USAGE', exitStatus: 64, message: expect.stringMatching(reason) });
    expect(error.message).toMatch(/^INTEGRATIONS_DATABASE_URL /);
    expect(`${error.message} ${error.hint}`).not.toMatch(/s3cret|acme/);
  });

  test.each([
    ['ssl-mode=REQUIRED', 'Here it is ?ssl=require.'],
    ['sslmode=verify-full', 'Here it is ?ssl=verify.'],
    ['sslMode=VERIFY_CA', 'Here it is ?ssl=require with ssl-ca=PATH.'],
    ['ssl_mode=DISABLED', 'Here it is ?ssl=off.'],
    ['tls=skip-verify', 'Here it is ?ssl=require.'],
    ['useSSL=true', /^Here \?ssl=verify checks the certificate/],
    ['sslaccept=strict', 'Here it is ?ssl=verify.'],
    ['ssl=true', /^Here \?ssl=verify checks the certificate/],
    ['ssl=REQUIRED', 'Here it is ?ssl=require.'],
    ['ssl={"rejectUnauthorized":true}', /^Here \?ssl=verify/],
    ['ssl_ca=/ca.pem', 'Here it is ?ssl-ca=PATH.'],
    ['sslcert=/ca.pem', 'Here it is ?ssl-ca=PATH.'],
    ['unix_socket=/s', 'Here it is ?socket=PATH.'],
  ])('what another driver calls %s: the hint says what it is here', (parameter, hint) => {
    const error = refusal(`mysql://app:s3cret@db.acme.test/releases?${parameter}`);
    expect(error.hint).toMatch(hint);
    expect(`${error.message} ${error.hint}`).not.toMatch(/s3cret|acme|rejectUnauthorized/);
  });

  test.each<[string, string]>([
    ['mysql://app@localhost/releases?socket=/run/s', '/run/s'],
    ['mysql://app@127.0.0.1:3307/releases?socket=%2Frun%2Fmy+sql.sock', '/run/my+sql.sock'],
    ['mysql://app@/releases?socket=/run/a%20b', '/run/a b'],
  ])('a socket: %s', (address, socketPath) => {
    const location = read(address);
    expect(location).toMatchObject({ hosts: [{ socketPath }], tls: off });
    expect(describeLocation(location)).toMatch(
      new RegExp(`^(localhost|127.0.0.1):${socketPath.replace('+', '.')}/releases$`),
    );
    expect(read(`${address}&ssl=require`)).toMatchObject({ tls: { mode: 'require' } });
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
