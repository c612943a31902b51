import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatherLines } from '../../../src/http/gathered-lines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('lines that come within a moment are written at once, each once and in their order', () => {
  const written: string[] = [];
  const lines = gatherLines((text) => written.push(text));
  lines.write('a\n');
  lines.write('b\n');
  expect(written).toEqual([]);
  vi.advanceTimersByTime(10);
  lines.write('c\n');
  vi.advanceTimersByTime(10);
  expect(written).toEqual(['a\nb\n', 'c\n']);
});

test('what waits is written before the process ends', () => {
  const written: string[] = [];
  const lines = gatherLines((text) => written.push(text));
  lines.write('a\n');
  lines.flush();
  lines.flush();
  vi.advanceTimersByTime(100);
  expect(written).toEqual(['a\n']);
});
