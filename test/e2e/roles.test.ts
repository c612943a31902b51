import { beforeAll, describe, expect, test } from 'vitest';
import { createAccount } from '../support/accounts.ts';
import type { Environment, Sandbox } from '../support/cli.ts';
import { examine } from '../support/doctor.ts';
import { forEachServer, sqlite } from '../support/engines.ts';
import { addThere, providerWorld, type World } from '../support/provider-world.ts';
import { addCommand } from '../support/samples.ts';
import { addSample, done, eachOf, refused, workspace } from '../support/workspace.ts';

/** Each has what the one before it has. */
const roles = ['read', 'verify', 'apply', 'migrate'] as const;
type Role = (typeof roles)[number];

const manifest = JSON.stringify({
  tenant: 'Acme',
  scm: [{ name: 'code', type: 'github', defaultBranch: 'release', accessToken: 'keep' }],
});
const added = addCommand('linear', 'added');
const token = { TOKEN: `ghp_${'a1'.repeat(18)}` };
const scm = 'tenant_scm_integrations';

const reading = [
  ['scm', 'list'],
  ['pipeline', 'list', '--include', 'scm,target'],
  ['scm', 'show', 'code'],
  ['status'],
  ['expiring', '--within', '30d'],
  ['graph'],
  ['export'],
  ['history'],
  ['plan', '-f', '-', '--no-credentials'],
  ['plan', '-f', '-'],
  ['key', 'list'],
  ['tenant', 'list'],
  ['account', 'list'],
  ['db', 'status'],
  ['db', 'migrate'],
  ['init', '--no-input'],
];

/** What a role lacks, and the purpose that has it. */
type Lacks = readonly [privilege: RegExp, purpose: string];
type Change = readonly [command: readonly string[], lacking: Partial<Record<Role, Lacks>>];

const update = (column: string): Change[1] => ({
  read: [new RegExp(`UPDATE on ${scm}$`), 'apply'],
  verify: [new RegExp(`UPDATE on the column ${column} of ${scm}$`), 'apply'],
});
const telling: Change[1] = {
  read: [/INSERT on tenant_integration_history$/, 'apply'],
  verify: [/INSERT on tenant_integration_history$/, 'apply'],
};
const migrating = (privilege: RegExp): Change[1] => ({
  read: [privilege, 'migrate'],
  verify: [privilege, 'migrate'],
  apply: [privilege, 'migrate'],
});

/** In this order: each finds what those before it left. */
const changes: readonly Change[] = [
  [['scm', 'verify', 'code'], { read: [new RegExp(`UPDATE on ${scm}$`), 'verify'] }],
  [['scm', 'show', 'code', '--reveal', '--yes'], telling],
  [['key', 'rotate'], telling],
  [['key', 'add'], telling],
  [
    added.args,
    {
      read: [/INSERT on tenant_ticket_integrations$/, 'apply'],
      verify: [/INSERT on tenant_ticket_integrations$/, 'apply'],
    },
  ],
  [
    ['apply', '-f', '-'],
    {
      // MySQL locks the tenant first.
      read: [new RegExp(`UPDATE on (tenants|${scm})$`), 'apply'],
      verify: [new RegExp(`UPDATE on (tenants|the column defaultBranch of ${scm})$`), 'apply'],
    },
  ],
  [['scm', 'update', 'code', '--default-branch', 'next'], update('defaultBranch')],
  [['scm', 'disable', 'code'], update('isActive')],
  [['scm', 'rotate', 'code', '--access-token', 'env:TOKEN', '--no-verify'], update('accessToken')],
  [['scm', 'rotate', 'code', '--undo', '--no-verify'], update('accessToken')],
  [['scm', 'rotate', 'code', '--forget'], deleting('tenant_previous_credentials')],
  [
    ['ticket', 'remove', 'added', '--yes'],
    { ...deleting('tenant_ticket_integrations'), read: [/UPDATE|DELETE/, '.*'] },
  ],
  [['tenant', 'add', 'Other'], migrating(/INSERT on tenants$/)],
  [
    ['tenant', 'remove', 'Other', '--yes'],
    {
      // MySQL locks the tenant first.
      read: [/(UPDATE|DELETE) on tenants$/, 'migrate'],
      verify: [/(UPDATE|DELETE) on tenants$/, 'migrate'],
      apply: [/DELETE on tenants$/, 'migrate'],
    },
  ],
  [['account', 'add', 'other@acme.test'], migrating(/INSERT on accounts$/)],
  [['account', 'remove', 'other@acme.test', '--yes'], migrating(/DELETE on accounts$/)],
  [['db', 'rollback', '--yes'], migrating(/(CREATE|DELETE|INSERT) on integrations_migrations_lock$/)],
];

function deleting(table: string): Change[1] {
  return { read: [new RegExp(`DELETE on ${table}$`), 'apply'], verify: [new RegExp(`DELETE on ${table}$`), 'apply'] };
}

