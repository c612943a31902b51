import { describe, expect, test } from 'vitest';
import type { Deps } from '../../src/app/deps.ts';
import { inTenant } from '../../src/app/scope.ts';
import { categories } from '../../src/core/category.ts';
import { AppError } from '../../src/core/error.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Integration, ListedIntegration } from '../../src/db/stores/codec.ts';
import { historyPages } from '../../src/db/stores/history-list.ts';
import { sealNew, sealValues } from '../../src/db/stores/sealed-row.ts';
import { type Decision, storeVerdicts } from '../../src/db/stores/verdict.ts';
import type { WritableStores } from '../../src/db/stores/writable-stores.ts';
import { github } from '../../src/providers/github/index.ts';
import { githubActions } from '../../src/providers/github-actions/index.ts';
import { account, actor, aRow, collect, type Workspace, workspace } from '../support/builders.ts';
import { acme, depsFor, sealer } from '../support/deps.ts';
import { forEachEngine } from '../support/engines.ts';

const valid = { uses: {}, status: 'VALID', reason: null, expiresAt: null, decidedAt: new Date() } as const;
const values = {
  displayName: 'mobile',
  organization: 'acme',
  repositoryUrl: 'https://github.com/acme/mobile',
  accessToken: new Secret('ghp_one'),
};
const newRow = (id = 'scm_1') => sealNew(github, { id, accountId: account, values }, sealer);

const write = <T>(deps: Deps, work: (stores: WritableStores) => Promise<T>) =>
  inTenant(deps, { tenant: acme, actor }, work);

test('what is not sealed is no value of a sealed column', () => {
  expect(() => sealValues(github, { id: 'scm_1' }, { accessToken: 'ghp_plain' }, sealer)).toThrow(/stored sealed/);
  expect(() => sealValues(github, { id: 'scm_1' }, { accessToken: new Secret('ghp_one') }, undefined)).toThrow(
    /stored sealed/,
  );
  expect(() => sealValues(github, { id: 'scm_1' }, { organization: new Secret('acme') }, sealer)).toThrow(
    /no credentials/,
  );
  expect(sealValues(github, { id: 'scm_1' }, { refreshToken: null }, undefined)).toEqual({ refreshToken: null });
});

test('a status is observed, and given by nobody', () => {
  for (const column of ['verificationStatus', 'lastVerifiedAt', 'verificationError'])
    expect(() => sealValues(github, { id: 'scm_1' }, { [column]: 'VALID' }, sealer)).toThrow(/observed/);
});

test('the types refuse what goes round the sealer, and a listed row for a whole one', () => {
  const compiled = (stores: WritableStores, whole: Integration, listed: ListedIntegration) => [
    // @ts-expect-error a row that was not sealed
    () => stores.scm.insert({ id: 'scm_1', displayName: 'mobile', accessToken: 'plain' }),
    // @ts-expect-error changes that were not sealed
    () => stores.scm.update(whole, { accessToken: 'plain' }),
    // @ts-expect-error not even those without a credential: only sealValues tells which these are
    () => stores.scm.update(whole, { isActive: false }),
    // @ts-expect-error a credential that stands as `true` cannot be compared with what is stored
    () => stores.scm.update(listed, sealValues(github, { id: 'scm_1' }, {}, undefined)),
    // @ts-expect-error previous credentials are only read outside of a change
    () => stores.scm.previous.keep('scm_1', 'plain'),
  ];
  expect(compiled).toBeTypeOf('function');
});

forEachEngine((engine) => {
  const told = async ({ database }: Workspace) =>
    (await collect(historyPages(database.queries, {}))).map(({ action }) => action).reverse();

  test('a change of what a check reads voids the verdict, and the history tells of it, whoever makes it', async () => {
    const space = await workspace(engine);
    const deps = depsFor(space);
    const made = await write(deps, (stores) => stores.scm.insert(newRow(), valid));
    expect(made).toMatchObject({ verificationStatus: 'VALID', lastVerifiedAt: expect.stringMatching(/Z$/) });
    const named = sealValues(github, made, { displayName: 'renamed' }, undefined);
    const renamed = await write(deps, (stores) => stores.scm.update(made, named));
    expect(renamed.verificationStatus).toBe('VALID');
    const other = sealValues(github, made, { accessToken: new Secret('ghp_two') }, sealer);
    const changed = await write(deps, (stores) => stores.scm.update(renamed, other));
    expect(changed).toMatchObject({
      verificationStatus: 'NOT_VERIFIED',
      lastVerifiedAt: null,
      verificationError: null,
    });
    expect(await told(space)).toEqual(['create', 'update', 'rotate']);
  });

  test('nothing is stored once the key that sealed it has left the ring', async () => {
    const space = await workspace(engine);
    const gone = depsFor(space, () => Promise.reject(new AppError('CONFLICT', 'the key was removed meanwhile')));
    await expect(write(gone, (stores) => stores.scm.insert(newRow()))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await space.a.scm.get('scm_1')).toBeUndefined();
    expect(await told(space)).toEqual([]);
  });

  describe('a verdict', () => {
    async function pipeline(space: Workspace) {
      const scm = await space.a.scm.insert(aRow('scm'));
      const target = await space.a.target.insert(aRow('target'));
      const links = { scmIntegrationId: scm.id, targetIntegrationId: target.id };
      const row = sealValues(
        githubActions,
        { id: 'pipeline_1' },
        aRow('pipeline', { id: 'pipeline_1', ...links }) as never,
        sealer,
      );
      const decision: Decision = { ...valid, uses: { scm, target } };
      return { scm, row: row as Parameters<WritableStores['pipeline']['insert']>[0], decision };
    }

    test('is stored with its row while all that it was reached with is stored', async () => {
      const space = await workspace(engine);
      const { row, decision } = await pipeline(space);
      const stored = await write(depsFor(space), (stores) => stores.pipeline.insert(row, decision));
      expect(stored.verificationStatus).toBe('VALID');
    });

    test('is left out where what a pipeline uses was changed meanwhile', async () => {
      const space = await workspace(engine);
      const { scm, row, decision } = await pipeline(space);
      await space.a.scm.update(scm, { accessToken: 'sealed anew' });
      const stored = await write(depsFor(space), (stores) => stores.pipeline.insert(row, decision));
      expect(stored).toMatchObject({ verificationStatus: 'NOT_VERIFIED', lastVerifiedAt: null });
    });

    test('is cut to what its column holds, whoever stores it', async () => {
      const space = await workspace(engine);
      const long = { ...valid, status: 'INVALID', reason: 'é'.repeat(3000) } as const;
      const row = await write(depsFor(space), (stores) => stores.scm.insert(newRow(), long));
      expect([...String(row.verificationError)]).toHaveLength(1024);
      const decided = [{ ...long, category: categories.scm, row }];
      await space.database.transaction((queries) => storeVerdicts(queries, decided));
      expect([...String((await space.a.scm.get(row.id))?.verificationError)]).toHaveLength(1024);
    });
  });
});
