import { AppError } from '../../core/error.ts';
import { plural } from '../../core/text.ts';
import { type KeyRing, newRingKey, type RingKey, withActive, withKeys } from '../../crypto/key-ring.ts';
import type { Unopened } from '../../db/stores/reseal-page.ts';
import { recordedOfKeys } from '../recorded.ts';
import { createSealing } from '../sealing.ts';
import { type ResealDeps, type Resealed, resealAll } from './reseal.ts';
import { changeRing, existing } from './ring.ts';

/** The key that every value is to be sealed under. @param isUnfinished the active one, and no new one is made */
export async function beginRotation(deps: ResealDeps, ring: KeyRing, isUnfinished: boolean): Promise<KeyRing> {
  const added = newRingKey();
  const { kid } = isUnfinished ? ring.active : added;
  return recordedOfKeys(deps, 'rotate', [kid], () => (isUnfinished ? ring : activateNew(deps, ring, added)));
}

/** Seals every value anew under the active key of the ring. */
export async function finishRotation(deps: ResealDeps, ring: KeyRing): Promise<Resealed> {
  const sealing = createSealing({
    source: deps.keySource,
    ring: async () => ring,
    queries: async () => (await deps.database()).queries,
  });
  await sealing.openers();
  return resealAll(deps, ring, sealing.confirmKey);
}

async function activateNew(deps: ResealDeps, ring: KeyRing, added: RingKey): Promise<KeyRing> {
  const store = await deps.keyStore();
  return changeRing(deps, store, `the key ${added.kid}, which seals from now on`, (stored) => {
    const now = existing(stored);
    if (now.active.kid !== ring.active.kid) {
      throw new AppError('CONFLICT', `another command made ${now.active.kid} the active key meanwhile`, {
        hint: 'integrations key list',
      });
    }
    return withActive(withKeys(now, [added]), added.kid);
  });
}

/** What did not open, and was left alone. */
export function leftAlone(unopened: readonly Unopened[]): AppError {
  const isMissing = unopened.every(({ code }) => code === 'KEY_UNAVAILABLE');
  const count = plural(unopened.length, 'value');
  return new AppError(
    isMissing ? 'KEY_UNAVAILABLE' : 'DECRYPTION_FAILED',
    `${count} ${unopened.length === 1 ? 'does' : 'do'} not open, and stayed as ${unopened.length === 1 ? 'it was' : 'they were'}`,
    {
      hint: isMissing ? 'integrations key import' : 'Set them again with "update", or restore the rows from a backup.',
      details: {
        unopened: unopened.map(({ slot, code }) => ({ ...slot, code })),
      },
    },
  );
}
