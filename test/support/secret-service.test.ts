import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { freshKeyring } from './keyring.ts';
import { keytarRoundTrip } from './secret-service.ts';

const service = inject('secretService');

test('keytar stores, reads and deletes a password in a child process', async () => {
  const password = 'pässword 日本語 with\nlines';
  expect(JSON.parse(await keytarRoundTrip(service.answering, password))).toEqual([password, null]);
});

test('it needs no display, no home and no runtime folder of the developer', async () => {
  const home = mkdtempSync(join(inject('runDirectory'), 'home-'));
  const bare = { ...service.answering, HOME: home, XDG_RUNTIME_DIR: join(home, 'none'), DISPLAY: '' };
  expect(JSON.parse(await keytarRoundTrip(bare, 'x'.repeat(4_000)))).toEqual(['x'.repeat(4_000), null]);
});

test('a test may have a service of its own', async () => {
  const env = await freshKeyring();
  expect(env).not.toEqual(service.answering);
  expect(JSON.parse(await keytarRoundTrip(env, 'mine'))).toEqual(['mine', null]);
});

test('without a bus keytar fails at once', async () => {
  await expect(keytarRoundTrip(service.absent, 'x')).rejects.toThrow(/failed: 1/);
  await expect(keytarRoundTrip({}, 'x')).rejects.toThrow(/failed: 1/);
});

test('a silent service leaves keytar waiting', async () => {
  const call = keytarRoundTrip(service.silent, 'x', 3_000).then(
    () => 'answered',
    () => 'killed',
  );
  expect(await Promise.race([call, sleep(2_000, 'waits')])).toBe('waits');
  expect(await call).toBe('killed');
});
