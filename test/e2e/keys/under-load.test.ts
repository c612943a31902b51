import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { categories } from '../../../src/core/category.ts';
import { Secret } from '../../../src/core/secret.ts';
import { type KeyRing, readKeyRing } from '../../../src/crypto/key-ring.ts';
import { createSealer } from '../../../src/crypto/seal.ts';
import type { Database } from '../../../src/db/queries.ts';
import { previousCredentials } from '../../../src/db/stores/previous.ts';
import { sealedCounts } from '../../../src/db/stores/sealed.ts';
import { openBox } from '../../support/builders.ts';
import type { Sandbox } from '../../support/cli.ts';
import { type Engine, forEachEngine } from '../../support/engines.ts';
import { done, workspace } from '../../support/workspace.ts';

const { table } = categories.scm;
const longAgo = '2020-01-02 03:04:05';

function ringOf(box: Sandbox): KeyRing {
  return readKeyRing(readFileSync(join(box.configDir, 'keyring.json'), 'utf8'), 'the ring');
}

const valueAt = (id: string, column: string) => `${column} of ${id}`;

/** A workspace with so many scm integrations of two credentials each, and previous ones of every tenth. */
async function filled(engine: Engine, count: number) {
  const box = await workspace(engine);
  const database = await openBox(box);
  const { queries } = database;
  const [tenant, account] = [await queries('tenants').first('id'), await queries('accounts').first('id')];
  const sealer = createSealer(ringOf(box), tenant.id);
  const seal = (into: string, column: string, id: string) =>
    sealer.seal(new Secret(valueAt(id, column), ['https://api.github.com']), { table: into, column, id });
  const ids = Array.from({ length: count }, (_, index) => `scm_${String(index).padStart(12, '0')}`);
  const rows = ids.map((id, index) => ({
    id,
    tenantId: tenant.id,
    scmType: 'GITHUB',
    displayName: `mobile ${index}`,
    organization: `acme-${index}`,
    repositoryUrl: `https://github.com/acme-${index}/mobile`,
    accessToken: seal(table, 'accessToken', id),
    refreshToken: seal(table, 'refreshToken', id),
    configuredByAccountId: account.id,
    updatedAt: longAgo,
  }));
  const previous = ids
    .filter((_, index) => index % 10 === 0)
    .map((id) => ({ id, tenantId: tenant.id, credentials: seal(previousCredentials.table, 'credentials', id) }));
  await queries.transaction(async (transaction) => {
    await transaction.batchInsert(table, rows, 100);
    await transaction.batchInsert(previousCredentials.table, previous, 100);
  });
  return { box, database, tenantId: String(tenant.id) };
}

/** Every value that is stored, opened with the ring as it is now, as `column of id` and what it is. */
async function openEverything(box: Sandbox, { queries }: Database, tenantId: string): Promise<Map<string, string>> {
  const sealer = createSealer(ringOf(box), tenantId);
  const values = new Map<string, string>();
  for (const [from, columns] of [
    [table, ['accessToken', 'refreshToken']],
    [previousCredentials.table, ['credentials']],
  ] as const) {
    for (const row of await queries(from).orderBy('id')) {
      for (const column of columns) {
        if (row[column] === null) continue;
        values.set(valueAt(row.id, column), sealer.open(row[column], { table: from, column, id: row.id }).reveal());
      }
    }
  }
  return values;
}

