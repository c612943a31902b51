import { beforeAll, describe, expect, it } from 'vitest';
import { expectBetween } from '../../support/bounds.ts';
import type { Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { type Mishap, mishaps } from '../../support/provider-answers.ts';
import { fixtureOf } from '../../support/provider-fixtures.ts';
import { type Ids, populated, providerWorld, type World } from '../../support/provider-world.ts';
import { samples } from '../../support/samples.ts';
import { longAgo, putInto, storedById } from '../../support/stored.ts';
import { done, eachOf } from '../../support/workspace.ts';

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const keys =
  'id displayName category type outcome status previousStatus checks errorCode hint expiresAt account latencyMs tenantId tenantName';

interface Item {
  id: string;
  displayName: string;
  category: string;
  type: string;
  outcome: string;
  checks: { name: string; outcome: string; detail: string }[];
  expiresAt: string | null;
  latencyMs: number;
}

forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;
  let ids: Ids;

  beforeAll(async () => {
    world = await providerWorld();
    ({ box, ids } = await populated(engine, world));
  });

  async function verifyAll(status: number): Promise<Item[]> {
    const result = await box.run('verify', '--all-tenants', '--json', '--concurrency', '32', '--per-host', '32');
    expect(result.status, result.stderr).toBe(status);
    const items: Item[] = result.json();
    expect(items.map(({ id }) => id).sort()).toEqual(Object.values(ids).sort());
    return items;
  }

  it('valid: every item has its keys and values, and the verdict is stored', async () => {
    world.mishaps();
    await putInto(engine, box, { ...longAgo, verificationStatus: 'INVALID', verificationError: 'credential: no' });
    const began = Date.now();
    const items = await verifyAll(0);
    const shownById = Object.fromEntries(
      await eachOf(samples, async ({ category, provider }) => {
        const tenant = category === 'pipeline' ? 'Pipes' : 'Acme';
        const shown = (await done(box.run(category, 'show', provider, '--tenant', tenant, '--json'))).json();
        return [shown.id, shown];
      }),
    );
    for (const { category, provider } of samples) {
      const item = items.find(({ id }) => id === ids[provider]);
      const { checks, account, expiresAt } = fixtureOf(provider).valid;
      expect(Object.keys(item ?? {}).join(' ')).toBe(keys);
      const known = { displayName: provider, category, type: provider, account };
      const verdict = { outcome: 'valid', status: 'VALID', previousStatus: 'INVALID', errorCode: null, hint: null };
      expect(item, provider).toMatchObject({ ...known, ...verdict });
      expect(item?.checks.map(({ outcome }) => outcome).join(' '), provider).toBe(
        category === 'pipeline' ? `passed passed ${checks}` : checks,
      );
      const names = ['credential', 'resource', 'permission'];
      expect(item?.checks.map(({ name }) => name)).toEqual([
        ...(category === 'pipeline' ? ['scm', 'target'] : []),
        ...names,
      ]);
      for (const check of item?.checks ?? []) expect(check.detail).toMatch(/^[\w"'].*[^.]$/);
      expect(item?.expiresAt).toEqual(expiresAt === 'soon' ? expect.stringMatching(moment) : expiresAt);
      expect(item?.latencyMs).toBeLessThan(Date.now() - began);

      const shown = shownById[ids[provider] ?? ''];
      expect(shown, provider).toMatchObject({
        verificationStatus: 'VALID',
        verificationError: null,
        credentialExpiresAt: item?.expiresAt,
        updatedAt: longAgo.updatedAt,
      });
      expectBetween(began, Date.parse(shown.lastVerifiedAt));
    }
    expect(world.mailed).toEqual([]);
    const posts = world.server.requests.filter(({ method }) => method !== 'GET').map(({ path }) => path);
    expect(new Set(posts).size).toBe(5);
  });

  const outcomes = { EXPIRED: 'expired', RATE_LIMITED: 'undecided', UNREACHABLE: 'undecided' } as const;

  describe.each(Object.entries(mishaps))('%s', (errorCode, byProvider: Record<string, Mishap>) => {
    const outcome = outcomes[errorCode as keyof typeof outcomes] ?? 'invalid';
    const status = { expired: 'EXPIRED', undecided: 'VALID', invalid: 'INVALID' }[outcome];

    it(Object.keys(byProvider).join(', '), async () => {
      world.mishaps(...Object.values(byProvider));
      // A date that has passed makes a refusal an expiry, and never overrules an acceptance.
      const before = { ...longAgo, credentialExpiresAt: errorCode === 'EXPIRED' ? '2026-01-01T00:00:00Z' : null };
      await putInto(engine, box, before);
      const items = await verifyAll(outcome === 'undecided' ? 5 : 3);
      const stored = await storedById(engine, box);

      for (const item of items) {
        const { id, displayName, checks } = item;
        if (!(displayName in byProvider)) {
          expect(item, displayName).toMatchObject({ outcome: 'valid', status: 'VALID', errorCode: null });
          expect(stored[id]).toMatchObject({ verificationStatus: 'VALID', verificationError: null });
          continue;
        }
        expect(item, displayName).toMatchObject({ outcome, status, previousStatus: 'VALID', errorCode });
        expect(item, displayName).toMatchObject({ hint: expect.stringMatching(/\S/) });
        const broken = checks.filter((check) => check.outcome === 'failed' || check.outcome === 'undecided');
        expect(broken.map((check) => check.outcome)).toEqual([outcome === 'undecided' ? 'undecided' : 'failed']);
        if (outcome === 'undecided') expect(stored[id], displayName).toMatchObject(before);
        else {
          expect(stored[id], displayName).toMatchObject({
            verificationStatus: status,
            verificationError: `${broken[0]?.name}: ${broken[0]?.detail}`,
            lastVerifiedAt: expect.not.stringContaining('2026-01-02'),
            updatedAt: before.updatedAt,
          });
        }
      }
    });
  });
});
