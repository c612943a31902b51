import { AppError } from '../core/error.ts';
import { once } from '../core/once.ts';
import type { Digester } from '../crypto/digest.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import type { KeySource } from '../crypto/key-sources/index.ts';
import type { Opener, Sealer, Slot } from '../crypto/seal.ts';
import type { Queries } from '../db/queries.ts';
import type { SameCredential } from '../db/stores/changed.ts';

/** Seals and opens with the ring, which another command may change meanwhile. */
export interface Sealing {
  /** For any tenant. */
  openers(): Promise<(tenantId: string) => Opener>;
  /**
   * For any tenant.
   * @throws AppError KEY_UNAVAILABLE where the database holds sealed values, and none of them under a key at hand
   */
  sealers(): Promise<(tenantId: string) => Sealer>;
  /** Digests for any tenant. */
  digesters(): Promise<(tenantId: string) => Digester>;
  /** Has them open what is sealed under keys that the ring got since it was read. @returns whether it got any */
  takeNewKeys(): Promise<boolean>;
  /**
   * Does what opens sealed values; again where it lacks a key that the ring got since it was read. To be asked around
   * all that opens, and may be done again from its start.
   */
  withNewKeys<T>(work: () => T | Promise<T>): Promise<T>;
  /**
   * To be asked within a transaction, after sealed values are written.
   * @throws AppError CONFLICT when the key that sealed them has left the ring meanwhile
   */
  confirmKey(): Promise<void>;
  /** Opens both; what does not open is the same as nothing. */
  sameCredential: SameCredential;
}

/** Where the keys are, and where the sealed values. */
export interface Surroundings {
  source(): Promise<KeySource>;
  ring(): Promise<KeyRing>;
  queries(): Promise<Queries>;
}

export function createSealing({ source, ring: read, queries }: Surroundings): Sealing {
  let ring: KeyRing | undefined;
  const made = new Map<string, Sealer>();

  async function sealersOf() {
    const { createSealer } = await import('../crypto/seal.ts');
    ring ??= await read();
    const first = ring;
    const current = (tenantId: string) => {
      const sealer = made.get(tenantId) ?? createSealer(ring ?? first, tenantId);
      made.set(tenantId, sealer);
      return sealer;
    };
    // Whoever has one has the new keys too.
    return (tenantId: string): Sealer => ({
      open: (sealed, slot) => current(tenantId).open(sealed, slot),
      seal: (secret, slot) => current(tenantId).seal(secret, slot),
    });
  }

  const stored = async () => (await source()).load();

  async function takeNewKeys() {
    const [known, current] = [ring, await stored()];
    if (!known || !current || current.kids.every((kid) => known.find(kid))) return false;
    const { withKeys } = await import('../crypto/key-ring.ts');
    ring = withKeys(known, current.keys);
    made.clear();
    return true;
  }

  async function withNewKeys<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!lacksKey(error) || !(await takeNewKeys())) throw error;
      return withNewKeys(work);
    }
  }

  const refuseForeign = once(async () => {
    const { refuseForeignSeals } = await import('../db/stores/foreign-seals.ts');
    const database = await queries();
    await withNewKeys(() => refuseForeignSeals(database, ring));
  });

  return {
    openers: sealersOf,

    async sealers() {
      const sealers = await sealersOf();
      await refuseForeign();
      return sealers;
    },

    async digesters() {
      const { createDigester } = await import('../crypto/digest.ts');
      ring ??= await read();
      const first = ring;
      return (tenantId) => createDigester(() => ring ?? first, tenantId);
    },

    takeNewKeys,
    withNewKeys,

    async confirmKey() {
      if (!ring || (await stored())?.find(ring.active.kid)) return;
      throw removedMeanwhile(ring.active.kid);
    },

    async sameCredential(tenantId, slot, values) {
      const opener = (await sealersOf())(tenantId);
      return withNewKeys(() => openAlike(opener, slot, values)).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        return false;
      });
    },
  };
}

function openAlike(opener: Opener, slot: Slot, values: readonly string[]): boolean {
  const [before, current] = values.map((sealed) => opener.open(sealed, slot));
  return before !== undefined && current !== undefined && before.equals(current);
}

/** The ring of a source. @throws AppError KEY_UNAVAILABLE where there is none */
export async function loadRing(source: KeySource): Promise<KeyRing> {
  const ring = await source.load();
  if (ring) return ring;
  throw new AppError('KEY_UNAVAILABLE', `there is no encryption key: ${source.origin} holds none`, {
    hint: 'integrations init makes one; integrations key import brings one from elsewhere',
  });
}

function lacksKey(error: unknown): boolean {
  return error instanceof AppError && error.code === 'KEY_UNAVAILABLE';
}

function removedMeanwhile(kid: string): AppError {
  return new AppError('CONFLICT', `the key ${kid} was removed meanwhile; nothing is stored`, {
    hint: 'Try again: another key seals now.',
  });
}
