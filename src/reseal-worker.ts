import { parentPort, workerData } from 'node:worker_threads';
import { readKeyRing } from './crypto/key-ring.ts';
import { createSealer, type Sealer } from './crypto/seal.ts';
import type { ReadRow } from './db/stores/replace-sealed.ts';
import { type ResealOrder, resealPage } from './db/stores/reseal-page.ts';

// A thread of its own: the ciphers take as long as the database does, and both go on at once.
const { ring, kid } = workerData as ResealOrder;
const keys = readKeyRing(ring, 'the ring');
const sealers = new Map<string, Sealer>();

parentPort?.on('message', (page: ReadRow[]) => {
  const resealed = resealPage(page, kid, (tenantId) => {
    const sealer = sealers.get(tenantId) ?? createSealer(keys, tenantId);
    sealers.set(tenantId, sealer);
    return sealer;
  });
  parentPort?.postMessage(resealed);
});
