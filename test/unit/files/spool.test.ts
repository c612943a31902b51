import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createSpool } from '../../../src/files/spool.ts';

const megabyte = (char: string) => char.repeat(1024 * 1024);

test('gives back what it was given, as often as it is asked, and leaves no file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spool-test-'));
  vi.stubEnv('TMPDIR', folder);
  const spool = createSpool();
  const texts = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? megabyte('日') : `${at}`));
  for (const text of texts) spool.add(text);
  expect(readdirSync(folder)).toEqual([]);
  for (let round = 0; round < 2; round += 1) expect([...spool].every((text, at) => text === texts[at])).toBe(true);
  expect([...spool]).toHaveLength(texts.length);
  for (const number of [39, 0, 17]) expect(spool.at(number) === texts[number]).toBe(true);
  spool.close();
  vi.unstubAllEnvs();
});

test('tells that there is no room, and what needs none', () => {
  vi.stubEnv('TMPDIR', '/nowhere');
  const spool = createSpool();
  spool.add('little needs no file');
  expect([...spool]).toEqual(['little needs no file']);
  expect(spool.at(0)).toBe('little needs no file');
  expect(() => {
    for (let count = 0; count < 9; count += 1) spool.add(megabyte('a'));
  }).toThrow('cannot keep the answer in /nowhere until it is complete');
  vi.unstubAllEnvs();
});
