import { CompactEncrypt, compactDecrypt } from 'jose';
import { beforeEach, expect, test } from 'vitest';
import { categories, categoryList } from '../../src/core/category.ts';
import { Secret } from '../../src/core/secret.ts';
import { createKeyRing, newRingKey } from '../../src/crypto/key-ring.ts';
import { createSealer, deriveKey, type Sealed, type Slot, sealedUnder } from '../../src/crypto/seal.ts';
import type { SameCredential } from '../../src/db/stores/changed.ts';
import { previousCredentials, previousSlot, previousStore } from '../../src/db/stores/previous.ts';
import { countOthers, otherRows, storeSealedAnew } from '../../src/db/stores/reseal.ts';
import { renewedRows, resealPage, type Unopened } from '../../src/db/stores/reseal-page.ts';
import { sealedCounts, sealedTables } from '../../src/db/stores/sealed.ts';
import { storeVerdicts } from '../../src/db/stores/verdict.ts';
import { actor, aRow, storesIn, tenantA, tenantB, type Workspace, workspace } from '../support/builders.ts';
import { type Engine, forEachEngine } from '../support/engines.ts';

const [old, fresh, stranger] = [newRingKey(), newRingKey(), newRingKey()];
const before = (tenantId: string) => createSealer(createKeyRing([old]), tenantId);
const after = (tenantId: string) => createSealer(createKeyRing([fresh, old]), tenantId);
const longAgo = '2020-01-02 03:04:05';

const scmSlot = (id: string, column = 'accessToken'): Slot => ({ table: categories.scm.table, column, id });
const valueAt = ({ column, id }: Slot) => `${column} of ${id}`;
const sealedAt = (slot: Slot, tenantId = tenantA, sealer = before(tenantId)) =>
  sealer.seal(new Secret(valueAt(slot), []), slot);

/** A row of each table in both tenants, every credential set and sealed under the old key. */
async function fill({ database }: Workspace): Promise<Slot[]> {
  const slots: Slot[] = [];
  for (const tenantId of [tenantA, tenantB]) {
    const stores = storesIn(database.queries, tenantId);
    const put = async (name: 'scm' | 'target' | 'communication' | 'ticket' | 'pipeline', values = {}) => {
      const row = aRow(name, values);
      const { columns = [], table = '' } = sealedTables().find((each) => each.table === categories[name].table) ?? {};
      const own = columns.map((column): Slot => ({ table, column, id: row.id }));
      slots.push(...own);
      const sealed = Object.fromEntries(own.map((slot) => [slot.column, sealedAt(slot, tenantId)]));
      return stores[name].insert({ ...row, ...sealed });
    };
    const [scm, target] = [await put('scm'), await put('target')];
    await put('pipeline', { scmIntegrationId: scm.id, targetIntegrationId: target.id });
    await put('communication');
    await put('ticket');
    slots.push(previousSlot(scm.id));
    await previousStore(database.queries, tenantId).keep(scm.id, sealedAt(previousSlot(scm.id), tenantId));
  }
  for (const { table } of categoryList) await database.queries(table).update({ updatedAt: longAgo });
  return slots;
}

/** One pass over everything. */
async function pass({ database }: Workspace, sealer = after): Promise<{ stored: number; unopened: Unopened[] }> {
  const done = { stored: 0, unopened: [] as Unopened[] };
  for await (const page of otherRows(database.queries, fresh.kid)) {
    const resealed = resealPage(page, fresh.kid, sealer);
    done.stored += await storeSealedAnew(database, renewedRows(page, resealed), async () => undefined);
    done.unopened.push(...resealed.unopened);
  }
  return done;
}

