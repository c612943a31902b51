import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { authority } from '../support/certificate.ts';
import { type Environment, type Sandbox, sandbox } from '../support/cli.ts';
import { examine } from '../support/doctor.ts';
import { forEachServer, mariadb, mysql, type ServerEngine } from '../support/engines.ts';
import type { Row } from '../support/mysql.ts';
import { done, refused } from '../support/workspace.ts';

const password = `s3cret ${randomBytes(6).toString('hex')}`;

interface Account {
  box: Sandbox;
  /** The environment for signing in as the account, the address ending in `query`. */
  env(query?: string, host?: string): Environment;
  signIn(query?: string, host?: string): ReturnType<typeof done>;
}

let made = 0;

/** A user of a server who signs in in a way of his own, and has never done so. */
async function account(server: ServerEngine, identified: string): Promise<Account> {
  const { url, name: database } = await server.freshDatabase();
  made += 1;
  const user = `signin_${process.pid}_${made}`;
  await server.asAdmin(`CREATE USER '${user}'@'%' ${identified}`);
  await server.asAdmin(`GRANT ALL PRIVILEGES ON \`${database}\`.* TO '${user}'@'%'`);
  atEnd(() => server.asAdmin(`DROP USER '${user}'@'%'`));
  const box = sandbox();
  const { port } = new URL(url);
  const env = (query = '', host = `127.0.0.1:${port}`) => ({
    INTEGRATIONS_DATABASE_URL: `mysql://${user}@${host}/${database}${query}`,
    INTEGRATIONS_DATABASE_PASSWORD: password,
  });
  const status = (given: Environment) => box.runWith({ env: given }, 'db', 'status', '--json');
  return { box, env, signIn: (...at) => done(status(env(...at))) };
}

const socketOf = async (server: ServerEngine) => String((await server.asAdmin('SELECT @@socket AS path'))[0]?.['path']);

describe('a first sign-in, of which the server has cached nothing', () => {
  describe.each(['caching_sha2_password', 'sha256_password'])('%s', (plugin) => {
    const fresh = () => account(mysql, `IDENTIFIED WITH ${plugin} BY '${password}'`);

    test('over TLS, which a stock server offers', async () => {
      const { signIn } = await fresh();
      expect((await signIn()).json()).toMatchObject({ engine: 'mysql' });
      await signIn();
    });

    test('over TLS that is required', async () => void (await (await fresh()).signIn('?ssl=require')));
    test('over plain TCP, where that is written out', async () => void (await (await fresh()).signIn('?ssl=off')));

    test('over a socket, with and without TLS', async () => {
      const socket = await socketOf(mysql);
      await (await fresh()).signIn(`?socket=${socket}`, '');
      await (await fresh()).signIn(`?socket=${socket}&ssl=require`, 'localhost');
    });
  });

  test("MariaDB's ed25519, over TCP and over a socket", async () => {
    await mariadb.asAdmin("INSTALL SONAME 'auth_ed25519'").catch((error: unknown) => {
      if (!/already|1125/i.test(String(error))) throw error;
    });
    const { signIn, box, env } = await account(mariadb, `IDENTIFIED VIA ed25519 USING PASSWORD('${password}')`);
    await signIn();
    await signIn('?ssl=off');
    await signIn(`?socket=${await socketOf(mariadb)}`, '');
    const wrong = { ...env(), INTEGRATIONS_DATABASE_PASSWORD: 'another' };
    expect((await refused(box.runWith({ env: wrong }, 'db', 'status', '--json'))).message).toMatch(/refused the user/);
  });

  test('mysql_native_password on MariaDB', async () => {
    const { signIn } = await account(mariadb, `IDENTIFIED BY '${password}'`);
    await signIn();
    await signIn(`?socket=${await socketOf(mariadb)}`, '');
  });
});

