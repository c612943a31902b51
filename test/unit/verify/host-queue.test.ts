import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createHostQueue } from '../../../src/verify/host-queue.ts';

const never = new AbortController().signal;

it('lets so many at a time go to one host, in their order, and others pass', async () => {
  const queue = createHostQueue(2);
  const started: string[] = [];
  let running = 0;
  let most = 0;
  const work = (name: string) => async () => {
    started.push(name);
    running += 1;
    most = Math.max(most, running);
    await sleep(10);
    running -= 1;
  };
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => queue.run('one.test', never, work(name)));
  await queue.run('two.test', never, async () => void started.push('other'));
  await Promise.all(all);
  expect(most).toBe(2);
  expect(started).toEqual(['a', 'b', 'other', 'c', 'd', 'e']);
});

it('goes on after failures and after somebody stopped waiting', async () => {
  const queue = createHostQueue(1);
  const impatient = new AbortController();
  const failing = queue.run('one.test', never, async () => {
    await sleep(10);
    throw new Error('failed');
  });
  const waiting = queue.run('one.test', impatient.signal, async () => 'too late');
  const last = queue.run('one.test', never, async () => 'done');
  impatient.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(failing).rejects.toThrow('failed');
  expect(await last).toBe('done');
  expect(await queue.run('one.test', never, async () => 'again')).toBe('again');
});

it('takes nobody who has gone already', async () => {
  const queue = createHostQueue(1);
  const first = queue.run('one.test', never, () => sleep(10));
  await expect(queue.run('one.test', AbortSignal.abort(new Error('gone')), async () => 1)).rejects.toThrow('gone');
  await first;
});
