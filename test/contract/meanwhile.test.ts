import { describe, expect, test } from 'vitest';
import { applyAll } from '../../src/app/manifest/apply.ts';
import { planAll, prepare } from '../../src/app/manifest/prepare.ts';
import { removalOf, remove } from '../../src/app/removal.ts';
import { openTenant } from '../../src/app/scope.ts';
import { type CategoryName, categories } from '../../src/core/category.ts';
import { aRow, collect, type Workspace, workspace } from '../support/builders.ts';
import { acme, depsFor } from '../support/deps.ts';
import { forEachEngine } from '../support/engines.ts';

/* What somebody else stores between what a person is shown and what is then done. */

forEachEngine((engine) => {
  const names = async ({ a }: Workspace, category: CategoryName) =>
    (await collect(a[category].list({}))).map(({ displayName }) => displayName).sort();

  describe('remove', () => {
    async function used() {
      const space = await workspace(engine);
      const scm = await space.a.scm.insert(aRow('scm', { displayName: 'code' }));
      const target = await space.a.target.insert(aRow('target'));
      const uses = { scmIntegrationId: scm.id, targetIntegrationId: target.id };
      const add = (displayName: string) => space.a.pipeline.insert(aRow('pipeline', { displayName, ...uses }));
      await add('seen');
      const scope = await openTenant(depsFor(space), acme);
      return { space, scope, add, removal: { category: categories.scm, row: scm } };
    }

    test('takes what it named, users first', async () => {
      const { space, scope, removal } = await used();
      const removals = await removalOf(scope, removal, { cascade: true });
      expect(removals.map(({ row }) => row.displayName)).toEqual(['seen', 'code']);
      await remove(scope, removals);
      expect([await names(space, 'scm'), await names(space, 'pipeline')]).toEqual([[], []]);
    });

    test('takes nothing where a user came meanwhile that nobody has seen, and names that one alone', async () => {
      const { space, scope, add, removal } = await used();
      const removals = await removalOf(scope, removal, { cascade: true });
      const { id } = await add('unseen');
      await expect(remove(scope, removals)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: 'the scm integration "code" is used by the pipeline "unseen"',
        details: { pipelines: [{ id, displayName: 'unseen' }] },
      });
      expect([await names(space, 'scm'), await names(space, 'pipeline')]).toEqual([['code'], ['seen', 'unseen']]);
    });

    test('takes nothing that is in use where no cascade was asked for', async () => {
      const { scope, removal } = await used();
      await expect(removalOf(scope, removal, { cascade: false })).rejects.toMatchObject({
        code: 'CONFLICT',
        hint: expect.stringContaining('--cascade'),
      });
    });
  });

  describe('apply --prune', () => {
    async function pruning() {
      const space = await workspace(engine);
      const add = (displayName: string) =>
        space.a.ticket.insert(aRow('ticket', { ticketSystemType: 'LINEAR', displayName }));
      await add('counted');
      const deps = depsFor(space);
      const text = `tenant: Acme\ntickets: []\n`;
      const position = (offset: number) => ({ line: 1, column: offset + 1 });
      const origin = { file: '<stdin>', index: 0, position, folder: '/', isStdin: true, values: { left: 1_000 } };
      const preparation = await prepare(deps, {
        texts: [{ ...origin, text }],
        problems: [],
        sources: { env: {}, allowOutside: false },
        envPrefix: undefined,
        prune: true,
        tenant: undefined,
      });
      const planned = await planAll(deps, preparation);
      const apply = async () => [
        ...(await applyAll(deps, planned, { review: undefined, isShown: false, parallel: 1 })).values(),
      ];
      return { space, add, apply };
    }

    test('deletes what was counted', async () => {
      const { space, apply } = await pruning();
      const [outcome] = await apply();
      expect(outcome?.error).toBeUndefined();
      expect(await names(space, 'ticket')).toEqual([]);
    });

    test('deletes nothing where there is more to delete now than when it was counted', async () => {
      const { space, add, apply } = await pruning();
      await add('came meanwhile');
      const [outcome] = await apply();
      expect(outcome?.error).toMatchObject({
        code: 'CONFLICT',
        message: 'there is more to delete now than when it was counted',
      });
      expect(await names(space, 'ticket')).toEqual(['came meanwhile', 'counted']);
    });

    test('deletes what is left where somebody else has deleted some of it', async () => {
      const { space, apply, add } = await pruning();
      const [row] = await collect(space.a.ticket.list({}));
      await space.a.ticket.remove(row as never);
      const [outcome] = await apply();
      expect(outcome?.error).toBeUndefined();
      expect(outcome?.changes).toEqual([]);
      await add('new');
      expect(await names(space, 'ticket')).toEqual(['new']);
    });
  });
});
