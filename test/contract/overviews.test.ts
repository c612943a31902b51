import { expect, test } from 'vitest';
import { readOverview, readOverviews } from '../../src/app/overview.ts';
import { tenantStore } from '../../src/db/stores/host.ts';
import { unresolvedIds } from '../../src/db/stores/runs.ts';
import { aRow, aRun, collect, tenantA, tenantB, workspace } from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';
import { listen } from '../support/explained.ts';

forEachEngine((engine) => {
  test('the overviews of all tenants are those of each, in as many queries for few as for many', async () => {
    const { a, b, database } = await workspace(engine);
    const deps = { database: async () => database };
    const { queries } = database;
    const scm = await a.scm.insert(aRow('scm'));
    const target = await a.target.insert(aRow('target'));
    await a.pipeline.insert(aRow('pipeline', { scmIntegrationId: scm.id, targetIntegrationId: target.id }));
    await b.ticket.insertMany([aRow('ticket'), aRow('ticket')]);
    await b.communication.insert(aRow('communication'));
    const statements: string[] = [];
    listen(({ sql }) => void statements.push(sql));
    const asked = async () => {
      statements.length = 0;
      const overviews = await collect(readOverviews(deps));
      return { overviews, count: statements.length };
    };
    const few = await asked();
    const more = Array.from({ length: 60 }, (_, at) => ({ id: `tenant-${at}`, displayName: `Tenant ${at}` }));
    await queries('tenants').insert(more);
    const many = await asked();
    expect(many.count).toBe(few.count);

    const tenants = await tenantStore(queries).list();
    expect(many.overviews.map(({ tenant: { id } }) => id)).toEqual(tenants.map(({ id }) => id));
    for (const tenant of tenants) {
      const own = many.overviews.find(({ tenant: { id } }) => id === tenant.id);
      expect(own).toEqual(await readOverview(deps, tenant));
    }
  });

  test('the unresolved runs of several tenants are told by tenant, of each at most so many', async () => {
    const { database } = await workspace(engine);
    const { queries } = database;
    const runs = [tenantA, tenantA, tenantB].map((tenantId) => aRun(tenantId, { state: 'unknown' }));
    await queries('tenant_integration_runs').insert([...runs, aRun(tenantB, { state: 'succeeded' })]);
    const one = await unresolvedIds(queries, [tenantA, tenantB], 1);
    expect([one.get(tenantA)?.length, one.get(tenantB)]).toEqual([1, [runs[2]?.['id']]]);
    const all = await unresolvedIds(queries, [tenantA], 100);
    expect([...all.keys()]).toEqual([tenantA]);
    expect(all.get(tenantA)?.toSorted()).toEqual([runs[0]?.['id'], runs[1]?.['id']]);
    const few = await unresolvedIds(queries, [tenantA, tenantB], 2);
    expect([few.get(tenantA)?.length, few.get(tenantB)?.length]).toEqual([2, 1]);
  });
});
