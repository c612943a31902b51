import { chosen } from '../app/ref.ts';
import { everythingIn, type Removal } from '../app/removal.ts';
import { addTenant, removeTenant } from '../app/tenants.ts';
import type { Context } from '../context.ts';
import { usage } from '../core/error.ts';
import { newUuid } from '../core/id.ts';
import { plural, quotable } from '../core/text.ts';
import { type HostStore, type Tenant, tenantStore } from '../db/stores/host.ts';
import { storesOf } from '../db/stores/index.ts';
import { noteText } from '../output/message.ts';
import { type Data, manyOf, type OneView, type View } from '../output/view.ts';
import type { Command, Input } from './command.ts';
import { switchFlag, textFlag } from './command.ts';
import { isCurrent } from './is-current.ts';
import { removalData, removalLines, removedKeys, removedView } from './removals.ts';
import { untilAnswered } from './until-answered.ts';
import { whenFor } from './when.ts';
import { ofDatabaseTold } from './where.ts';

const refArgument = { name: 'ref', help: 'Name or id of the tenant' } as const;

const tenantKeys = ['id', 'displayName', 'createdAt', 'current'];

export const tenant: Command = {
  name: 'tenant',
  summary: 'Tenants: add, list, show, use, remove',
  commands: [
    {
      name: 'add',
      summary: 'Add a tenant',
      args: [{ name: 'name', help: 'What it is called', required: true }],
      flags: [{ name: 'id', value: 'uuid', help: "The host application's id for it; made where it is not given" }],
      examples: ['integrations tenant add Acme'],
      keys: tenantKeys,
      async run(context, input) {
        const added = await addTenant(context, input.args[0] ?? '', textFlag(input, 'id') ?? newUuid());
        context.note(`Added the tenant "${added.displayName}". To work in it: integrations tenant use ${added.id}`);
        return shown(context, added);
      },
    },
    { name: 'list', summary: 'List the tenants', examples: ['integrations tenant list'], run: list },
    {
      name: 'show',
      summary: 'Show a tenant, or the active one',
      args: [refArgument],
      examples: ['integrations tenant show', 'integrations tenant show Acme'],
      run: async (context, input) =>
        shown(context, input.args[0] === undefined ? await context.tenant() : await named(context, input)),
    },
    {
      name: 'use',
      summary: 'Work in a tenant from now on',
      args: [{ ...refArgument, required: true }],
      examples: ['integrations tenant use Acme'],
      keys: tenantKeys,
      async run(context, input) {
        const used = await named(context, input);
        await context.changeContext((current) => {
          current.tenant = used.id;
        });
        context.note(`The tenant is "${quotable(used.displayName ?? used.id)}" from now on.`);
        return oneTenant(used, true);
      },
    },
    {
      name: 'remove',
      summary: 'Remove a tenant and everything in it',
      args: [{ ...refArgument, required: true }],
      flags: [{ name: 'dry-run', help: 'Only show what would be removed' }],
      examples: ['integrations tenant remove Acme --dry-run'],
      keys: removedKeys,
      run: remove,
    },
  ],
};

async function tenants(context: Context): Promise<HostStore<Tenant>> {
  return tenantStore((await context.database()).queries);
}

async function named(context: Context, input: Input): Promise<Tenant> {
  return chosen(await tenants(context), input.args[0], 'tenant');
}

async function list(context: Context): Promise<View> {
  const current = (await context.settings()).tenant;
  const rows = await (await tenants(context)).list();
  const when = whenFor(context);
  return manyOf(
    rows.map((row) => dataOf(row, isCurrent(row, row.displayName, current))),
    {
      columns: [
        { title: '', text: (data) => (data['current'] ? '*' : ' '), whole: true },
        { title: 'Name', text: (data) => quotable(String(data['displayName'] ?? '-'), 255) },
        { title: 'Id', text: (data) => String(data['id']), whole: true, copied: true },
        {
          title: 'Created',
          text: ({ createdAt }) => (createdAt ? when(String(createdAt)) : '-'),
          whole: true,
          spare: 1,
        },
      ],
      keys: tenantKeys,
      name: (data) => String(data['id']),
      empty: 'No tenants yet: integrations tenant add NAME',
      noun: 'tenant',
    },
  );
}

async function shown(context: Context, row: Tenant): Promise<OneView> {
  return oneTenant(row, isCurrent(row, row.displayName, (await context.settings()).tenant));
}

function dataOf(row: Tenant, current: boolean): Data {
  return { id: row.id, displayName: row.displayName, createdAt: row.createdAt, current };
}

function oneTenant(row: Tenant, current: boolean): OneView {
  return {
    kind: 'one',
    data: dataOf(row, current),
    name: row.id,
    lines: [
      ['Name', quotable(row.displayName ?? '-', 255)],
      ['Id', row.id],
      ['Created', row.createdAt ?? '-'],
      ['Active', current ? 'yes' : 'no'],
    ],
  };
}

async function remove(context: Context, input: Input): Promise<View> {
  const row = await named(context, input);
  const { queries } = await context.database();
  const removals = await everythingIn(storesOf(queries, row.id));
  const rows = removals.map(removalData);
  const name = row.displayName ?? row.id;
  if (switchFlag(input, 'dry-run')) {
    context.note('Nothing was removed; without --dry-run these would be:');
    return removedView([...rows, rowOf(row)]);
  }
  await confirmByName(context, name, removals);
  await removeTenant(context, row, removals);
  const current = (await context.config()).contexts[(await context.settings()).contextName]?.tenant;
  if (isCurrent(row, row.displayName, current)) {
    await context.changeContext((changed) => {
      delete changed.tenant;
    });
  }
  context.note(`Removed the tenant "${quotable(name)}" and ${plural(rows.length, 'integration')}.`);
  return removedView([...rows, rowOf(row)]);
}

function rowOf(tenant: Tenant): Data {
  return { category: 'tenant', id: tenant.id, displayName: tenant.displayName };
}

async function confirmByName(context: Context, name: string, removals: readonly Removal[]): Promise<void> {
  if (context.flags.yes) return;
  if (!context.canAsk)
    throw usage('removing asks first, but there is nobody to ask', {
      hint: 'Add --yes, or --dry-run to see what it takes.',
    });
  const shown = (text: string) => text.trim().normalize('NFC');
  const count = plural(removals.length, 'integration');
  const about = [
    `This removes the tenant "${quotable(name)}"${await ofDatabaseTold(context)} and its ${count} for good.`,
    ...removalLines(removals),
  ];
  const question = {
    about: about.map((line) => noteText(line, context.style).trimEnd()),
    message: 'Type its name to go on:',
    check: (typed: string) =>
      shown(typed) === shown(name) ? undefined : 'That is not its name; Ctrl-C leaves everything as it is',
  };
  await untilAnswered(context, () => context.ask.text(question));
}
