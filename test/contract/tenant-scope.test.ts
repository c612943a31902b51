import { expect, test } from 'vitest';
import { categories } from '../../src/core/category.ts';
import { glanceByCategory, listCategory } from '../../src/db/stores/list.ts';
import { storeVerdicts } from '../../src/db/stores/verdict.ts';
import { aRow, tenantA, tenantB, workspace } from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';

forEachEngine((engine) => {
  test('what a rotation replaced is read and forgotten by its own tenant alone', async () => {
    const { a, b, database } = await workspace(engine);
    const row = await a.scm.insert(aRow('scm'));
    await database
      .queries('tenant_previous_credentials')
      .insert({ id: row.id, tenantId: tenantA, credentials: 'kept' });
    expect([await b.scm.previous(row.id), await b.scm.forgetPrevious(row)]).toEqual([undefined, false]);
    expect(await a.scm.previous(row.id)).toBe('kept');
    expect([await a.scm.forgetPrevious(row), await a.scm.previous(row.id)]).toEqual([true, undefined]);
  });

  test('an overview has the rows of its own tenant alone', async () => {
    const { a, b, database } = await workspace(engine);
    const [own] = [await a.ticket.insert(aRow('ticket')), await b.ticket.insert(aRow('ticket'))];
    const listed = async (tenantId: string) =>
      (await listCategory(database.queries, tenantId, categories.ticket)).map(({ id }) => id);
    expect(await listed(tenantA)).toEqual([own.id]);
    expect(await listed(tenantB)).not.toContain(own.id);
    const glanced = await glanceByCategory(database.queries, tenantA);
    expect(glanced.ticket.map(({ id }) => id)).toEqual([own.id]);
  });

  test('a verdict about a row that is gone is left out, and said to be', async () => {
    const { a, database } = await workspace(engine);
    const row = await a.scm.insert(aRow('scm'));
    await a.scm.remove(row);
    const decision = { uses: {}, status: 'VALID', reason: null, expiresAt: null, decidedAt: new Date() } as const;
    const left = await database.transaction((queries) =>
      storeVerdicts(queries, [{ ...decision, category: categories.scm, row }]),
    );
    expect([...left]).toEqual([[row.id, undefined]]);
  });
});
