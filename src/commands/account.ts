import { chosen } from '../app/ref.ts';
import { addAccount, removeAccount } from '../app/tenants.ts';
import type { Context } from '../context.ts';
import { newUuid } from '../core/id.ts';
import { quotable } from '../core/text.ts';
import { type Account, accountStore, type HostStore } from '../db/stores/host.ts';
import { type Data, manyOf, type OneView, type View } from '../output/view.ts';
import { type Command, type Input, textFlag } from './command.ts';
import { confirm } from './confirm.ts';
import { isCurrent } from './is-current.ts';
import { ofDatabaseTold } from './where.ts';

const refArgument = { name: 'ref', help: 'E-mail or id of the account' } as const;

const accountKeys = ['id', 'email', 'name', 'createdAt', 'current'];

export const account: Command = {
  name: 'account',
  summary: 'Accounts: add, list, show, use, remove',
  commands: [
    {
      name: 'add',
      summary: 'Add an account',
      args: [{ name: 'email', help: 'Its e-mail', required: true }],
      flags: [
        { name: 'name', value: 'text', help: "The person's name" },
        { name: 'id', value: 'id', help: "The host application's id for it; made where it is not given" },
      ],
      examples: ['integrations account add ops@acme.test --name "Release team"'],
      keys: accountKeys,
      async run(context, input) {
        const id = textFlag(input, 'id') ?? `account_${newUuid().replaceAll('-', '')}`;
        const added = await addAccount(context, {
          email: input.args[0] ?? '',
          name: textFlag(input, 'name') || null,
          id,
        });
        context.note(`Added the account ${added.email}. To work as it: integrations account use ${added.id}`);
        return shown(context, added);
      },
    },
    { name: 'list', summary: 'List the accounts', examples: ['integrations account list'], run: list },
    {
      name: 'show',
      summary: 'Show an account, or the active one',
      args: [refArgument],
      examples: ['integrations account show'],
      run: async (context, input) =>
        shown(context, input.args[0] === undefined ? await context.account() : await named(context, input)),
    },
    {
      name: 'use',
      summary: 'Make changes as an account from now on',
      args: [{ ...refArgument, required: true }],
      examples: ['integrations account use ops@acme.test'],
      keys: accountKeys,
      async run(context, input) {
        const used = await named(context, input);
        await context.changeContext((current) => {
          current.account = used.id;
        });
        context.note(`The account is ${quotable(used.email ?? used.id)} from now on.`);
        return oneAccount(used, true);
      },
    },
    {
      name: 'remove',
      summary: 'Remove an account that set up nothing',
      args: [{ ...refArgument, required: true }],
      examples: ['integrations account remove ops@acme.test'],
      keys: accountKeys,
      run: remove,
    },
  ],
};

async function accounts(context: Context): Promise<HostStore<Account>> {
  return accountStore((await context.database()).queries);
}

async function named(context: Context, input: Input): Promise<Account> {
  return chosen(await accounts(context), input.args[0], 'account');
}

async function list(context: Context): Promise<View> {
  const current = (await context.settings()).account;
  const rows = await (await accounts(context)).list();
  return manyOf(
    rows.map((row) => dataOf(row, isCurrent(row, row.email, current))),
    {
      columns: [
        { title: '', text: (data) => (data['current'] ? '*' : ' '), whole: true },
        { title: 'E-mail', text: (data) => quotable(String(data['email'] ?? '-'), 255) },
        { title: 'Name', text: (data) => quotable(String(data['name'] ?? '-'), 255) },
        { title: 'Id', text: (data) => quotable(String(data['id']), 255), whole: true, copied: true },
      ],
      keys: accountKeys,
      name: (data) => String(data['id']),
      empty: 'No accounts yet: integrations account add EMAIL',
      noun: 'account',
    },
  );
}

async function shown(context: Context, row: Account): Promise<OneView> {
  return oneAccount(row, isCurrent(row, row.email, (await context.settings()).account));
}

function dataOf(row: Account, current: boolean): Data {
  return { id: row.id, email: row.email, name: row.name, createdAt: row.createdAt, current };
}

function oneAccount(row: Account, current: boolean): OneView {
  return {
    kind: 'one',
    data: dataOf(row, current),
    name: row.id,
    lines: [
      ['E-mail', quotable(row.email ?? '-', 255)],
      ['Name', quotable(row.name ?? '-', 255)],
      ['Id', quotable(row.id, 255)],
      ['Created', row.createdAt ?? '-'],
      ['Active', current ? 'yes' : 'no'],
    ],
  };
}

async function remove(context: Context, input: Input): Promise<View> {
  const row = await named(context, input);
  const label = row.email ?? row.id;
  await confirm(context, {
    message: `Remove the account ${quotable(label)}${await ofDatabaseTold(context)} for good?`,
    asks: 'removing asks first',
  });
  await removeAccount(context, row);
  const stored = (await context.config()).contexts[(await context.settings()).contextName]?.account;
  if (isCurrent(row, row.email, stored)) {
    await context.changeContext((current) => {
      delete current.account;
    });
  }
  context.note(`Removed the account ${quotable(label)}.`);
  return oneAccount(row, false);
}
