import { chosen } from '../app/ref.ts';
import { accountEmail, addAccount, addTenant, tenantName } from '../app/tenants.ts';
import { given } from '../config/settings.ts';
import type { Context } from '../context.ts';
import { AppError } from '../core/error.ts';
import { newUuid } from '../core/id.ts';
import { quotable } from '../core/text.ts';
import type { Queries } from '../db/queries.ts';
import type { Account, HostRow, HostStore, Tenant } from '../db/stores/host.ts';
import { whyNot } from './why-not.ts';

/** One of the two host tables: which of its rows is made the context's, and how a first one is made. */
interface HostTable<Row extends HostRow> {
  noun: 'tenant' | 'account';
  placeholder: string;
  open(queries: Queries): Promise<HostStore<Row>>;
  nameOf(row: Row): string;
  question: { message: string; help: string[] };
  /** @throws AppError VALIDATION */
  read(name: string): string;
  add(context: Context, name: string): Promise<Row>;
}

export const tenantRow: HostTable<Tenant> = {
  noun: 'tenant',
  placeholder: 'NAME',
  open: async (queries) => (await import('../db/stores/host.ts')).tenantStore(queries),
  nameOf: ({ displayName, id }) => displayName ?? id,
  question: {
    message: 'First tenant:',
    help: ['Name of the team, company or customer whose apps are released, e.g. Acme'],
  },
  read: tenantName,
  add: (context, name) => addTenant(context, name, newUuid()),
};

export const accountRow: HostTable<Account> = {
  noun: 'account',
  placeholder: 'EMAIL',
  open: async (queries) => (await import('../db/stores/host.ts')).accountStore(queries),
  nameOf: ({ email, id }) => email ?? id,
  question: { message: 'Your e-mail:', help: ['It says who set up an integration, e.g. ops@acme.test'] },
  read: accountEmail,
  add: (context, email) => addAccount(context, { email, name: null, id: `account_${newUuid().replaceAll('-', '')}` }),
};

/** Finds a row, or asks for what a new one needs; writes nothing. @returns what yields the row, once the tables are there; undefined where nobody says which */
export async function planFor<Row extends HostRow>(context: Context, host: HostTable<Row>) {
  const { noun, placeholder, read } = host;
  const { queries } = await context.rawDatabase();
  const isThere = await context.wait('Connecting to the database', () => queries.schema.hasTable(`${noun}s`));
  const store = isThere ? await host.open(queries) : undefined;
  const named = (await context.settings())[noun];
  if (store && named !== undefined && (await store.find(named)).length > 0) {
    const found = await chosen(store, named, noun);
    return async () => found;
  }
  const rows = (await store?.list()) ?? [];
  const explicit = context.flags[noun] ?? given(context.env, `INTEGRATIONS_${noun.toUpperCase()}`);
  if (explicit === undefined && rows.length > 0) {
    const row = await oneOf(context, host, rows);
    if (!row) context.note(`No ${noun} is chosen yet: integrations ${noun} use ${placeholder}`);
    return row && (async () => row);
  }
  if (explicit === undefined && !context.canAsk) {
    context.note(`There is no ${noun} yet: integrations ${noun} add ${placeholder}`);
    return undefined;
  }
  const name = read(
    explicit ?? (await context.ask.text({ ...host.question, check: (typed) => whyNot(() => read(typed)) })),
  );
  return () => ensureRow(context, host, name);
}

/** The row of that name, made where there is none; also where another command makes it at the same time. */
async function ensureRow<Row extends HostRow>(context: Context, host: HostTable<Row>, name: string): Promise<Row> {
  const store = await host.open((await context.database()).queries);
  const present = async () => {
    const [row, another] = await store.find(name);
    return another ? undefined : row;
  };
  const found = await present();
  if (found) return found;
  try {
    const row = await host.add(context, name);
    context.interruption.effects.note(host.noun, `the ${host.noun} "${quotable(name, 255)}"`);
    return row;
  } catch (error) {
    const first = error instanceof AppError && error.code === 'CONFLICT' ? await present() : undefined;
    if (first) return first;
    throw error;
  }
}

async function oneOf<Row extends HostRow>(context: Context, { noun, nameOf }: HostTable<Row>, rows: readonly Row[]) {
  if (rows.length === 1 || !context.canAsk) return rows.length === 1 ? rows[0] : undefined;
  return context.ask.select({
    message: `Which ${noun}:`,
    choices: rows.map((row) => ({ name: quotable(nameOf(row), 255), value: row })),
  });
}