forEachServer((engine) => {
  let world: World;
  beforeAll(async () => {
    world = await providerWorld();
  });

  describe.each(roles)('a user for %s', (role) => {
    let box: Sandbox;
    let env: Environment;
    const as = (login: Environment, args: readonly string[]) =>
      box.runWith({ env: { ...added.env, ...token, ...login }, input: manifest }, ...args, '--json');

    beforeAll(async () => {
      box = await workspace(engine, world.env);
      await done(box.runWith(addThere(world, 'github', 'code'), ...addThere(world, 'github', 'code').args));
      await addSample(box, 'app-store', 'app');
      await addSample(box, 'github-actions', 'build');
      const account = await createAccount(engine.asAdmin, box);
      const printed = await done(box.run('db', 'grants', '--for', role, '--user', account.name));
      for (const statement of printed.stdout.trim().split('\n')) await engine.asAdmin(statement);
      env = account.env;
    });

    test('does what reads', async () => {
      await eachOf(reading, (args) => done(as(env, args)));
      const { status, faults } = await examine(box, { env });
      expect([status, faults]).toEqual([0, { verifications: [expect.objectContaining({ severity: 'warning' })] }]);
    });

    test('does what changes, as far as it may, and is told what it lacks', async () => {
      for (const [args, lacking] of changes) {
        const lacks = lacking[role];
        if (!lacks) {
          await done(as(env, args));
          continue;
        }
        const result = await as(env, args);
        const [privilege, purpose] = lacks;
        expect([args.join(' '), result.status, result.error()]).toEqual([
          args.join(' '),
          4,
          expect.objectContaining({
            code: 'DATABASE_UNAVAILABLE',
            message: expect.stringMatching(new RegExp(`the user lacks ${privilege.source}`)),
            hint: expect.stringMatching(
              new RegExp(`^What a user needs for it: integrations db grants --for ${purpose}$`),
            ),
          }),
        ]);
        // For those after it.
        await done(as({}, args));
      }
    });
  });

  test('a user who may do nothing there is told so', async () => {
    const box = await workspace(engine);
    const { env } = await createAccount(engine.asAdmin, box);
    expect(await refused(box.runWith({ env }, 'scm', 'list', '--json'))).toMatchObject({
      status: 4,
      hint: expect.stringMatching(/ What a user needs: integrations db grants$/),
    });
  });

  test('the statements are taken for names that want quoting', async () => {
    const { asAdmin } = engine;
    const database = `it's a "da\`ta_base%"`;
    const user = `o'b\\"\`_${engine.name}`;
    const box = await engine.sandbox();
    const url = new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '');
    await asAdmin('CREATE DATABASE ??', [database]);
    try {
      await asAdmin('CREATE USER ?@? IDENTIFIED BY ?', [user, '127.0.0.%', 'x']);
      url.pathname = `/${encodeURIComponent(database)}`;
      const env = { INTEGRATIONS_DATABASE_URL: url.href };
      const run = (...args: string[]) => done(box.runWith({ env }, 'db', 'grants', ...args));
      await asAdmin('CREATE TABLE ??.tenants (id INT)', [database]);
      const read = await run('--for', 'read', '--user', `${user}@127.0.0.%`, '--json');
      const onTenants = read.json().find(({ table }: { table: string }) => table === 'tenants');
      const migrate = await run('--for', 'migrate', '--user', `${user}@127.0.0.%`, '-o', 'name');
      for (const statement of [onTenants.statement, migrate.stdout.trim()]) await asAdmin(statement);
      const shown = JSON.stringify(await asAdmin('SHOW GRANTS FOR ?@?', [user, '127.0.0.%']));
      expect(shown).toMatch(/GRANT ALL PRIVILEGES ON .*\\_base/);
      expect(shown).toMatch(/GRANT SELECT ON .*tenants/);
    } finally {
      await asAdmin('DROP DATABASE ??', [database]);
      await asAdmin('DROP USER IF EXISTS ?@?', [user, '127.0.0.%']);
    }
  });
});

describe('without a server', () => {
  test('a file has no users', async () => {
    const box = await sqlite.sandbox();
    expect(await refused(box.run('db', 'grants', '--for', 'read', '--json'))).toMatchObject({
      status: 64,
      message: expect.stringMatching(/is a file, and has no users to grant anything to$/),
      hint: expect.stringMatching(/modes/),
    });
  });

  test('nothing is asked of the server, and the answer has every form', async () => {
    const box = await sqlite.sandbox({ INTEGRATIONS_DATABASE_URL: 'mysql://ci@127.0.0.1:1/platform' });
    const run = async (...args: string[]) => (await done(box.run('db', 'grants', ...args))).stdout;
    expect(await run('--for', 'migrate')).toBe("GRANT ALL PRIVILEGES ON `platform`.* TO 'integrations_migrate'@'%';\n");
    expect(await run('--for', 'migrate', '--user', 'ci@10.0.0.%', '--fields', 'statement', '-o', 'csv')).toBe(
      "statement\nGRANT ALL PRIVILEGES ON `platform`.* TO 'ci'@'10.0.0.%'\n",
    );
    expect((await run('--for', 'read')).split('\n')).toContain(
      "GRANT SELECT ON `platform`.`integrations_migrations` TO 'integrations_read'@'%';",
    );
    expect(JSON.parse(await run('--for', 'verify', '--json'))[0]).toMatchObject({
      table: scm,
      privileges: ['SELECT', expect.stringMatching(/^UPDATE \(`verificationStatus`, .*\)$/)],
    });
    for (const [args, message] of [
      [[], 'missing: --for, one of read, verify, apply, migrate'],
      [['--for', 'write'], '--for is one of read, verify, apply, migrate'],
      [['--for', 'read', '--user', '@h'], '--user is NAME or NAME@HOST'],
    ] as const) {
      expect(await refused(box.run('db', 'grants', ...args, '--json'))).toMatchObject({ status: 64, message });
    }
  });
});
