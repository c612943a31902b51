import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type KeyRing, writeKeyRing } from '../../crypto/key-ring.ts';
import type { ReadRow } from '../../db/stores/replace-sealed.ts';
import type { ResealedPage, ResealOrder } from '../../db/stores/reseal-page.ts';

/** Seals pages anew beside the thread that reads and stores them. One page at a time. */
export interface ResealThread {
  reseal(page: readonly ReadRow[]): Promise<ResealedPage>;
  close(): Promise<void>;
}

export function startResealThread(ring: KeyRing, kid: string): ResealThread {
  const order: ResealOrder = { ring: writeKeyRing(ring), kid };
  // It is built beside this file.
  const worker = new Worker(fileURLToPath(new URL('reseal-worker.cjs', import.meta.url)), { workerData: order });
  return {
    async reseal(page) {
      const answer = once(worker, 'message');
      worker.postMessage(page);
      const [resealed] = await answer;
      return resealed;
    },
    close: async () => void (await worker.terminate()),
  };
}
