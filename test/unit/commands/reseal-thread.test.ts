import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startResealThread } from '../../../src/app/keys/reseal-thread.ts';
import { createKeyRing, newRingKey } from '../../../src/crypto/key-ring.ts';

// Beside the sources there is no bundle, so that the thread ends as soon as it begins.
const start = () => {
  const key = newRingKey();
  return startResealThread(createKeyRing([key]), key.kid);
};

test('a page that waits for a thread which ends is refused', async () => {
  await expect(start().reseal([])).rejects.toThrow('reseal-worker');
});

test('so is one that is given to it later', { timeout: 5_000 }, async () => {
  const thread = start();
  await sleep(500);
  await expect(thread.reseal([])).rejects.toThrow('reseal-worker');
  await thread.close();
});
