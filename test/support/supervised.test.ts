import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { supervise } from './supervised.ts';

const log = () => join(mkdtempSync(join(inject('runDirectory'), 'log-')), 'log');
const never = () => Promise.reject(new Error('not ready'));

test('a server that ends early is reported with its log', async () => {
  const server = supervise(process.execPath, ['-e', 'console.log("no such table"); process.exit(3)'], { log: log() });
  await expect(server.until(never)).rejects.toThrow(/did not start\.\nno such table/);
  await server.stop();
});

test('stopping waits for an orderly end', async () => {
  const file = log();
  const source = `process.on('SIGTERM', () => setTimeout(() => { console.log('down'); process.exit(); }, 300));
    console.log('up'); setInterval(() => {}, 1000);`;
  const server = supervise(process.execPath, ['-e', source], { log: file });
  await server.until(async () => expect(readFileSync(file, 'utf8')).toBe('up\n'));
  await server.stop();
  expect(readFileSync(file, 'utf8')).toBe('up\ndown\n');
  expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
});
