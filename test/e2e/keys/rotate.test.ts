import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { categories } from '../../../src/core/category.ts';
import type { Environment, Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { sampleOf } from '../../support/samples.ts';
import { longAgo, putInto, storedById } from '../../support/stored.ts';
import { openTerminal } from '../../support/terminal.ts';
import { addSample, done, refused, workspace } from '../../support/workspace.ts';

interface Key {
  kid: string;
  active: boolean;
  rows: number;
}

forEachEngine((engine) => {
  let box: Sandbox;
  const keys = async (...args: string[]): Promise<Key[]> => (await done(box.run('key', ...args, '--json'))).json();
  const rowsOf = (listed: Key[]) => listed.map(({ rows }) => rows);
  const reveal = async (category: string, name: string, env: Environment = {}) =>
    (await done(box.runWith({ env }, category, 'show', name, '--reveal', '--yes', '--json'))).json().credentials;
  const token = sampleOf('github').credentials[0]?.value;
  const ringPath = () => join(box.configDir, 'keyring.json');

  beforeEach(async () => {
    box = await workspace(engine);
    await addSample(box, 'github', 'code');
    await addSample(box, 'linear', 'board');
    const { flags, env } = {
      flags: ['--api-key', 'env:NEW'],
      env: { NEW: 'lin_api_another0another0another0another0' },
    };
    await done(box.runWith({ env }, 'ticket', 'rotate', 'board', ...flags, '--no-verify'));
  });

  test('makes a key, seals everything anew under it, previous credentials too, and the old one can go', async () => {
    await putInto(engine, box, longAgo);
    const stored = await storedById(engine, box);
    const [old] = await keys('list');
    expect(old).toMatchObject({ active: true, rows: 4 });

    const rehearsed = await done(box.run('key', 'rotate', '--dry-run', '--json'));
    expect(rehearsed.json()).toEqual([old]);
    expect(rehearsed.stderr).toBe(
      'Nothing was changed; without --dry-run 3 rows would be sealed again under a new key.\n',
    );
    expect(await refused(box.run('key', 'remove', old?.kid ?? '', '--json'))).toMatchObject({
      status: 6,
      message: `the key ${old?.kid} is the active one`,
    });

    const rotated = await done(box.run('key', 'rotate', '--json'));
    const [fresh] = rotated.json();
    expect(rotated.json()).toEqual([
      { kid: expect.stringMatching(/^[\w-]{16}$/), active: true, available: true, rows: 4 },
      { ...old, active: false, rows: 0 },
    ]);
    expect(rotated.stderr).toContain(`Made the key ${fresh.kid}, which seals from now on.\nSealed 3 rows again`);
    expect(await storedById(engine, box)).toEqual(stored);

    expect(await keys('remove', old?.kid ?? '')).toEqual([fresh]);
    expect(readFileSync(ringPath(), 'utf8')).not.toContain(old?.kid);
    expect((await reveal('scm', 'code')).accessToken).toBe(token);
    await done(box.run('ticket', 'rotate', 'board', '--undo', '--no-verify'));
    expect((await reveal('ticket', 'board')).linearApiKey).toBe(sampleOf('linear').credentials[0]?.value);
  });

  test('after a rotation that was broken off, or by hand, it goes on under the active key', async () => {
    const [old] = await keys('list');
    const [, added] = await keys('add');
    await keys('activate', added?.kid ?? '');
    expect(await refused(box.run('key', 'remove', old?.kid ?? '', '--json'))).toMatchObject({
      status: 6,
      code: 'CONFLICT',
      message: `4 values in the database are sealed under the key ${old?.kid}`,
      hint: 'integrations key rotate',
    });
    const rehearsed = await done(box.run('key', 'rotate', '--dry-run'));
    expect(rehearsed.stderr).toContain(`3 rows would be sealed again under the active key ${added?.kid}.`);
    expect(rowsOf(await keys('rotate'))).toEqual([4, 0]);
    const again = await keys('rotate');
    expect(again.map(({ kid }) => kid)).toEqual([expect.any(String), added?.kid, old?.kid]);
    expect(rowsOf(again)).toEqual([4, 0, 0]);
    expect(await refused(box.run('key', 'remove', 'nothing', '--json'))).toMatchObject({
      status: 7,
      code: 'NOT_FOUND',
    });
  });

  test('previous credentials alone keep a key in the ring', async () => {
    const [old] = await keys('list');
    const [, added] = await keys('add');
    await keys('activate', added?.kid ?? '');
    await done(box.run('scm', 'remove', 'code', '--yes'));
    const { env } = { env: { NEW: 'lin_api_newest00newest00newest00newest000' } };
    const update = ['ticket', 'update', 'board', '--api-key', 'env:NEW'];
    await done(box.runWith({ env }, ...update));
    expect(rowsOf(await keys('list'))).toEqual([1, 1]);
    expect(await refused(box.run('key', 'remove', old?.kid ?? '', '--json'))).toMatchObject({
      status: 6,
      message: `1 value in the database is sealed under the key ${old?.kid}`,
    });
    await done(box.run('ticket', 'rotate', 'board', '--forget'));
    expect(rowsOf(await keys('remove', old?.kid ?? ''))).toEqual([1]);
  });

  test('what does not open is told and left alone, the rest goes on, and the key stays while it is needed', async () => {
    const { table } = categories.ticket;
    const [row] = await engine.sql(box, `SELECT id, linearApiKey AS sealed FROM ${table}`);
    const altered = String(row?.['sealed']).replace(/.{8}$/, 'AAAAAAAA');
    await engine.sql(box, `UPDATE ${table} SET linearApiKey = ?`, [altered]);
    const [old] = await keys('list');
    for (const flags of [['--dry-run'], [], []]) {
      const result = await box.run('key', 'rotate', ...flags, '--json');
      expect(result.status, result.stderr).toBe(4);
      expect(result.stderr).toContain(`warning: linearApiKey of ${row?.['id']} does not open: it was altered`);
      expect(result.error()).toMatchObject({
        code: 'DECRYPTION_FAILED',
        message: '1 value does not open, and stayed as it was',
        details: { unopened: [{ table, column: 'linearApiKey', id: row?.['id'], code: 'DECRYPTION_FAILED' }] },
      });
    }
    expect(rowsOf(await keys('list'))).toEqual([3, 0, 1]);
    expect(await engine.sql(box, `SELECT linearApiKey AS sealed FROM ${table}`)).toEqual([{ sealed: altered }]);
    expect(await refused(box.run('key', 'remove', old?.kid ?? '', '--json'))).toMatchObject({ status: 6 });
    await done(box.run('ticket', 'remove', 'board', '--yes'));
    expect(rowsOf(await keys('remove', old?.kid ?? ''))).toEqual([2, 0]);
  });

  test('without the key of the values it makes none that seals nothing, and says which one is missing', async () => {
    const [old] = await keys('list');
    const other = { INTEGRATIONS_CONFIG_DIR: join(box.root, 'other'), INTEGRATIONS_TENANT: 'Acme' };
    const empty = box.runWith({ env: other }, 'key', 'rotate', '--json');
    expect(await refused(empty)).toMatchObject({ status: 4, code: 'KEY_UNAVAILABLE' });
    const ring = JSON.stringify({ keys: [{ kty: 'oct', kid: 'other', k: Buffer.alloc(32, 7).toString('base64url') }] });
    const foreign = box.runWith({ env: { INTEGRATIONS_KEYRING: ring } }, 'key', 'rotate', '--json');
    const message = expect.stringContaining(String(old?.kid));
    expect(await refused(foreign)).toMatchObject({ status: 4, code: 'KEY_UNAVAILABLE', message });
    expect(rowsOf(await keys('list'))).toEqual([old?.rows]);
  });

  describe('a ring that the environment gives', () => {
    test('is never switched: the message says what to do instead', async () => {
      const env = { INTEGRATIONS_KEYRING_FILE: ringPath() };
      const ring = readFileSync(ringPath(), 'utf8');
      for (const flags of [[], ['--dry-run']]) {
        const refusal = await refused(box.runWith({ env }, 'key', 'rotate', ...flags, '--json'));
        expect(refusal).toMatchObject({
          status: 6,
          code: 'CONFLICT',
          message: expect.stringMatching(
            /^the keys come from INTEGRATIONS_KEYRING_FILE .*, which is not ours to change$/,
          ),
          details: { steps: { length: 5 } },
        });
      }
      expect(readFileSync(ringPath(), 'utf8')).toBe(ring);
      const removal = await refused(box.runWith({ env }, 'key', 'remove', 'any', '--json'));
      expect(removal).toMatchObject({ status: 6, message: expect.stringContaining('not ours to change') });
    });

    test('whose first key is new seals everything anew under that one: the steps that the message names', async () => {
      const given = readFileSync(ringPath(), 'utf8');
      const machine = (ring: string) => ({ INTEGRATIONS_KEYRING: ring });
      // On one machine, without the variable, in a configuration of its own.
      const env = { INTEGRATIONS_CONFIG_DIR: join(box.root, 'aside'), RING: given };
      const aside = async (...args: string[]) => done(box.runWith({ env }, 'key', ...args));
      await aside('import', 'env:RING');
      await aside('add');
      const opens = (await aside('export', '--yes')).stdout;
      const [old, added] = JSON.parse(opens).keys.map(({ kid }: { kid: string }) => kid);
      expect((await reveal('scm', 'code', machine(opens))).accessToken).toBe(token);
      await aside('activate', added);
      const seals = (await aside('export', '--yes')).stdout;

      const rotated = await done(box.runWith({ env: machine(seals) }, 'key', 'rotate', '--json'));
      expect(rotated.json()).toMatchObject([
        { kid: added, active: true, rows: 4 },
        { kid: old, rows: 0 },
      ]);
      // A machine that has the first of the two rings still opens everything.
      expect((await reveal('scm', 'code', machine(opens))).accessToken).toBe(token);
      const [only] = JSON.parse(seals).keys;
      expect((await reveal('scm', 'code', machine(JSON.stringify({ keys: [only] })))).accessToken).toBe(token);
    });
  });

  test('a command that waits for an answer meanwhile stores it, but not under a key that is gone', async () => {
    const [old] = await keys('list');
    const asked = ['ticket', 'rotate', 'board', '--no-verify'];
    const [first, second] = [1, 2].map(() => openTerminal(asked, { env: box.env, cwd: box.root }));
    for (const terminal of [first, second]) await terminal?.waitFor(/API key/, 20_000);
    await keys('rotate');
    first?.answer('lin_api_answered0answered0answered0answ');
    expect(await first?.exit, first?.transcript).toBe(0);
    expect(rowsOf(await keys('list'))).toEqual([2, 2]);
    expect(await refused(box.run('key', 'remove', old?.kid ?? '', '--json'))).toMatchObject({ status: 6 });
    await keys('rotate');
    await keys('remove', old?.kid ?? '');
    second?.answer('lin_api_toolate00toolate00toolate00tool');
    expect(await second?.exit, second?.transcript).toBe(6);
    expect((await reveal('ticket', 'board')).linearApiKey).toBe('lin_api_answered0answered0answered0answ');
    expect(rowsOf(await keys('list'))).toEqual([4]);
  });

  test('shows how far it has come', async () => {
    const terminal = openTerminal(['key', 'rotate'], { env: box.env, cwd: box.root });
    expect(await terminal.exit).toBe(0);
    expect(terminal.transcript).toMatch(/\[[#-]{20}\] \d of 3/);
  });
});
