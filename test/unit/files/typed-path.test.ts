import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../../src/config/environment.ts';
import { readLocation } from '../../../src/db/location.ts';
import { typedPath } from '../../../src/files/typed-path.ts';
import { readSource } from '../../../src/manifest/source-syntax.ts';

const home = homedir();

test.each([
  ['~', home],
  ['~/key.p8', join(home, 'key.p8')],
  ['"~/My Keys/key.p8"', join(home, 'My Keys/key.p8')],
  ["'/tmp/My Keys/key.p8'", '/tmp/My Keys/key.p8'],
  ['/tmp/My\\ Keys/a\\(1\\)\\&b.p8', '/tmp/My Keys/a(1)&b.p8'],
  ['key.p8', 'key.p8'],
  ['-', '-'],
  ['', ''],
  ['./~/key.p8', './~/key.p8'],
  ['~bob/key.p8', '~bob/key.p8'],
  ['"', '"'],
  ['""', '""'],
  ['"one.p8', '"one.p8'],
])('%s is %s', (typed, path) => {
  expect(typedPath(typed)).toBe(path);
});

test('a setting that names a folder or a file is read as a path, and no other', () => {
  const read = readSettings({
    INTEGRATIONS_CONFIG_DIR: ' ~/c\r',
    INTEGRATIONS_KEYRING_FILE: '"/run/my secrets/ring"',
    INTEGRATIONS_TENANT: '~/c',
    INTEGRATIONS_DATABASE_PASSWORD: '"~/c"',
    ACME_FILE: '~/c',
  });
  expect(read).toEqual({
    INTEGRATIONS_CONFIG_DIR: join(home, 'c'),
    INTEGRATIONS_KEYRING_FILE: '/run/my secrets/ring',
    INTEGRATIONS_TENANT: '~/c',
    INTEGRATIONS_DATABASE_PASSWORD: '"~/c"',
    ACME_FILE: '~/c',
  });
});

test.each([
  ['sqlite:~/a.db', join(home, 'a.db')],
  ['sqlite://~/a.db', join(home, 'a.db')],
  ['sqlite:"/tmp/a b.db"', '/tmp/a b.db'],
  ['sqlite:///tmp/a.db', '/tmp/a.db'],
  ['sqlite:a.db', resolve('a.db')],
])('the database %s is %s', (address, path) => {
  expect(readLocation(address, 'it')).toMatchObject({ engine: 'sqlite', path });
});

test('what a server is reached by', () => {
  expect(readLocation('mysql://u@localhost/n?socket=~/my.sock', 'it')).toMatchObject({
    hosts: [{ socketPath: join(home, 'my.sock') }],
  });
  expect(() => readLocation('mysql://u@db.test/n?ssl-ca=~/nowhere/ca.pem', 'it')).toThrow(
    `${join(home, 'nowhere/ca.pem')} (ssl-ca)`,
  );
});

test('the source of a manifest', () => {
  expect(readSource('file:~/key.p8', false)).toEqual({ kind: 'file', path: join(home, 'key.p8') });
  expect(readSource('file:"my key.p8"', false)).toEqual({ kind: 'file', path: 'my key.p8' });
});
