import { defaultContextName } from '../config/config-file.ts';
import type { Context } from '../context.ts';
import { quotable } from '../core/text.ts';
import type { KeyStoreName } from '../crypto/key-sources/index.ts';
import type { Account, Tenant } from '../db/stores/host.ts';
import { inTurn, type Turn } from '../input/turns.ts';
import type { OneView } from '../output/view.ts';
import { type Command, type Input, textFlag } from './command.ts';
import { ensureKey } from './first-key.ts';
import { accountRow, planFor, type RowPlan, tenantRow } from './first-rows.ts';
import { untilAnswered } from './until-answered.ts';

export const init: Command = {
  name: 'init',
  summary: 'Create the key, the tables, the first tenant and account',
  description: 'Safe to run again: what exists stays as it is.',
  flags: [
    { name: 'key-store', value: 'store', choices: ['keychain', 'file'], help: 'Where the encryption key is kept' },
  ],
  examples: ['integrations init', 'integrations init --tenant Acme --account ops@acme.test --no-input'],
  keys: ['database', 'migrations', 'keys', 'keyId', 'keyCreated', 'tenant', 'account', 'context'],
  run: runInit,
};

async function runInit(context: Context, input: Input): Promise<OneView> {
  const database = await context.rawDatabase();
  // Whoever leaves at a question leaves nothing behind.
  const planned = await firstRows(context);
  const { migrateUp } = await import('../db/migrate.ts');
  const applied = await context.wait('Making the tables', () => migrateUp(database));
  const key = await ensureKey(context, textFlag(input, 'key-store') as KeyStoreName | undefined);
  if (key.created && key.store === 'file') {
    context.note('Keep a copy of the key in a safe place: integrations key export --file PATH');
    context.note('Without it the credentials that are stored from now on cannot be opened.');
  }
  // The account first: the history tells who made the tenant.
  const account = await planned.account?.make();
  const tenant = await planned.tenant?.make();
  await context.changeContext((named) => {
    if (tenant) named.tenant = tenant.id;
    if (account) named.account = account.id;
    if (key.store) named.keyStore = key.store;
  });
  const { describeLocation } = await import('../db/location.ts');
  const data = {
    database: describeLocation(database.location),
    migrations: applied,
    keys: key.origin,
    keyId: key.ring.active.kid,
    keyCreated: key.created,
    tenant: tenant ? { id: tenant.id, displayName: tenant.displayName } : null,
    account: account ? { id: account.id, email: account.email } : null,
    context: (await context.settings()).contextName,
  };
  return {
    kind: 'one',
    data,
    name: tenant?.id ?? defaultContextName,
    lines: [
      ['Database', data.database],
      ['Keys', `${key.origin}${key.created ? ' (new)' : ''}`],
      ['Active key', data.keyId],
      ['Tenant', tenant ? `${quotable(tenant.displayName ?? '', 255)} (${tenant.id})` : '-'],
      ['Account', account ? `${quotable(account.email ?? '', 255)} (${account.id})` : '-'],
      ['Context', data.context],
    ],
  };
}

async function firstRows(context: Context) {
  let tenant: RowPlan<Tenant> | undefined;
  let account: RowPlan<Account> | undefined;
  const typed: { tenant?: string; account?: string } = {};
  const turns: Turn[] = [
    async () => {
      const remember = (name: string) => Object.assign(typed, { tenant: name });
      tenant = await planFor(context, tenantRow, { before: typed.tenant, remember });
      return tenant?.isAsked ?? false;
    },
    async () => {
      const remember = (email: string) => Object.assign(typed, { account: email });
      account = await planFor(context, accountRow, { before: typed.account, remember });
      return account?.isAsked ?? false;
    },
  ];
  await untilAnswered(context, () => inTurn(turns));
  return { tenant, account };
}
