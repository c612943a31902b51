import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import { plural, quotable } from '../../core/text.ts';
import type { KeyStoreName } from '../../crypto/key-sources/index.ts';
import { typedPath } from '../../files/typed-path.ts';
import { ensureKey, type FirstKey } from '../first-key.ts';
import { accountRow, planFor, tenantRow } from '../first-rows.ts';
import { exportRingTo } from '../key/export-file.ts';
import { announce, say } from './step.ts';

/** The tables, the key, the tenant and the account; each is made the context's as soon as it is there. */
export async function layFoundation(context: Context): Promise<void> {
  await makeTables(context);
  announce(context, 'Key', 'It seals the credentials. Without it nobody can read them, you included.');
  const key = await settleKey(context);
  if (key.store) {
    const { store } = key;
    await context.changeContext((named) => {
      named.keyStore = store;
    });
  }
  if (key.created) await offerCopy(context);

  announce(context, 'Tenant', 'The team, company or customer whose apps are released.');
  const tenant = await (await planFor(context, tenantRow))?.();
  if (tenant) {
    await context.changeContext((named) => {
      named.tenant = tenant.id;
    });
    say(context, `Working in the tenant "${quotable(tenant.displayName ?? tenant.id, 255)}".`);
  }

  announce(context, 'Account', 'Who sets the integrations up.');
  const account = await (await planFor(context, accountRow))?.();
  if (account) {
    await context.changeContext((named) => {
      named.account = account.id;
    });
    say(context, `Working as ${quotable(account.email ?? account.id, 255)}.`);
  }
}

/** A server is never migrated unasked. */
async function makeTables(context: Context): Promise<void> {
  const { migrateUp, schemaState } = await import('../../db/migrate.ts');
  const database = await context.rawDatabase();
  const { pending } = await schemaState(database.queries);
  if (pending.length === 0) return;
  const message = `Make or update the tables there (${plural(pending.length, 'migration')})?`;
  if (database.engine === 'mysql' && !(await context.ask.confirm({ message, default: true }))) {
    throw new AppError('SCHEMA_OUTDATED', 'setup needs the tables', { hint: 'integrations db migrate' });
  }
  await context.wait('Making the tables', () => migrateUp(database));
  say(context, 'The tables are there.');
}

async function settleKey(context: Context): Promise<FirstKey> {
  const { environmentSource, openKeyStore } = await import('../../crypto/key-sources/index.ts');
  const named = (await context.settings()).keyStore;
  const file = openKeyStore('file', context.directories);
  const isSettled = environmentSource(context.env) !== undefined || named !== undefined || (await file.load());
  const key = await ensureKey(context, isSettled ? undefined : await whereToKeep(context));
  say(context, `${key.created ? 'A new key' : 'The key'} ${key.ring.active.kid}, in ${key.origin}`);
  return key;
}

async function whereToKeep(context: Context): Promise<KeyStoreName> {
  const { openKeyStore } = await import('../../crypto/key-sources/index.ts');
  const file = openKeyStore('file', context.directories);
  const why = await silenceOfKeychain(context);
  return context.ask.select<KeyStoreName>({
    message: 'Keep the key in:',
    choices: [
      { name: "The operating system's keychain", value: 'keychain', disabled: why },
      { name: 'A file that only you can read', value: 'file', description: file.origin },
    ],
  });
}

/** Why the keychain cannot hold the key; undefined where it answers. */
async function silenceOfKeychain(context: Context): Promise<string | undefined> {
  const { openKeyStore } = await import('../../crypto/key-sources/index.ts');
  try {
    await context.wait('Asking the keychain', () => openKeyStore('keychain', context.directories).load());
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return 'it does not answer here';
    throw error;
  }
}

/** Offers a copy of a new ring, until one is written or none is wanted. */
async function offerCopy(context: Context): Promise<void> {
  for (;;) {
    const path = await context.ask.text({
      message: 'Copy of the key to:',
      hint: 'Enter for none now',
      help: ['A new file; move it to a safe place. Later: integrations key export --file PATH'],
      empty: 'none now',
    });
    if (path.trim() === '') return;
    try {
      await exportRingTo(context, typedPath(path.trim()));
      return;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      say(context, `${error.message}.`);
    }
  }
}
