import { defaultContextName } from '../config/config-file.ts';
import { type Context, chosen } from '../context.ts';
import { AppError } from '../core/error.ts';
import { newUuid } from '../core/id.ts';
import { createKeyRing, type KeyRing, newRingKey } from '../crypto/key-ring.ts';
import type { KeyStore, KeyStoreName } from '../crypto/key-sources/index.ts';
import type { OneView } from '../output/view.ts';
import { type Command, type Input, textFlag } from './command.ts';
import { addAccount, addTenant } from './host-rows.ts';

export const init: Command = {
  name: 'init',
  summary: 'Make the key, the tables, and the first tenant and account',
  description: 'May be repeated: what is there already stays as it is.',
  flags: [
    { name: 'key-store', value: 'store', choices: ['keychain', 'file'], help: 'Where the encryption key is kept' },
  ],
  examples: ['integrations init', 'integrations init --tenant Acme --account ops@acme.test --no-input'],
  run: runInit,
};

async function runInit(context: Context, input: Input): Promise<OneView> {
  const database = await context.rawDatabase();
  const { migrateUp } = await import('../db/migrate.ts');
  const applied = await migrateUp(database);
  const key = await ensureKey(context, textFlag(input, 'key-store') as KeyStoreName | undefined);
  const tenant = await ensureTenant(context);
  const account = await ensureAccount(context);
  await context.changeContext((named) => {
    if (tenant) named.tenant = tenant.id;
    if (account) named.account = account.id;
    if (key.store) named.keyStore = key.store;
  });
  if (!tenant) context.note('There is no tenant yet: integrations tenant add NAME');
  if (!account) context.note('There is no account yet: integrations account add EMAIL');
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
      ['Tenant', tenant ? `${tenant.displayName ?? ''} (${tenant.id})` : '-'],
      ['Account', account ? `${account.email ?? ''} (${account.id})` : '-'],
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
  const existing = await store.load();
  await refuseUnopened(context, existing);
  const made = newRingKey();
  const ring = existing ?? (await store.change((stored) => stored ?? createKeyRing([made])));
  const created = ring.find(made.kid) !== undefined;
  if (created && store.store === 'file') {
    context.note(
      `The key was made and is kept in ${store.origin}, readable by you alone. Keep a copy in a safe place:`,
    );
    context.note('without it the stored credentials cannot be opened (integrations key export).');
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
    await keychain.load();
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

async function ensureTenant(context: Context) {
  const { tenantStore } = await import('../db/stores/host.ts');
  const store = tenantStore((await context.rawDatabase()).queries);
  const named = (await context.settings()).tenant;
  const [found] = named === undefined ? [] : await store.find(named);
  if (found) return chosen(store, named, 'tenant');
  const explicit = context.flags.tenant;
  if (explicit !== undefined) return addTenant(store, explicit, newUuid());
  const existing = await store.list();
  if (existing.length === 1) return existing[0];
  if (!context.canAsk || existing.length > 1) return undefined;
  return addTenant(
    store,
    await context.ask.text({ message: 'Name of the first tenant (e.g. Acme):', check: needed }),
    newUuid(),
  );
}

async function ensureAccount(context: Context) {
  const { accountStore } = await import('../db/stores/host.ts');
  const store = accountStore((await context.rawDatabase()).queries);
  const named = (await context.settings()).account;
  const [found] = named === undefined ? [] : await store.find(named);
  if (found) return chosen(store, named, 'account');
  const explicit = context.flags.account;
  const id = `account_${newUuid().replaceAll('-', '')}`;
  if (explicit !== undefined) return addAccount(store, { email: explicit, name: null, id });
  const existing = await store.list();
  if (existing.length === 1) return existing[0];
  if (!context.canAsk || existing.length > 1) return undefined;
  const email = await context.ask.text({
    message: 'Your e-mail (it names the account that makes changes):',
    check: needed,
  });
  return addAccount(store, { email, name: null, id });
}

function needed(answer: string): string | undefined {
  return answer.trim() === '' ? 'An answer is needed.' : undefined;
}
