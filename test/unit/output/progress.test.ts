import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createProgress, createWait } from '../../../src/output/progress.ts';
import type { Streams } from '../../../src/output/streams.ts';

/** A terminal of so many columns, and how much was drawn on it. */
function terminal(columns: number | undefined) {
  let drawn = 0;
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  stream.on('data', (chunk: Buffer) => {
    drawn += chunk.length;
  });
  return { stream: stream as unknown as Streams['stderr'] & { columns: number }, drawn: () => drawn };
}

const options = { isWatched: true, color: false };

test.each([undefined, 0, 1, 5, 10, 19])('on a terminal of %s columns nothing is animated', async (columns) => {
  const { stream, drawn } = terminal(columns);
  expect(await createWait(stream, options)('Waiting', async () => sleep(400, 'done'))).toBe('done');
  expect(drawn()).toBe(0);
  expect(await createProgress(stream, 2, options)).toBeUndefined();
  expect(drawn()).toBe(0);
});

test('on one that is wide enough it is, until it is made narrower', async () => {
  const { stream, drawn } = terminal(80);
  await createWait(stream, options)('Waiting', async () => {
    await expect.poll(drawn).toBeGreaterThan(0);
    stream.columns = 0;
    stream.emit('resize');
    await sleep(50);
    const before = drawn();
    await sleep(400);
    expect(drawn()).toBe(before);
  });
  expect(stream.listenerCount('resize')).toBe(0);
});
