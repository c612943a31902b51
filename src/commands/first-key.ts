import { keyEntries } from '../app/recorded.ts';
import type { Context } from '../context.ts';
import { unbroken } from '../core/effects.ts';
import { AppError } from '../core/error.ts';
import { createKeyRing, type KeyRing, newRingKey, type RingKey } from '../crypto/key-ring.ts';
import type { KeyStore, KeyStoreName } from '../crypto/key-sources/index.ts';
import { record } from '../db/stores/history.ts';

/** The ring that a command found or made. */
export interface FirstKey {
  origin: string;
  store: KeyStoreName | undefined;
  ring: KeyRing;
  created: boolean;
}

/** The ring at hand, else a new one; never a second one where the database holds values that the first one sealed. */
export async function ensureKey(context: Context, wanted: KeyStoreName | undefined): Promise<FirstKey> {
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
  const ring = existing ?? (await context.wait('Storing the encryption key', () => storeFirst(context, store, made)));
  const created = ring.find(made.kid) !== undefined;
  return { origin: store.origin, store: store.store, ring, created };
}

/** Keeps the made key, unless another command was first: then there is nothing to tell of it. */
async function storeFirst(context: Context, store: KeyStore, made: RingKey): Promise<KeyRing> {
  const [database, actor] = [await context.database(), await context.actorSoFar()];
  return unbroken(database.effects, () =>
    database.transaction(async (queries) => {
      const ring = await store.change((present) => present ?? createKeyRing([made]));
      if (!ring.find(made.kid)) return ring;
      database.effects.note('ring', `the key ${made.kid}, in ${store.origin}`);
      await record(queries, { tenant: null, actor }, keyEntries('create', [made.kid]));
      return ring;
    }),
  );
}

/** The keychain where it answers, else the file. */
export async function defaultStore(context: Context): Promise<KeyStore> {
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
  const { refuseForeignSeals } = await import('../db/stores/foreign-seals.ts');
  await refuseForeignSeals((await context.rawDatabase()).queries, ring);
}