forEachEngine((engine: Engine) => {
  let space: Workspace;
  const read = async ({ table, column, id }: Slot) =>
    (await space.database.queries(table).where({ id }).first())[column];

  beforeEach(async () => {
    space = await workspace(engine);
  });

  test('everything is sealed anew in its slot, and nothing else changes', async () => {
    const slots = await fill(space);
    const without = async () => {
      const { queries } = space.database;
      return Promise.all(
        sealedTables().map(async ({ table, columns }) =>
          (await queries(table).orderBy('id')).map((row) =>
            Object.entries(row).filter(([name]) => !columns.includes(name)),
          ),
        ),
      );
    };
    const rest = await without();
    expect(await countOthers(space.database.queries, fresh.kid)).toBe(12);
    expect(Object.fromEntries(await sealedCounts(space.database.queries))).toEqual({ [old.kid]: slots.length });

    expect(await pass(space)).toEqual({ stored: 12, unopened: [] });
    expect(await without()).toEqual(rest);
    expect(Object.fromEntries(await sealedCounts(space.database.queries))).toEqual({ [fresh.kid]: slots.length });
    for (const [index, slot] of slots.entries()) {
      const tenantId = index < slots.length / 2 ? tenantA : tenantB;
      const sealed = await read(slot);
      expect(sealedUnder(sealed)).toBe(fresh.kid);
      expect(after(tenantId).open(sealed, slot).reveal()).toBe(valueAt(slot));
      const key = new Uint8Array(deriveKey(fresh.key, tenantId));
      const { plaintext } = await compactDecrypt(sealed, key, { crit: { ctx: true, aud: true } });
      expect(new TextDecoder().decode(plaintext)).toBe(valueAt(slot));
    }

    expect(await pass(space)).toEqual({ stored: 0, unopened: [] });
    expect(await countOthers(space.database.queries, fresh.kid)).toBe(0);
  });

  test('what another program sealed is read by its header, whatever the order of its members', async () => {
    const rows = [aRow('scm'), aRow('scm')];
    for (const [index, row] of rows.entries()) {
      const { kid, key } = index === 0 ? old : fresh;
      const ctx = Object.values(scmSlot(row.id)).join('/');
      const accessToken = await new CompactEncrypt(new TextEncoder().encode('made elsewhere'))
        .setProtectedHeader({ ctx, kid, aud: [], crit: ['ctx', 'aud'], enc: 'A256GCM', alg: 'dir' })
        .encrypt(new Uint8Array(deriveKey(key, tenantA)), { crit: { ctx: true, aud: true } });
      await space.a.scm.insert({ ...row, accessToken });
    }
    const [first, second] = rows.map(({ id }) => scmSlot(id)) as [Slot, Slot];
    const untouched = await read(second);
    expect(await pass(space)).toEqual({ stored: 1, unopened: [] });
    expect(
      after(tenantA)
        .open(await read(first), first)
        .reveal(),
    ).toBe('made elsewhere');
    expect(await read(second)).toBe(untouched);
  });

  test('what does not open is told with its slot and left alone; what stands beside it is sealed anew', async () => {
    const rows = Array.from({ length: 5 }, () => aRow('scm'));
    const slots = rows.map(({ id }) => scmSlot(id)) as [Slot, Slot, Slot, Slot, Slot];
    const good = sealedAt(slots[0]);
    const broken = [
      `${good.slice(0, -8)}AAAAAAAA`,
      sealedAt(slots[0]),
      sealedAt(slots[2], tenantB),
      sealedAt(slots[3], tenantA, createSealer(createKeyRing([stranger]), tenantA)),
      'plain text é',
    ];
    for (const [index, row] of rows.entries()) {
      const refreshToken = sealedAt(scmSlot(row.id, 'refreshToken'));
      await space.a.scm.insert({ ...row, accessToken: broken[index] ?? '', refreshToken });
    }
    const { stored, unopened } = await pass(space);
    expect(stored).toBe(5);
    expect(unopened.map(({ slot }) => slot)).toEqual(slots);
    expect(unopened.map(({ code }) => code)).toEqual([
      'DECRYPTION_FAILED',
      'DECRYPTION_FAILED',
      'DECRYPTION_FAILED',
      'KEY_UNAVAILABLE',
      'DECRYPTION_FAILED',
    ]);
    expect(await Promise.all(slots.map(read))).toEqual(broken);
    for (const { id } of rows) expect(sealedUnder(await read(scmSlot(id, 'refreshToken')))).toBe(fresh.kid);
    expect(await pass(space)).toMatchObject({ stored: 0, unopened: { length: 5 } });
  });

  test('a row that changes while it is sealed anew keeps what it got, and the next pass has it', async () => {
    const rows = Array.from({ length: 3 }, () => aRow('scm'));
    for (const row of rows) await space.a.scm.insert({ ...row, accessToken: sealedAt(scmSlot(row.id)) });
    const [changed, renamed, gone] = rows.map(({ id }) => id) as [string, string, string];
    const newer = before(tenantA).seal(new Secret('newer', []), scmSlot(changed));
    for await (const page of otherRows(space.database.queries, fresh.kid)) {
      const stale = await space.a.scm.get(changed);
      if (stale) await space.a.scm.update(stale, { accessToken: newer });
      await space.database.queries(categories.scm.table).where({ id: renamed }).update({ displayName: 'renamed' });
      const doomed = await space.a.scm.get(gone);
      if (doomed) await space.a.scm.remove(doomed);
      const anew = renewedRows(page, resealPage(page, fresh.kid, after));
      const stored = await storeSealedAnew(space.database, anew, async () => undefined);
      expect(stored).toBeLessThan(3);
    }
    expect(await read(scmSlot(changed))).toBe(newer);
    await pass(space);
    expect(
      after(tenantA)
        .open(await read(scmSlot(changed)), scmSlot(changed))
        .reveal(),
    ).toBe('newer');
    expect(await space.a.scm.get(renamed)).toMatchObject({ displayName: 'renamed' });
    expect(await space.a.scm.get(gone)).toBeUndefined();
    expect(Object.fromEntries(await sealedCounts(space.database.queries))).toEqual({ [fresh.kid]: 2 });
  });

  test('a batch that is refused is stored not at all', async () => {
    const slots = await fill(space);
    for await (const page of otherRows(space.database.queries, fresh.kid)) {
      const rows = renewedRows(page, resealPage(page, fresh.kid, after));
      const refused = storeSealedAnew(space.database, rows, () => Promise.reject(new Error('refused')));
      await expect(refused).rejects.toThrow('refused');
    }
    expect(Object.fromEntries(await sealedCounts(space.database.queries))).toEqual({ [old.kid]: slots.length });
  });

  test('values of the greatest length fit their statements', async () => {
    const long = 'x'.repeat(32 * 1024);
    const rows = Array.from({ length: 60 }, () => aRow('scm'));
    for (const row of rows) {
      const seal = (column: string) => before(tenantA).seal(new Secret(long, []), scmSlot(row.id, column));
      await space.a.scm.insert({ ...row, accessToken: seal('accessToken'), refreshToken: seal('refreshToken') });
    }
    expect(await pass(space)).toEqual({ stored: 60, unopened: [] });
    const { id } = rows[59] ?? { id: '' };
    expect(
      after(tenantA)
        .open(await read(scmSlot(id)), scmSlot(id))
        .reveal(),
    ).toBe(long);
  });

  test('a row that was only sealed anew since it was read is as it was read', async () => {
    const same: SameCredential = async (tenantId, slot, [was, is]) =>
      after(tenantId).open(was, slot).equals(after(tenantId).open(is, slot));
    const row = aRow('scm');
    const read = await space.a.scm.insert({ ...row, accessToken: sealedAt(scmSlot(row.id)) });
    await pass(space);

    await expect(space.a.scm.update(read, { isActive: false })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { changed: ['accessToken'] },
    });
    const decided = {
      category: categories.scm,
      row: read,
      uses: {},
      status: 'VALID',
      reason: null,
      expiresAt: null,
    } as const;
    const record = (telling?: SameCredential) =>
      storeVerdicts(space.database.queries, [{ ...decided, decidedAt: new Date() }], telling);
    expect([...(await record()).keys()]).toEqual([row.id]);
    expect([...(await record(same)).keys()]).toEqual([]);

    const verified = { ...((await space.a.scm.get(row.id)) ?? read), accessToken: read['accessToken'] ?? null };
    const stores = storesIn(space.database.queries, tenantA, actor, { same });
    const updated = await stores.scm.update(verified, { isActive: false });
    expect(sealedUnder(String(updated['accessToken']))).toBe(fresh.kid);

    // Another credential under another key is another credential.
    const other = after(tenantA).seal(new Secret('other', []), scmSlot(row.id));
    await space.database.queries(categories.scm.table).where({ id: row.id }).update({ accessToken: other });
    const stale = { ...updated, accessToken: read['accessToken'] ?? null };
    await expect(stores.scm.update(stale, { isActive: true })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect([...(await record(same)).keys()]).toEqual([row.id]);
  });

  test('previous credentials belong to one tenant, and go with their integration', async () => {
    await fill(space);
    const [id] = (await space.database.queries(categories.scm.table).where({ tenantId: tenantA })).map((row) => row.id);
    const kept = await space.a.scm.previous(id);
    expect(before(tenantA).open(String(kept), previousSlot(id)).reveal()).toBe(valueAt(previousSlot(id)));
    expect(() => before(tenantB).open(String(kept), previousSlot(id))).toThrow(/another tenant/);
    expect(await space.b.scm.previous(id)).toBeUndefined();
    expect(await previousStore(space.database.queries, tenantB).forget([id])).toBe(false);
    await expect(previousStore(space.database.queries, tenantB).keep(id, 'sealed' as Sealed)).rejects.toThrow();
    expect(await space.a.scm.previous(id)).toBe(kept);

    const next = sealedAt(previousSlot(id));
    await previousStore(space.database.queries, tenantA).keep(id, next);
    expect(await space.a.scm.previous(id)).toBe(next);
    expect(await previousStore(space.database.queries, tenantA).forget([id])).toBe(true);
    expect(await previousStore(space.database.queries, tenantA).forget([id])).toBe(false);

    await previousStore(space.database.queries, tenantA).keep(id, next);
    await space.database.queries(categories.pipeline.table).where({ tenantId: tenantA }).delete();
    const doomed = await space.a.scm.get(id);
    if (doomed) await space.a.scm.remove(doomed);
    expect(await space.a.scm.previous(id)).toBeUndefined();
    expect(await space.database.queries(previousCredentials.table).select('tenantId')).toEqual([{ tenantId: tenantB }]);
    await space.database.queries('tenants').where({ id: tenantB }).delete();
    expect(await space.database.queries(previousCredentials.table)).toEqual([]);
  });
});
