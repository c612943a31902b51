import { addTenant, isCurrent, makingOf } from '../app/tenants.ts';
import { type Context, chosen } from '../context.ts';
import { categories, categoryList } from '../core/category.ts';
import { AppError, usage } from '../core/error.ts';
import { newUuid } from '../core/id.ts';
import { plural, quotable } from '../core/text.ts';
import { type HostStore, type Tenant, tenantStore } from '../db/stores/host.ts';
import { type Stores, storesOf } from '../db/stores/index.ts';
import { writableStoresOf } from '../db/stores/writable-stores.ts';
import { type Data, manyOf, type OneView, type View } from '../output/view.ts';
import type { Command, Input } from './command.ts';
import { switchFlag, textFlag } from './command.ts';
import { type Doomed, doomedData, removalLines, removedKeys, removedView } from './integration/remove.ts';

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
        const added = await addTenant(await makingOf(context), input.args[0] ?? '', textFlag(input, 'id') ?? newUuid());
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
  return manyOf(
    rows.map((row) => dataOf(row, isCurrent(row, row.displayName, current))),
    {
      columns: [
        { title: '', text: (data) => (data['current'] ? '*' : ' '), whole: true },
        { title: 'Name', text: (data) => quotable(String(data['displayName'] ?? '-'), 255) },
        { title: 'Id', text: (data) => String(data['id']), whole: true },
        { title: 'Created', text: (data) => String(data['createdAt'] ?? '-') },
      ],
      keys: tenantKeys,
      name: (data) => String(data['id']),
      empty: 'No tenants yet: integrations tenant add NAME',
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
  const doomed = await named(context, input);
  const database = await context.database();
  const shown = await contents(storesOf(database.queries, doomed.id));
  const rows = shown.map(doomedData);
  const name = doomed.displayName ?? doomed.id;
  if (switchFlag(input, 'dry-run')) {
    context.note('Nothing was removed; without --dry-run these would be:');
    return removedView([...rows, rowOf(doomed)]);
  }
  await confirm(context, name, rows);
  const { actor } = await makingOf(context);
  await database.transaction(async (queries) => {
    const hosts = tenantStore(queries);
    await hosts.lock(doomed.id);
    const stores = writableStoresOf(queries, { tenant: doomed, actor });
    const present = await contents(stores);
    refuseUnseen(name, shown, present);
    for (const { category, row } of present) await stores[category.name].remove(row);
    await hosts.remove(doomed, actor);
  });
  if (
    isCurrent(
      doomed,
      doomed.displayName,
      (await context.config()).contexts[(await context.settings()).contextName]?.tenant,
    )
  ) {
    await context.changeContext((current) => {
      delete current.tenant;
    });
  }
  context.note(`Removed the tenant "${quotable(name)}" and ${plural(rows.length, 'integration')}.`);
  return removedView([...rows, rowOf(doomed)]);
}

function rowOf(tenant: Tenant): Data {
  return { category: 'tenant', id: tenant.id, displayName: tenant.displayName };
}

/** Everything in the tenant, pipelines first: they need the others. */
async function contents(stores: Stores): Promise<Doomed[]> {
  const rows: Doomed[] = [];
  const order = [categories.pipeline, ...categoryList.filter(({ name }) => name !== 'pipeline')];
  for (const category of order) {
    for await (const page of stores[category.name].list({})) rows.push(...page.map((row) => ({ category, row })));
  }
  return rows;
}

/** What was added after it was shown is not removed with the rest. */
function refuseUnseen(tenantName: string, shown: readonly Doomed[], present: readonly Doomed[]): void {
  const seen = new Set(shown.map(({ row }) => row.id));
  const unseen = present.filter(({ row }) => !seen.has(row.id)).map(doomedData);
  if (unseen.length === 0) return;
  const names = unseen.map(({ displayName }) => `"${quotable(String(displayName))}"`);
  throw new AppError(
    'CONFLICT',
    `in the tenant "${quotable(tenantName)}" there is new meanwhile: ${names.join(', ')}`,
    {
      hint: 'Look at it with --dry-run, then try again.',
      details: { added: unseen },
    },
  );
}

async function confirm(context: Context, name: string, rows: readonly Data[]): Promise<void> {
  if (context.flags.yes) return;
  if (!context.canAsk)
    throw usage('removing asks first, and nobody is there to answer', {
      hint: 'Add --yes, or --dry-run to see what it takes.',
    });
  const shown = (text: string) => text.trim().normalize('NFC');
  await context.ask.text({
    about: [
      `This removes the tenant "${quotable(name)}" and its ${plural(rows.length, 'integration')} for good.`,
      ...removalLines(rows),
    ],
    message: 'Type its name to go on:',
    check: (typed) =>
      shown(typed) === shown(name) ? undefined : 'That is not its name; Ctrl-C leaves everything as it is',
  });
}
