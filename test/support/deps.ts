import type { Deps } from '../../src/app/deps.ts';
import { createDigester } from '../../src/crypto/digest.ts';
import { createKeyRing, newRingKey } from '../../src/crypto/key-ring.ts';
import { createSealer } from '../../src/crypto/seal.ts';
import { account, actor, tenantA, type Workspace } from './builders.ts';

export const acme = { id: tenantA, displayName: 'Acme', createdAt: null };

const ring = createKeyRing([newRingKey()]);

/** Seals for Acme, as the deps below do. */
export const sealer = createSealer(ring, tenantA);

/** What the use cases of a host work with; of its key the test may say whether it is still there. */
export function depsFor(
  { database }: Pick<Workspace, 'database'>,
  confirmKey: Deps['confirmKey'] = async () => undefined,
): Deps {
  return {
    database: async () => database,
    actor: async () => actor,
    actorSoFar: async () => actor,
    account: async () => ({ id: account, email: 'ops@acme.test', name: null, createdAt: null }),
    warn: () => undefined,
    progress: async () => undefined,
    openers: async () => () => sealer,
    sealers: async () => () => sealer,
    digesters: async () => (tenantId) => createDigester(() => ring, tenantId),
    takeNewKeys: () => Promise.reject(new Error('not asked for here')),
    withNewKeys: async (work) => work(),
    confirmKey,
    sameCredential: async () => false,
  };
}
