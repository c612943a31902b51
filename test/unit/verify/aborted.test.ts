import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { aborted } from '../../../src/verify/aborted.ts';

it('listens once to a signal, however many requests wait for it', async () => {
  const controller = new AbortController();
  const waiting = Array.from({ length: 20 }, () => Promise.race([aborted(controller.signal), Promise.resolve('done')]));
  expect(await Promise.all(waiting)).toEqual(Array(20).fill('done'));
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  const last = aborted(controller.signal);
  controller.abort(new Error('the time is up'));
  await expect(last).rejects.toThrow('the time is up');
});
