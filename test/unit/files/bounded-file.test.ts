import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readBounded } from '../../../src/files/bounded-file.ts';

test.each([
  [0, 10],
  [10, 10],
  [1_000_000, 999_999],
  [1_000_000, 64 * 1024 * 1024],
])('of %i bytes at most %i are read, into no more memory than they need', async (size, max) => {
  const folder = mkdtempSync(join(tmpdir(), 'bounded-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const content = Buffer.from(Array.from({ length: size }, (_, at) => at % 251));
  writeFileSync(join(folder, 'file'), content);
  const read = await readBounded(join(folder, 'file'), max);
  expect(read?.equals(content.subarray(0, max))).toBe(true);
  expect(read?.buffer.byteLength).toBeLessThan(size + 100_000);
});
