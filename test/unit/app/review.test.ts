import { beforeEach, describe, expect, test } from 'vitest';
import type { Observer, Preparation } from '../../../src/app/manifest/prepare.ts';
import { startRecording, startReview } from '../../../src/app/manifest/review.ts';
import { categoryList } from '../../../src/core/category.ts';
import { createKeyRing, newRingKey } from '../../../src/crypto/key-ring.ts';
import { createSealer } from '../../../src/crypto/seal.ts';
import type { Integration } from '../../../src/db/stores/codec.ts';
import { digestsOf, type PlanFile } from '../../../src/manifest/plan-file.ts';
import type { Credentials } from '../../../src/manifest/resolve-sources.ts';
import { findProvider } from '../../../src/providers/index.ts';
import { documentOf, type Lists, linear, linearItem, stored, tokens } from '../manifest/plans.ts';

const ring = createKeyRing([newRingKey()]);
const deps = {
  keyRing: async () => ring,
  openers: async () => (tenantId: string) => createSealer(ring, tenantId),
};

const tenantOf = (id: string) => ({ id, displayName: id, createdAt: null });

/** What is planned of a tenant. */
async function givenOf(lists: Lists, rows: readonly Integration[], id = 'acme') {
  return { ...(await documentOf(lists)), rows, tenant: tenantOf(id) };
}

type Given = Awaited<ReturnType<typeof givenOf>>;

/** Reads what is stored as a plan does. */
async function digestOf(observer: Observer, { tenant, rows }: Pick<Given, 'tenant' | 'rows'>): Promise<string> {
  const digest = observer.digestOf(tenant);
  const watched = digest.watched(stored(...rows));
  for (const { name } of categoryList) for await (const page of watched(name)) expect(page).not.toEqual([]);
  return digest.end();
}

async function observe(observer: Observer, given: Given): Promise<void> {
  const { tenant, document } = given;
  observer.see({ tenant, document, digest: await digestOf(observer, given) });
}

const preparationOf = (...seen: readonly { credentials: Credentials }[]): Preparation => ({
  credentials: new Map(seen.flatMap(({ credentials }) => [...credentials])),
  variables: [],
  tenants: () => Promise.reject(new Error('planned elsewhere')) as never,
});

async function recorded(lists: Lists, rows: readonly Integration[]): Promise<PlanFile> {
  const given = await givenOf(lists, rows);
  const recording = await startRecording(deps, preparationOf(given), true);
  await observe(recording, given);
  return recording.file();
}

const lists = { tickets: [linearItem('board')] };
let file: PlanFile;
beforeEach(async () => {
  file = await recorded(lists, [linear('board')]);
});

/** Reviews what there is now against the plan. */
async function review(now: Lists, rows: readonly Integration[], { ids = ['acme'], prune = true } = {}) {
  const given = await Promise.all(ids.map((id) => givenOf(now, rows, id)));
  const started = await startReview(deps, preparationOf(...given), file, prune);
  for (const each of given) await observe(started, each);
  return started;
}

test('the digests are those of one JSON text, as plans have that were made before', async () => {
  const digest = (content: unknown) => digestsOf(ring, file)().update(JSON.stringify(content)).digest('base64url');
  const secret = ['secret', tokens.linear('a')];
  const entries = [
    ['linearApiKey', ['credential', secret]],
    ['linearTeamId', ['value', 'MOB']],
  ];
  const { fields } = findProvider('ticket', 'linear') ?? { fields: [] };
  const row = linear('board');
  expect(file.tenants).toEqual([
    {
      id: 'acme',
      manifest: digest([null, null, null, null, [['board', 'linear', null, entries]]]),
      stored: digest([
        [],
        [],
        [],
        [],
        [
          [
            row.id,
            'LINEAR',
            true,
            fields.map(({ name }) => (name === 'linearApiKey' ? ['sealed', row[name]] : row[name])),
          ],
        ],
      ]),
    },
  ]);
});

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
    const now = (...rows: readonly Integration[]) => digestOf(started, { tenant, rows });
    expect(started.refuseChanged(tenant, await now(linear('board')))).toBeUndefined();
    const other = await now();
    expect(() => started.refuseChanged(tenant, other)).toThrow(/what is stored/);
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
