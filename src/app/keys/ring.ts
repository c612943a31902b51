import { AppError } from '../../core/error.ts';
import type { Secret } from '../../core/secret.ts';
import {
  createKeyRing,
  type KeyRing,
  newRingKey,
  readKeyRing,
  withActive,
  withKeys,
  writeKeyRing,
} from '../../crypto/key-ring.ts';
import type { KeySource, KeyStore } from '../../crypto/key-sources/index.ts';
import type { Deps, KeyDeps } from '../deps.ts';
import { recordedOfKeys } from '../recorded.ts';

type RingDeps = KeyDeps & Pick<Deps, 'database' | 'actorSoFar'>;

/** A key of the ring, or one that the database needs and the ring lacks. */
export interface ListedKey {
  kid: string;
  isActive: boolean;
  isAtHand: boolean;
  /** How many values are sealed under it. */
  values: number;
}

/** The keys as they are now, wherever the ring was first read. */
export async function listKeys(deps: RingDeps): Promise<{ source: KeySource; keys: ListedKey[] }> {
  const source = await deps.keySource();
  const ring = await source.load();
  const { sealedCounts } = await import('../../db/stores/sealed.ts');
  const counts = await sealedCounts((await deps.database()).queries);
  const foreign = [...counts.keys()].filter((kid) => kid !== '' && ring?.find(kid) === undefined);
  const listed = (kid: string, isAtHand: boolean): ListedKey => ({
    kid,
    isActive: kid === ring?.active.kid,
    isAtHand,
    values: counts.get(kid) ?? 0,
  });
  return {
    source,
    keys: [...(ring?.kids ?? []).map((kid) => listed(kid, true)), ...foreign.map((kid) => listed(kid, false))],
  };
}

/** Adds a new key that only opens. @returns its id */
export async function addKey(deps: RingDeps): Promise<string> {
  const added = newRingKey();
  const store = await deps.keyStore();
  await recordedOfKeys(deps, 'create', [added.kid], () =>
    changeRing(deps, store, `the key ${added.kid}, in ${store.origin}`, (ring) => withKeys(existing(ring), [added])),
  );
  return added.kid;
}

/** Makes a key the one that seals. @throws AppError NOT_FOUND */
export async function activateKey(deps: RingDeps, kid: string): Promise<void> {
  const store = await deps.keyStore();
  const isActive = (await store.load())?.active.kid === kid;
  await recordedOfKeys(deps, 'activate', isActive ? [] : [kid], () =>
    changeRing(deps, store, `the key ${kid} as the one that seals`, (ring) => withActive(existing(ring), kid)),
  );
}

/** Adds the keys of a ring that was exported elsewhere; the active key stays. @returns the ids of those that are new */
export async function importRing(deps: RingDeps, text: Secret): Promise<{ store: KeySource; added: string[] }> {
  const store = await deps.keyStore();
  const brought = readKeyRing(text.reveal(), 'the given ring');
  const present = await store.load();
  const added = brought.kids.filter((kid) => present?.find(kid) === undefined);
  await recordedOfKeys(deps, 'import', added, () =>
    changeRing(deps, store, `the imported keys, in ${store.origin}`, (ring) =>
      ring ? withKeys(ring, brought.keys) : createKeyRing([brought.active, ...brought.keys.slice(1)]),
    ),
  );
  return { store, added };
}

/**
 * Hands out the ring in plain text, which the history tells.
 * @param give what is done with it; undone by whoever exports where the history cannot be told of it
 */
export async function exportRing<T>(deps: RingDeps, give: (text: string) => T): Promise<T> {
  const ring = await deps.keyRing();
  return recordedOfKeys(deps, 'export', ring.kids, () => give(writeKeyRing(ring)));
}

/** Changes the ring, which stays so where the history cannot be told of it. @param what is changed by that */
export async function changeRing(
  deps: Pick<Deps, 'database'>,
  store: KeyStore,
  what: string,
  change: (ring: KeyRing | undefined) => KeyRing,
): Promise<KeyRing> {
  const ring = await store.change(change);
  (await deps.database()).effects.note('ring', what);
  return ring;
}

/** @throws AppError KEY_UNAVAILABLE where there is none */
export function existing(ring: KeyRing | undefined): KeyRing {
  if (ring) return ring;
  throw new AppError('KEY_UNAVAILABLE', 'there is no encryption key yet', { hint: 'integrations init' });
}