describe("a server's certificate", () => {
  let user: Account;
  const message = async (query: string, host: string) =>
    refused(user.box.runWith({ env: user.env(query, host) }, 'db', 'status', '--json'));
  const port = () => new URL(inject('servers').mysql.admin.url).port;

  beforeAll(async () => {
    user = await account(mysql, `IDENTIFIED BY '${password}'`);
  });

  test('the one that it made for itself: why it is refused, and what to do', async () => {
    const [{ folder = '' } = {}] = (await mysql.asAdmin('SELECT @@datadir AS folder')) as { folder?: string }[];
    const ca = join(folder, 'ca.pem');
    const host = `127.0.0.1:${port()}`;
    expect(await message('?ssl=verify', host)).toMatchObject({
      status: 4,
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/signed by an authority that is unknown here$/),
      hint: expect.stringMatching(/ssl-ca=PATH.*ssl=require/),
    });
    expect(await message(`?ssl-ca=${ca}`, host)).toMatchObject({
      message: expect.stringMatching(/names no host, as the server made it for itself$/),
      hint: expect.stringMatching(/ssl=require with ssl-ca=PATH/),
    });
    await user.signIn(`?ssl=require&ssl-ca=${ca}`, host);
  });

  test('is for the address, or for the name, that was dialled', async () => {
    const { path, sign } = await authority();
    const [before = {}] = await mysql.asAdmin(
      'SELECT @@ssl_ca AS ssl_ca, @@ssl_cert AS ssl_cert, @@ssl_key AS ssl_key',
    );
    const use = async (variables: Row) => {
      for (const [name, value] of Object.entries(variables)) await mysql.asAdmin(`SET GLOBAL ${name} = ?`, [value]);
      await mysql.asAdmin('ALTER INSTANCE RELOAD TLS');
    };
    try {
      for (const [names, right, wrong] of [
        [['IP:127.0.0.1'], '127.0.0.1', 'localhost'],
        [['DNS:localhost'], 'localhost', '127.0.0.1'],
      ] as const) {
        const own = await sign({ names: [...names] });
        await use({ ssl_ca: path, ssl_cert: own.path, ssl_key: own.keyPath });
        await user.signIn(`?ssl-ca=${path}`, `${right}:${port()}`);
        expect(await message(`?ssl-ca=${path}`, `${wrong}:${port()}`)).toMatchObject({
          status: 4,
          message: expect.stringMatching(new RegExp(`its certificate is not for ${wrong}, but for ${right}$`)),
        });
      }
    } finally {
      await use(before);
    }
  });
});

forEachServer((server) => {
  describe('where the password comes from', () => {
    let user: Account;
    const status = (env: Environment) => user.box.runWith({ env: { ...user.env(), ...env } }, 'db', 'status', '--json');
    const none = { INTEGRATIONS_DATABASE_PASSWORD: undefined };
    const path = () => join(user.box.root, 'password');

    beforeAll(async () => {
      user = await account(server, `IDENTIFIED BY '${password}'`);
    });

    test('a file, less its last line break; a mounted one may be read by others', async () => {
      for (const text of [password, `${password}\n`, `${password}\r\n`]) {
        writeFileSync(path(), text);
        chmodSync(path(), 0o644);
        await done(status({ ...none, INTEGRATIONS_DATABASE_PASSWORD_FILE: `${path()}\n` }));
      }
      writeFileSync(path(), `${password}\n\n`);
      const refusal = await refused(status({ ...none, INTEGRATIONS_DATABASE_PASSWORD_FILE: path() }));
      expect(refusal.message).toMatch(/refused the user or the password; the password ends in a line break$/);
    });

    test('a program, less the last line break of what it prints', async () => {
      const command = `printf '%s\\n' '${password}'`;
      await done(status({ ...none, INTEGRATIONS_DATABASE_PASSWORD_COMMAND: command }));
    });

    test('the first that is set: the variable, the file, the program, the address', async () => {
      writeFileSync(path(), 'of the file');
      const program = { INTEGRATIONS_DATABASE_PASSWORD_COMMAND: `printf %s '${password}'` };
      const file = { INTEGRATIONS_DATABASE_PASSWORD_FILE: path() };
      const address = String(user.env()['INTEGRATIONS_DATABASE_URL']).replace('@', ':of-the-address@');
      await done(
        status({ ...file, INTEGRATIONS_DATABASE_PASSWORD_COMMAND: 'false', INTEGRATIONS_DATABASE_URL: address }),
      );
      expect((await refused(status({ ...none, ...file, ...program }))).message).toMatch(/refused/);
      await done(status({ ...none, ...program, INTEGRATIONS_DATABASE_URL: address }));
      const right = address.replace('of-the-address', encodeURIComponent(password));
      await done(status({ ...none, INTEGRATIONS_DATABASE_URL: right }));
    });

    test.each<[what: string, env: Environment, message: RegExp]>([
      [
        'a missing file',
        { INTEGRATIONS_DATABASE_PASSWORD_FILE: '/nowhere/hunter2' },
        /_FILE cannot be read: there is no such file$/,
      ],
      ['a folder', { INTEGRATIONS_DATABASE_PASSWORD_FILE: '/' }, /_FILE \(\/\) cannot be read: it is a directory$/],
      ['an empty file', { INTEGRATIONS_DATABASE_PASSWORD_FILE: '/dev/null' }, /_FILE \(\/dev\/null\) holds nothing$/],
      [
        'a program that fails',
        { INTEGRATIONS_DATABASE_PASSWORD_COMMAND: `sh -c 'echo hunter2; exit 1'` },
        /ended with status 1$/,
      ],
      ['no program', { INTEGRATIONS_DATABASE_PASSWORD_COMMAND: '/nowhere/hunter2' }, /there is no such program$/],
    ])('%s is exit 4, and the next one is not tried', async (_, env, message) => {
      const address = String(user.env()['INTEGRATIONS_DATABASE_URL']).replace('@', `:${encodeURIComponent(password)}@`);
      const result = await status({ ...none, ...env, INTEGRATIONS_DATABASE_URL: address });
      expect(result).toMatchObject({ status: 4, stdout: '' });
      expect(result.error()).toMatchObject({ code: 'DATABASE_UNAVAILABLE', message: expect.stringMatching(message) });
      expect(result.stderr).not.toContain('hunter2');
    });

    test('a variable that ends in a line break is taken as it is, and the refusal names that', async () => {
      for (const [added, told] of [
        ['\n', 'ends in a line break'],
        [' ', 'ends in white space'],
      ] as const) {
        const refusal = await refused(status({ INTEGRATIONS_DATABASE_PASSWORD: password + added }));
        expect(refusal).toMatchObject({
          status: 4,
          message: expect.stringMatching(new RegExp(`; the password ${told}$`)),
        });
      }
    });

    test('doctor tells its source and who can read it, and nothing else of it', async () => {
      writeFileSync(path(), password);
      chmodSync(path(), 0o644);
      const env = { ...user.env(), ...none, INTEGRATIONS_DATABASE_PASSWORD_FILE: path() };
      const { items, faults, stderr } = await examine(user.box, { env });
      const found = items.find(({ id }) => id === 'database')?.finding;
      expect(found).toContain(`its password from INTEGRATIONS_DATABASE_PASSWORD_FILE (${path()})`);
      expect(faults['files']).toMatchObject([{ severity: 'warning', remedy: `chmod 600 ${path()}` }]);
      expect(JSON.stringify(items) + stderr).not.toContain(password);
    });
  });
});

