import { createConnection } from 'mysql2/promise';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAccount, grantAll } from '../../support/accounts.ts';
import { atEnd } from '../../support/at-end.ts';
import type { Environment, Sandbox } from '../../support/cli.ts';
import { examine } from '../../support/doctor.ts';
import { forEachServer } from '../../support/engines.ts';
import { type OwnServer, ownServer } from '../../support/own-server.ts';
import { addCommand } from '../../support/samples.ts';
import { addSample, done, eachOf, refused, workspace } from '../../support/workspace.ts';

/** What a server refuses is told in the same words by every command, with what to do. */
const manifest = JSON.stringify({ tenant: 'Acme', scm: [] });
const add = addCommand('linear', 'board', '--json');
const commands: readonly string[][] = [
  ['init', '--no-input', '--json'],
  ['scm', 'list', '--json'],
  add.args,
  ['apply', '-f', '-', '--json'],
  ['db', 'status', '--json'],
  ['db', 'migrate', '--json'],
];

async function refusedByAll(box: Sandbox, env: Environment, reason: RegExp, hint: RegExp): Promise<void> {
  const refusals = await eachOf(commands, (args) =>
    refused(box.runWith({ env: { ...add.env, ...env }, input: manifest }, ...args)),
  );
  const [first] = refusals;
  expect(first).toMatchObject({
    status: 4,
    code: 'DATABASE_UNAVAILABLE',
    message: expect.stringMatching(reason),
    hint: expect.stringMatching(hint),
  });
  expect(refusals).toEqual(commands.map(() => first));
  const { status, faults } = await examine(box, { env });
  expect([status, faults['database']]).toEqual([
    4,
    [expect.objectContaining({ severity: 'error', finding: first?.message, remedy: first?.hint })],
  ]);
}

function withDatabase(env: Environment, path: string): Environment {
  const url = new URL(env['INTEGRATIONS_DATABASE_URL'] ?? '');
  return { ...env, INTEGRATIONS_DATABASE_URL: `${url.protocol}//${url.username}@${url.host}/${path}` };
}

async function heldConnection(env: Environment) {
  const { hostname, port, username, pathname } = new URL(env['INTEGRATIONS_DATABASE_URL'] ?? '');
  const password = env['INTEGRATIONS_DATABASE_PASSWORD'] ?? '';
  const connection = await createConnection({
    host: hostname,
    port: Number(port),
    user: username,
    password,
    database: pathname.slice(1),
  });
  atEnd(() => connection.destroy());
  return connection;
}

