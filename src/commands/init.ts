import { defaultContextName } from '../config/config-file.ts';
import { given } from '../config/settings.ts';
import { type Context, chosen } from '../context.ts';
import { AppError } from '../core/error.ts';
import { newUuid } from '../core/id.ts';
import { quotable } from '../core/text.ts';
import { createKeyRing, type KeyRing, newRingKey } from '../crypto/key-ring.ts';
import type { KeyStore, KeyStoreName } from '../crypto/key-sources/index.ts';
import type { Queries } from '../db/database.ts';
import type { Account, HostRow, HostStore, Tenant } from '../db/stores/host.ts';
import type { OneView } from '../output/view.ts';
import { type Command, type Input, textFlag } from './command.ts';
import { accountEmail, addAccount, addTenant, tenantName } from './host-rows.ts';

export const init: Command = {
  name: 'init',
  summary: 'Make the key, the tables, and the first tenant and account',
  description: 'May be repeated: what is there already stays as it is.',
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
  const planned = [await planFor(context, tenantRow), await planFor(context, accountRow)] as const;
  const { migrateUp } = await import('../db/migrate.ts');
  const applied = await context.wait('Making the tables', () => migrateUp(database));
  const key = await ensureKey(context, textFlag(input, 'key-store') as KeyStoreName | undefined);
  const [tenant, account] = [await planned[0]?.(database.queries), await planned[1]?.(database.queries)];
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

interface KeyOutcome {
  origin: string;
  store: KeyStoreName | undefined;
  ring: KeyRing;
  created: boolean;
}

/** The ring at hand, else a new one; never a second one where the database holds values that the first one sealed. */
async function ensureKey(context: Context, wanted: KeyStoreName | undefined): Promise<KeyOutcome> {
  const { environmentSource, openKeyStore } = await import('../crypto/key-sources/index.ts');
  const given = environmentSource(context.env);
  if (given) {
    const ring = await context.keyRing();
    await refuseUnopened(context, ring);
    return { origin: given.origin, store: undefined, ring, created: false };
  }
  const named = wanted ?? (await context.settings()).keyStore;
  const store = named ? openKeyStore(named, context.directories) : await defaultStore(context);
  const existing = await context.wait('Reading the encryption key', () => store.load());
  await refuseUnopened(context, existing);
  const made = newRingKey();
  const ring =
    existing ??
    (await context.wait('Storing the encryption key', () => store.change((stored) => stored ?? createKeyRing([made]))));
  const created = ring.find(made.kid) !== undefined;
  if (created && store.store === 'file') {
    context.note('Keep a copy of the key in a safe place: integrations key export --file PATH');
    context.note('Without it the credentials that are stored from now on cannot be opened.');
  }
  return { origin: store.origin, store: store.store, ring, created };
}

/** The keychain where it answers, else the file. */
async function defaultStore(context: Context): Promise<KeyStore> {
  const { openKeyStore } = await import('../crypto/key-sources/index.ts');
  const file = openKeyStore('file', context.directories);
  if (await file.load()) return file;
  const keychain = openKeyStore('keychain', context.directories);
  try {
    await context.wait('Asking the keychain', () => keychain.load());
    return keychain;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    context.note(`The keys go into a file: ${error.message}.`);
    return file;
  }
}

async function refuseUnopened(context: Context, ring: KeyRing | undefined): Promise<void> {
  const { sealedCounts } = await import('../db/stores/sealed.ts');
  const counts = await sealedCounts((await context.rawDatabase()).queries);
  const foreign = [...counts.keys()].filter((kid) => ring?.find(kid) === undefined);
  if (counts.size === 0 || foreign.length < counts.size) return;
  throw new AppError(
    'KEY_UNAVAILABLE',
    `the database holds credentials sealed under keys that are not at hand: ${foreign.join(', ')}`,
    { hint: 'integrations key import', details: { keys: foreign } },
  );
}

/** One of the two host tables: which of its rows is made the context's, and how a first one is made. */
interface HostTable<Row extends HostRow> {
  noun: 'tenant' | 'account';
  placeholder: string;
  open(queries: Queries): Promise<HostStore<Row>>;
  nameOf(row: Row): string;
  question: { message: string; help: string[] };
  /** @throws AppError VALIDATION */
  read(name: string): string;
  add(store: HostStore<Row>, name: string): Promise<Row>;
}

const tenantRow: HostTable<Tenant> = {
  noun: 'tenant',
  placeholder: 'NAME',
  open: async (queries) => (await import('../db/stores/host.ts')).tenantStore(queries),
  nameOf: ({ displayName, id }) => displayName ?? id,
  question: {
    message: 'First tenant:',
    help: ['Name of the team, company or customer whose apps are released, e.g. Acme'],
  },
  read: tenantName,
  add: (store, name) => addTenant(store, name, newUuid()),
};

const accountRow: HostTable<Account> = {
  noun: 'account',
  placeholder: 'EMAIL',
  open: async (queries) => (await import('../db/stores/host.ts')).accountStore(queries),
  nameOf: ({ email, id }) => email ?? id,
  question: { message: 'Your e-mail:', help: ['It says who set up an integration, e.g. ops@acme.test'] },
  read: accountEmail,
  add: (store, email) => addAccount(store, { email, name: null, id: `account_${newUuid().replaceAll('-', '')}` }),
};

/** Finds a row, or asks for what a new one needs; writes nothing. @returns what yields the row; undefined where nobody says which */
async function planFor<Row extends HostRow>(context: Context, host: HostTable<Row>) {
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
  const name = read(explicit ?? (await context.ask.text({ ...host.question, check: (typed) => whyNot(read, typed) })));
  return async (migrated: Queries) => host.add(await host.open(migrated), name);
}

async function oneOf<Row extends HostRow>(context: Context, { noun, nameOf }: HostTable<Row>, rows: readonly Row[]) {
  if (rows.length === 1 || !context.canAsk) return rows.length === 1 ? rows[0] : undefined;
  return context.ask.select({
    message: `Which ${noun}:`,
    choices: rows.map((row) => ({ name: quotable(nameOf(row), 255), value: row })),
  });
}

function whyNot(read: (typed: string) => string, typed: string): string | undefined {
  try {
    read(typed);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.message.replace(/^./, (letter) => letter.toUpperCase());
  }
}