describe('white space around a setting is no part of it', () => {
  test.each(['\r', '\n', '\r\n', ' ', '\t'])(
    '%j behind the address of a file: that file, for its owner alone',
    async (end) => {
      const box = sandbox();
      const path = join(box.root, 'own.db');
      const env = { INTEGRATIONS_DATABASE_URL: `sqlite:${path}${end}`, INTEGRATIONS_OUTPUT: `json${end}` };
      const { json } = await done(box.runWith({ env }, 'init', '--key-store', 'file', '--tenant', 'Acme'));
      expect(json()).toMatchObject({ database: path });
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(existsSync(`${path}${end}`)).toBe(false);
      expect(
        (await examine(box, { env: { INTEGRATIONS_DATABASE_URL: `sqlite:${path}${end}` } })).faults['files'],
      ).toBeUndefined();
    },
  );

  test('behind the address of a server, and behind everything else', async () => {
    const user = await account(mysql, `IDENTIFIED BY '${password}'`);
    const env = Object.fromEntries(
      Object.entries({ ...user.env(), INTEGRATIONS_CONFIG_DIR: user.box.configDir }).map(([name, value]) => [
        name,
        name.endsWith('_PASSWORD') ? value : `${value}\r\n`,
      ]),
    );
    await done(user.box.runWith({ env }, 'db', 'status', '--json'));
  });
});

test('a password is not kept in the configuration, however the address is written', async () => {
  const box = sandbox();
  for (const address of [
    'mysql://app:hunter2@/releases?socket=/run/mysqld/mysqld.sock',
    'mysql://app:hunter2@db.acme.test/releases?ssl=require',
    'mysql://app@db.acme.test/releases?password=hunter2',
  ]) {
    const result = await box.run('context', 'add', 'prod', '--database-url', address, '--json');
    expect(result.status).toBe(64);
    expect(result.stderr).not.toContain('hunter2');
  }
  await done(
    box.run('context', 'add', 'prod', '--database-url', 'mysql://app@/releases?socket=/run/mysqld/mysqld.sock'),
  );
  expect(readFileSync(join(box.configDir, 'config.yaml'), 'utf8')).not.toContain('hunter2');
});
