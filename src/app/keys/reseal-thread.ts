import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type KeyRing, writeKeyRing } from '../../crypto/key-ring.ts';
import type { ReadRow } from '../../db/stores/replace-sealed.ts';
import type { ResealedPage, ResealOrder } from '../../db/stores/reseal-page.ts';

/** Seals pages anew beside the thread that reads and stores them, in the order in which they are given. */
export interface ResealThread {
  /** @throws what ended the thread, at any time before */
  reseal(page: readonly ReadRow[]): Promise<ResealedPage>;
  close(): Promise<void>;
}

export function startResealThread(ring: KeyRing, kid: string): ResealThread {
  const order: ResealOrder = { ring: writeKeyRing(ring), kid };
  // It is built beside this file.
  const worker = new Worker(fileURLToPath(new URL('reseal-worker.cjs', import.meta.url)), { workerData: order });
  let ended: { error: unknown } | undefined;
  const waiting: { resolve(page: ResealedPage): void; reject(error: unknown): void }[] = [];
  worker.on('message', (page: ResealedPage) => waiting.shift()?.resolve(page));
  worker.on('error', (error) => {
    ended = { error };
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return {
    reseal: (page) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended.error);
        waiting.push({ resolve, reject });
        worker.postMessage(page);
      }),
    close: async () => void (await worker.terminate()),
  };
}
