import { randomBytes } from 'node:crypto';
import { atEnd } from './at-end.ts';
import type { Environment, Sandbox } from './cli.ts';

export interface Account {
  /** Its host is `%`. */
  name: string;
  /** For commands of a sandbox that are to sign in with it. */
  env: Environment;
}

type Admin = (sql: string, params?: unknown[]) => Promise<unknown>;

/** A user of the server, made for one sandbox, who may do nothing yet. @param clause of CREATE USER */
export async function createAccount(asAdmin: Admin, box: Sandbox, clause = ''): Promise<Account> {
  const user = `it_account_${randomBytes(4).toString('hex')}`;
  const url = new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '');
  url.username = user;
  await asAdmin(`CREATE USER ?@? IDENTIFIED BY ? ${clause}`, [user, '%', password]);
  atEnd(() => asAdmin('DROP USER ?@?', [user, '%']));
  return {
    name: user,
    env: { INTEGRATIONS_DATABASE_URL: url.href, INTEGRATIONS_DATABASE_PASSWORD: password },
  };
}

const password = 'acc0unt-passw0rd';

/** Lets it do everything in the sandbox's database. */
export async function grantAll(asAdmin: Admin, box: Sandbox, { name }: Account): Promise<void> {
  const database = new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '').pathname.slice(1);
  await asAdmin(`GRANT ALL PRIVILEGES ON \`${database.replaceAll('_', '\\_')}\`.* TO ?@?`, [name, '%']);
}