forEachServer((engine) => {
  describe('an account', () => {
    let box: Sandbox;

    beforeAll(async () => {
      box = await workspace(engine);
      await addSample(box, 'github', 'code');
    });

    test.each([
      ['that demands TLS', 'REQUIRE SSL', /it refused the user or the password$/, /add \?ssl=require\.$/],
      ['whose password has expired', 'PASSWORD EXPIRE', /the user's password has expired$/, /ALTER USER/],
      ['that is locked', 'ACCOUNT LOCK', /the user's account is locked$/, /ACCOUNT UNLOCK/],
      [
        'without queries left',
        'WITH MAX_QUERIES_PER_HOUR 1',
        /reached a limit of its account: max_(questions|queries_per_hour)$/,
        /have the limit raised/,
      ],
    ])('%s', async (_, clause, reason, hint) => {
      const account = await createAccount(engine.asAdmin, box, clause);
      await grantAll(engine.asAdmin, box, account);
      const url = `${account.env['INTEGRATIONS_DATABASE_URL']}?ssl=off`;
      await refusedByAll(box, { ...account.env, INTEGRATIONS_DATABASE_URL: url }, reason, hint);
    });

    test.each([
      ['without connections left', 'WITH MAX_USER_CONNECTIONS 1', /max_user_connections$/],
      ['without connections left this hour', 'WITH MAX_CONNECTIONS_PER_HOUR 1', /max_connections_per_hour$/],
    ])('%s', async (_, clause, reason) => {
      const account = await createAccount(engine.asAdmin, box, clause);
      await grantAll(engine.asAdmin, box, account);
      await heldConnection(account.env);
      await refusedByAll(box, account.env, reason, /have the limit raised/);
    });

    test('without changes left: it reads, and the change is taken back', async () => {
      const account = await createAccount(engine.asAdmin, box, 'WITH MAX_UPDATES_PER_HOUR 1');
      await grantAll(engine.asAdmin, box, account);
      const refusal = await refused(box.runWith({ env: { ...add.env, ...account.env } }, ...add.args));
      expect(refusal).toMatchObject({ status: 4, message: expect.stringMatching(/max_updates(_per_hour)?$/) });
      expect((await done(box.runWith({ env: account.env }, 'ticket', 'list', '--json'))).json()).toEqual([]);
    });

    test('with one connection does everything but migrate', async () => {
      const account = await createAccount(engine.asAdmin, box, 'WITH MAX_USER_CONNECTIONS 1');
      await grantAll(engine.asAdmin, box, account);
      const { env } = account;
      const { status, faults } = await examine(box, { env });
      expect([status, faults]).toEqual([0, { verifications: [expect.objectContaining({ severity: 'warning' })] }]);
      await done(box.runWith({ env: { ...add.env, ...env } }, ...addCommand('linear', 'alone').args));
      await done(box.runWith({ env }, 'key', 'rotate'));
      await done(box.runWith({ env, input: manifest }, 'apply', '-f', '-'));
      await done(box.runWith({ env }, 'ticket', 'remove', 'alone', '--yes'));
    });

    test('that may use another database only', async () => {
      const account = await createAccount(engine.asAdmin, box);
      await refusedByAll(box, account.env, /the user may not use this database, or there is no/, /db grants/);
    });

    test('of other machines, and one that nobody knows', async () => {
      const account = await createAccount(engine.asAdmin, box);
      const unknown = { ...account.env, INTEGRATIONS_DATABASE_PASSWORD: 'wr0ng' };
      await refusedByAll(box, unknown, /it refused the user or the password$/, /INTEGRATIONS_DATABASE_PASSWORD/);
      await engine.asAdmin('RENAME USER ?@? TO ?@?', [account.name, '%', account.name, '192.0.2.1']);
      atEnd(() => engine.asAdmin('RENAME USER ?@? TO ?@?', [account.name, '192.0.2.1', account.name, '%']));
      await refusedByAll(box, account.env, /refused the user|not let this user in from this machine/, /./);
    });

    test.each([
      [
        'is not there',
        'none_such_here',
        /no such database on the server$|there is no such database$/,
        /Check its name/,
      ],
      ['has too long a name', 'x'.repeat(65), /no database can have such a name$/, /Check the name/],
    ])('a database that %s', async (_, name, reason, hint) => {
      const env = withDatabase(box.env, name);
      await refusedByAll(box, env, reason, hint);
      const account = await createAccount(engine.asAdmin, box);
      await engine.asAdmin('GRANT SELECT ON *.* TO ?@?', [account.name, '%']);
      await refusedByAll(box, withDatabase(account.env, name), reason, hint);
    });
  });

  describe('a server', () => {
    let server: OwnServer;
    let box: Sandbox;

    beforeAll(async () => {
      // A shared tablespace that is soon full.
      server = await ownServer(
        engine.name,
        '--innodb-file-per-table=0',
        '--innodb-data-file-path=ibdata1:12M:autoextend:max:40M',
      );
      box = await server.sandbox();
      await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file'));
    }, 180_000);

    /** Sets a variable until the end of the test. */
    async function set(variable: string, value: string | number, before: string | number): Promise<void> {
      await server.asAdmin(`SET GLOBAL ${variable} = ${value}`);
      atEnd(() => server.asAdmin(`SET GLOBAL ${variable} = ${before}`));
    }

    test('that is read-only: what reads works', async () => {
      await set('read_only', 1, 0);
      const changes = [add.args, ['key', 'rotate', '--json'], ['db', 'rollback', '--yes', '--json']];
      for (const refusal of await eachOf(changes, (args) => refused(box.runWith({ env: add.env }, ...args)))) {
        expect(refusal).toMatchObject({
          status: 4,
          message: expect.stringMatching(/cannot be used: the server is read-only$/),
          hint: 'Name the server that accepts changes in INTEGRATIONS_DATABASE_URL.',
        });
      }
      const { status, faults } = await examine(box);
      expect([status, faults['database']]).toEqual([
        0,
        [
          expect.objectContaining({
            severity: 'warning',
            finding: expect.stringMatching(/is read-only \(read_only\): reading works/),
            remedy: expect.stringMatching(/SET GLOBAL read_only = OFF$/),
          }),
        ],
      ]);
    });

    // MariaDB has no such mode.
    test.skipIf(engine.name === 'mariadb')('in offline mode', async () => {
      await set('offline_mode', 'ON', 'OFF');
      await refusedByAll(box, {}, /the server is in offline mode$/, /offline_mode = OFF/);
    });

    test('that takes encrypted connections only', async () => {
      await set('require_secure_transport', 'ON', 'OFF');
      const url = `${box.env['INTEGRATIONS_DATABASE_URL']}?ssl=off`;
      await refusedByAll(
        box,
        { INTEGRATIONS_DATABASE_URL: url },
        // MariaDB gives no other reason.
        engine.name === 'mysql' ? /it accepts encrypted connections only$/ : /it refused the user or the password$/,
        /\?ssl=require/,
      );
    });

    /** Takes connections until all that the server counts are held, and it refuses one: those of earlier commands may still be closing. */
    async function holdAll(): Promise<void> {
      for (let held = 0; ; ) {
        const isTaken = await heldConnection(box.env).then(
          () => true,
          () => false,
        );
        if (isTaken) held += 1;
        else if ((await connected()) === held + 1) return;
      }
    }

    /** The administrator's own among them. */
    async function connected(): Promise<number> {
      const [row] = (await server.asAdmin("SHOW GLOBAL STATUS LIKE 'Threads_connected'")) as { Value: string }[];
      return Number(row?.Value);
    }

    test('with as many connections as it takes', async () => {
      await set('max_connections', 10, 200);
      await holdAll();
      await refusedByAll(box, {}, /the server has as many connections as it allows$/, /max_connections/);
    });

    test('that lets no statement take long', async () => {
      await (engine.name === 'mysql' ? set('max_execution_time', 500, 0) : set('max_statement_time', 0.5, 0));
      const holder = await heldConnection(box.env);
      await holder.query('LOCK TABLES tenants WRITE');
      expect(await refused(box.run('tenant', 'list', '--json'))).toMatchObject({
        status: 4,
        message: expect.stringMatching(/a statement took longer than the server allows$/),
        hint: expect.stringMatching(/max_execution_time/),
      });
    });

    test('that a backup holds: what changes something ends, and says so', async () => {
      await server.asAdmin("GRANT RELOAD ON *.* TO ?@'%'", [
        new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '').username,
      ]);
      const backup = await heldConnection(box.env);
      await backup.query('FLUSH TABLES WITH READ LOCK');
      const commands = [add.args, ['key', 'rotate', '--json'], ['tenant', 'add', 'Other', '--json']];
      // Each waits for locks as long as a person would, and then a little more.
      const refusals = await Promise.all(
        commands.map((args) => refused(box.runWith({ env: add.env, timeout: 110_000 }, ...args))),
      );
      for (const refusal of refusals) {
        expect(refusal).toMatchObject({
          status: 4,
          message: expect.stringMatching(/what is needed stayed locked/),
          hint: expect.stringMatching(/FLUSH TABLES WITH READ LOCK/),
        });
      }
      expect((await done(box.run('ticket', 'list', '--json'))).json()).toEqual([]);
      await backup.query('UNLOCK TABLES');
    });

    const large = { ...add.env, LARGE: JSON.stringify({ title: 'x'.repeat(50_000) }) };
    const addLarge = addCommand('linear', 'large', '--epic-template', 'env:LARGE', '--json').args;

    test('that takes no large statement', async () => {
      await set('max_allowed_packet', 1024, 16_777_216);
      expect(await refused(box.runWith({ env: large }, ...addLarge))).toMatchObject({
        status: 4,
        message: expect.stringMatching(/a statement is larger than the server accepts$/),
        hint: expect.stringMatching(/max_allowed_packet/),
      });
      expect((await done(box.run('ticket', 'list', '--json'))).json()).toEqual([]);
    });

    test('that is full: nothing is half-written, and once there is room it goes on', async () => {
      const filler = `\`${new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '').pathname.slice(1)}\`.filler`;
      await server.asAdmin(`CREATE TABLE ${filler} (content LONGBLOB)`);
      const fill = (kib: number) => server.asAdmin(`INSERT INTO ${filler} VALUES (REPEAT('x', ? * 1024))`, [kib]);
      for (const kib of [1024, 64, 16]) {
        await expect(
          (async () => {
            for (;;) await fill(kib);
          })(),
        ).rejects.toMatchObject({ code: 'ER_RECORD_FILE_FULL' });
      }
      const refusal = await refused(box.runWith({ env: large }, ...addLarge));
      expect(refusal).toMatchObject({
        status: 4,
        message: expect.stringMatching(/the server's disk or the table's space is full, or cannot be written$/),
        hint: 'Free some space on the server, then run it again.',
      });
      expect((await done(box.run('ticket', 'list', '--json'))).json()).toEqual([]);
      // MariaDB has no room left to note that one is dropped.
      if (engine.name === 'mariadb') return;
      await server.asAdmin(`DROP TABLE ${filler}`);
      await done(box.runWith({ env: large }, ...addLarge));
    });
  });
});
