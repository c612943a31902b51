import { beforeEach, describe, expect, test } from 'vitest';
import type { Preparation, Prepared } from '../../../src/app/manifest/prepare.ts';
import { startRecording, startReview } from '../../../src/app/manifest/review.ts';
import { createKeyRing, newRingKey } from '../../../src/crypto/key-ring.ts';
import { createSealer } from '../../../src/crypto/seal.ts';
import type { Integration } from '../../../src/db/stores/codec.ts';
import type { PlanFile } from '../../../src/manifest/plan-file.ts';
import type { Credentials } from '../../../src/manifest/resolve-sources.ts';
import { documentOf, type Lists, linear, linearItem, stateOf, tokens } from '../manifest/plans.ts';

const ring = createKeyRing([newRingKey()]);
const deps = {
  keyRing: async () => ring,
  openers: async () => (tenantId: string) => createSealer(ring, tenantId),
};

const tenantOf = (id: string) => ({ id, displayName: id, createdAt: null });

/** A tenant as it is seen when it is planned, and the credentials of its manifest. */
async function seenOf(lists: Lists, rows: readonly Integration[], id = 'acme') {
  const { document, credentials } = await documentOf(lists);
  // Of what was prepared a review reads these three alone.
  const prepared = { tenant: tenantOf(id), document, state: stateOf(...rows) } as Prepared;
  return { prepared, credentials };
}

const preparationOf = (...seen: readonly { credentials: Credentials }[]): Preparation => ({
  credentials: new Map(seen.flatMap(({ credentials }) => [...credentials])),
  variables: [],
  tenants: () => Promise.reject(new Error('planned elsewhere')) as never,
});

async function recorded(lists: Lists, rows: readonly Integration[]): Promise<PlanFile> {
  const seen = await seenOf(lists, rows);
  const recording = await startRecording(deps, preparationOf(seen), true);
  recording.see(seen.prepared);
  return recording.file();
}

const lists = { tickets: [linearItem('board')] };
let file: PlanFile;
beforeEach(async () => {
  file = await recorded(lists, [linear('board')]);
});

/** Reviews what there is now against the plan. */
async function review(now: Lists, rows: readonly Integration[], { ids = ['acme'], prune = true } = {}) {
  const seen = await Promise.all(ids.map((id) => seenOf(now, rows, id)));
  const started = await startReview(deps, preparationOf(...seen), file, prune);
  for (const { prepared } of seen) started.see(prepared);
  return started;
}

describe('a plan that was reviewed', () => {
  test('is applied while all is as it was', async () => {
    const started = await review(lists, [linear('board')]);
    expect(started.refuseOther()).toBeUndefined();
  });

  test.each<[string, Lists, rows: readonly Integration[], ids: string[], message: RegExp]>([
    ['an item is another', { tickets: [linearItem('other')] }, [linear('board')], ['acme'], /manifest or one of its/],
    [
      'a credential is another',
      { tickets: [linearItem('board', { linearApiKey: `value:${tokens.linear('b')}` })] },
      [linear('board')],
      ['acme'],
      /manifest or one of its/,
    ],
    ['a row is another', lists, [linear('board', { linearTeamId: 'WEB' })], ['acme'], /what is stored of .*"acme"/],
    ['a row is gone', lists, [], ['acme'], /what is stored/],
    ['a tenant came', lists, [linear('board')], ['acme', 'other'], /manifest or one of its/],
    ['a tenant is gone', lists, [], [], /manifest or one of its/],
    ['a tenant is another', lists, [linear('board')], ['other'], /manifest or one of its/],
  ])('is refused where %s', async (_, now, rows, ids, message) => {
    const started = await review(now, rows, { ids });
    expect(() => started.refuseOther()).toThrow(message);
    expect(() => started.refuseOther()).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  });

  test('is refused within the transaction too', async () => {
    const started = await review(lists, [linear('board')]);
    const tenant = tenantOf('acme');
    expect(started.refuseChanged(tenant, stateOf(linear('board')))).toBeUndefined();
    expect(() => started.refuseChanged(tenant, stateOf())).toThrow(/what is stored/);
  });

  test('prunes where that was reviewed, and nowhere else', async () => {
    await expect(review(lists, [linear('board')], { prune: false })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('says nothing of a credential: each plan has digests of its own', async () => {
    const [first] = file.tenants;
    const [second] = (await recorded(lists, [linear('board')])).tenants;
    expect([first?.id, first?.manifest === second?.manifest, first?.stored === second?.stored]).toEqual([
      'acme',
      false,
      false,
    ]);
    expect(JSON.stringify(file)).not.toContain(tokens.linear('a'));
  });
});
