import { chosen } from '../app/ref.ts';
import { accountEmail, addAccount, addTenant, tenantName } from '../app/tenants.ts';
import { given } from '../config/settings.ts';
import type { Context } from '../context.ts';
import { AppError } from '../core/error.ts';
import { newUuid } from '../core/id.ts';
import { quotable } from '../core/text.ts';
import type { Queries } from '../db/queries.ts';
import type { Account, HostRow, HostStore, Tenant } from '../db/stores/host.ts';
import { inTurn } from '../input/turns.ts';
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

/** A row that is there, or will be once `make` ran: not before the tables are there. */
export interface RowPlan<Row> {
  make(): Promise<Row>;
  isAsked: boolean;
}

export interface Asking {
  /** Asks although a row is chosen already; another one may be made. */
  again?: boolean;
  /** The name that was typed before; Enter takes it. */
  before?: string | undefined;
  /** Is told the name that is typed. */
  remember?: (name: string) => void;
}

/** Finds a row, or asks for what a new one needs; writes nothing. @returns undefined where nobody says which */
export async function planFor<Row extends HostRow>(
  context: Context,
  host: HostTable<Row>,
  asking: Asking = {},
): Promise<RowPlan<Row> | undefined> {
  const { noun, placeholder } = host;
  const { queries } = await context.rawDatabase();
  const isThere = await context.wait('Connecting to the database', () => queries.schema.hasTable(`${noun}s`));
  const store = isThere ? await host.open(queries) : undefined;
  const named = (await context.settings())[noun];
  const explicit = context.flags[noun] ?? given(context.env, `INTEGRATIONS_${noun.toUpperCase()}`);
  const current = store && named !== undefined && (await store.find(named)).length > 0;
  const found = current ? await chosen(store, named, noun) : undefined;
  if (found && (!asking.again || explicit !== undefined)) return { make: async () => found, isAsked: false };
  const rows = (await store?.list()) ?? [];
  if (explicit === undefined && rows.length > 0) {
    const plan = asking.again
      ? await thisOrAnother(context, host, rows, found, asking)
      : await oneOf(context, host, rows);
    if (!plan) context.note(`No ${noun} is chosen yet: integrations ${noun} use ${placeholder}`);
    return plan;
  }
  if (explicit === undefined && !context.canAsk) {
    context.note(`There is no ${noun} yet: integrations ${noun} add ${placeholder}`);
    return undefined;
  }
  if (explicit === undefined) return newRow(context, host, asking);
  const name = readNamed(context, host, explicit);
  return { make: () => ensureRow(context, host, name), isAsked: false };
}

/** The name of a new row, from where it was given. @throws AppError VALIDATION, which says where */
function readNamed<Row extends HostRow>(context: Context, { noun, placeholder, read }: HostTable<Row>, name: string) {
  try {
    return read(name);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const flag = `--${noun}`;
    const origin = context.flags[noun] === undefined ? `INTEGRATIONS_${noun.toUpperCase()}` : flag;
    const message = `${origin} names no ${noun} that exists, and does not fit a new one: ${error.message}`;
    throw new AppError(error.code, message, { field: noun, hint: `integrations init ${flag} ${placeholder}` });
  }
}

async function newRow<Row extends HostRow>(
  context: Context,
  host: HostTable<Row>,
  { before, remember }: Asking,
): Promise<RowPlan<Row>> {
  const { question, read } = host;
  const typed = await context.ask.text({ ...question, default: before, check: (text) => whyNot(() => read(text)) });
  const name = read(typed);
  remember?.(name);
  return { make: () => ensureRow(context, host, name), isAsked: true };
}

/** Which of those that are there, or a new one. */
async function thisOrAnother<Row extends HostRow>(
  context: Context,
  host: HostTable<Row>,
  rows: readonly Row[],
  current: Row | undefined,
  asking: Asking,
): Promise<RowPlan<Row>> {
  let plan: RowPlan<Row> | undefined;
  await inTurn([
    async () => {
      const row = await context.ask.select<Row | undefined>({
        message: `Which ${host.noun}:`,
        choices: [
          ...rows.map((each) => ({ name: quotable(host.nameOf(each), 255), value: each })),
          { name: 'Another one', value: undefined },
        ],
        default: rows.find(({ id }) => id === current?.id),
      });
      plan = row && { make: async () => row, isAsked: true };
      return true;
    },
    async () => {
      if (plan) return false;
      plan = await newRow(context, host, asking);
      return true;
    },
  ]);
  return plan ?? newRow(context, host, asking);
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

async function oneOf<Row extends HostRow>(
  context: Context,
  { noun, nameOf }: HostTable<Row>,
  rows: readonly Row[],
): Promise<RowPlan<Row> | undefined> {
  const [only] = rows;
  if (only && rows.length === 1) return { make: async () => only, isAsked: false };
  if (!context.canAsk) return undefined;
  const row = await context.ask.select({
    message: `Which ${noun}:`,
    choices: rows.map((each) => ({ name: quotable(nameOf(each), 255), value: each })),
  });
  return { make: async () => row, isAsked: true };
}
