import { expect, inject, test, vi } from 'vitest';
import { givenServer } from './database-server.ts';
import { forEachServer } from './engines.ts';

const variable = 'INTEGRATIONS_TEST_GIVEN_URL';

forEachServer((engine) => {
  const name = engine.name;

  /** Names the server in the variable, with its administrator's password. */
  function give(): void {
    const { url, password } = inject('servers')[name].admin;
    const given = new URL(url);
    given.password = encodeURIComponent(password);
    vi.stubEnv(variable, given.href);
  }

  test('a server that is given gets a user of our own, and loses it with its databases', async () => {
    give();
    const server = await givenServer(name, variable);
    expect(server?.admin).toEqual(inject('servers')[name].admin);
    const users = () => engine.asAdmin('SELECT user FROM mysql.user WHERE user = ?', [server?.user.name]);
    const databases = () => engine.asAdmin('SHOW DATABASES LIKE ?', [`${server?.prefix}left`]);
    await engine.asAdmin(`CREATE DATABASE ${server?.prefix}left`);
    expect([(await users()).length, (await databases()).length]).toEqual([1, 1]);
    await server?.stop();
    expect([(await users()).length, (await databases()).length]).toEqual([0, 0]);
  });

  test('a server of the other kind is refused', async () => {
    give();
    const other = name === 'mysql' ? 'mariadb' : 'mysql';
    const reason = other === 'mysql' ? /has to name a MySQL server, but .* is 1\d\..*MariaDB/ : /a MariaDB server, but/;
    await expect(givenServer(other, variable)).rejects.toThrow(reason);
  });

  test('without the variable there is none', async () => {
    vi.stubEnv(variable, '');
    expect(await givenServer(name, variable)).toBeUndefined();
  });
});
