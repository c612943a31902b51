import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withTimeout } from '../../../src/verify/asking.ts';

test('as many at a time as one likes: Node warns of no leak, and none is left', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => void warnings.push(warning);
  process.on('warning', note);
  const { signal } = new AbortController();
  await Promise.all(
    Array.from({ length: 100 }, () =>
      withTimeout(5_000, signal, async (own) => {
        for (let requests = 0; requests < 20; requests += 1) own.addEventListener('abort', () => undefined);
        await sleep(10);
      }),
    ),
  );
  await sleep(10);
  process.off('warning', note);
  expect(warnings).toEqual([]);
});