forEachEngine((engine) => {
  test('a rotation that is killed at any moment loses nothing, and goes on where it was', async () => {
    const { box, database, tenantId } = await filled(engine, 3_000);
    const last = `scm_${String(2_999).padStart(12, '0')}`;
    const first = async () => (await database.queries(table).orderBy('id').first()).accessToken;
    const expected = await openEverything(box, database, tenantId);
    expect(expected.size).toBe(6_300);
    let halves = 0;
    for (let kill = 0; kill < 6; kill += 1) {
      const before = await first();
      const { child, result } = box.start({ timeout: 60_000 }, 'key', 'rotate');
      const ended = result.then(() => true);
      // The first one is killed at any time, the others once they write.
      const isEarly = kill === 0;
      while (!isEarly && (await first()) === before && !(await Promise.race([ended, sleep(5)])));
      await sleep(Math.random() * (isEarly ? 400 : 120));
      child.kill('SIGKILL');
      await result;
      const counts = await sealedCounts(database.queries);
      if (counts.size > 1) halves += 1;
      const known = ringOf(box).kids;
      expect([...counts.keys()].filter((kid) => !known.includes(kid))).toEqual([]);
      expect(await openEverything(box, database, tenantId)).toEqual(expected);
      // What is left of a half stays at the end: the next one writes the first row only if it begins anew.
      if (counts.size > 1) await done(box.run('key', 'rotate', '-q'));
      expect((await database.queries(table).where({ id: last }).first()).updatedAt).toBe(longAgo);
    }
    expect(halves).toBeGreaterThan(0);
    await done(box.run('key', 'rotate', '-q'));
    const counts = await sealedCounts(database.queries);
    expect([...counts]).toEqual([[ringOf(box).active.kid, 6_300]]);
    expect(await openEverything(box, database, tenantId)).toEqual(expected);
    expect(await database.queries(table).whereNot({ updatedAt: longAgo })).toEqual([]);
  });

  test('while others write, nothing is lost, and a key that is removed seals nothing', async () => {
    const { box, database, tenantId } = await filled(engine, 1_500);
    const expected = await openEverything(box, database, tenantId);
    const refusals: string[] = [];
    let isOver = false;
    let written = 0;

    async function write(writer: number): Promise<void> {
      for (let round = 0; !isOver; round += 1) {
        const id = `scm_${String(writer * 400 + (round % 3) * 150).padStart(12, '0')}`;
        const [access, refresh] = [`ghp_${'w'.repeat(30)}${writer}${round}`, `ghr_${'w'.repeat(30)}${writer}${round}`];
        const verb = writer === 0 ? ['rotate', id, '--no-verify'] : ['update', id, '--name', `${id} ${round}`];
        const args = ['scm', ...verb, '--access-token', 'env:ACCESS', '--refresh-token', 'env:REFRESH', '--json'];
        const result = await box.runWith({ env: { ACCESS: access, REFRESH: refresh }, timeout: 60_000 }, ...args);
        if (result.status === 0) {
          expected.set(valueAt(id, 'accessToken'), access).set(valueAt(id, 'refreshToken'), refresh);
          written += 1;
        } else refusals.push(result.stderr);
      }
    }

    async function rotate(): Promise<number> {
      let removed = 0;
      for (let round = 0; round < 4; round += 1) {
        const rotated = await done(box.runWith({ timeout: 60_000 }, 'key', 'rotate', '--json'));
        for (const { kid, active } of rotated.json()) {
          if (active) continue;
          const removal = await box.runWith({ timeout: 60_000 }, 'key', 'remove', kid, '--json');
          if (removal.status === 0) removed += 1;
          else expect(removal.error()).toMatchObject({ code: 'CONFLICT', details: { kid } });
        }
      }
      return removed;
    }

    const writers = [0, 1, 2].map(write);
    const removed = await rotate().finally(() => {
      isOver = true;
    });
    await Promise.all(writers);
    expect(refusals.filter((text) => !text.includes('was removed meanwhile; nothing is stored'))).toEqual([]);
    expect([removed, written].every((count) => count > 0)).toBe(true);

    const opened = await openEverything(box, database, tenantId);
    const kept = ([place]: [string, string]) => !place.startsWith('credentials of');
    expect(new Map([...opened].filter(kept))).toEqual(new Map([...expected].filter(kept)));
    // What is left under an old key is found by the next rotation.
    await done(box.run('key', 'rotate', '-q'));
    for (const kid of ringOf(box).kids.slice(1)) await done(box.run('key', 'remove', kid, '-q'));
    expect(new Map([...(await openEverything(box, database, tenantId))])).toEqual(opened);
  });
});
