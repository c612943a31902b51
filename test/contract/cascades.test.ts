import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Sealed } from '../../src/crypto/seal.ts';
import { migrateDown, migrateUp } from '../../src/db/migrate.ts';
import type { Database } from '../../src/db/queries.ts';
import { areCascadesOvertaken, repairSchema } from '../../src/db/repair.ts';
import { missingParts } from '../../src/db/schema-parts.ts';
import { previousStore } from '../../src/db/stores/previous.ts';
import { aRow, aRun, storesIn, tenantA, tenantB, workspace } from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';

const ours = [
  'tenant_scm_integrations',
  'tenant_target_integrations',
  'tenant_pipeline_integrations',
  'tenant_communication_integrations',
  'tenant_ticket_integrations',
  'tenant_previous_credentials',
  'tenant_integration_runs',
];

/** By which their rows go with a tenant. */
const tenantKeys = [
  'fk_integrations_2_scm_tenant',
  'fk_integrations_2_target_tenant',
  'fk_integrations_1_pipeline_tenant',
  'fk_integrations_2_communication_tenant',
  'fk_integrations_2_ticket_tenant',
  'fk_integrations_2_previous_tenant',
  'fk_integrations_2_run_tenant',
];

/** One row of each table, the pipeline on the SCM and the target. */
async function fill(database: Database, tenantId: string): Promise<void> {
  const stores = storesIn(database.queries, tenantId);
  const scm = await stores.scm.insert(aRow('scm'));
  const target = await stores.target.insert(aRow('target'));
  await stores.pipeline.insert(aRow('pipeline', { scmIntegrationId: scm.id, targetIntegrationId: target.id }));
  await stores.communication.insert(aRow('communication'));
  await stores.ticket.insert(aRow('ticket'));
  await previousStore(database.queries, tenantId).keep(scm.id, 'sealed' as Sealed);
  await database.queries('tenant_integration_runs').insert(aRun(tenantId));
}

async function emptied(database: Database): Promise<void> {
  for (const table of ['tenant_pipeline_integrations', ...ours]) await database.queries(table).delete();
}

/** As the host does it. */
async function hostDeletes({ queries }: Database, tenantId: string): Promise<void> {
  await queries.raw(`DELETE FROM tenants WHERE id = '${tenantId}'`);
}

async function counts({ queries }: Database): Promise<number[]> {
  const counted: number[] = [];
  for (const table of ours) counted.push((await queries(table).select('id')).length);
  return counted;
}

async function isDeletedWhole(database: Database): Promise<void> {
  await emptied(database);
  // MySQL looks at the order of the keys anew when it reads the table again, as after a restart.
  if (database.engine === 'mysql') await database.queries.raw("ALTER TABLE tenants COMMENT = 'read again'");
  await fill(database, tenantA);
  await fill(database, tenantB);
  await hostDeletes(database, tenantA);
  expect(await counts(database)).toEqual(ours.map(() => 1));
  expect(await database.queries('tenants').pluck('id')).toEqual([tenantB]);
}

forEachEngine((engine) => {
  describe('the host deletes a tenant with everything in it by plain SQL', () => {
    test('of new tables', async () => {
      await isDeletedWhole((await workspace(engine)).database);
    });

    test('of tables that were taken back and made again', async () => {
      const { database } = await workspace(engine);
      while ((await migrateDown(database)) !== '20261127_6_pipeline');
      await migrateUp(database);
      await isDeletedWhole(database);
      await database.queries('tenants').insert({ id: tenantA, displayName: 'Acme' });
      while ((await migrateDown(database)) !== '20261127_2_scm');
      await migrateUp(database);
      await isDeletedWhole(database);
    });

    for (const lost of [
      ['tenant_scm_integrations'],
      ['tenant_target_integrations'],
      ['tenant_scm_integrations', 'tenant_target_integrations'],
      ['tenant_pipeline_integrations'],
      ['tenant_pipeline_integrations', 'tenant_scm_integrations'],
      ['tenant_communication_integrations', 'tenant_ticket_integrations', 'tenant_previous_credentials'],
    ]) {
      test(`after ${lost.join(' and ')} was lost and put back`, async () => {
        const { box, database } = await workspace(engine);
        await engine.unchecked(
          box,
          lost.map((table) => `DROP TABLE ${table}`),
        );
        expect((await repairSchema(database)).map(({ table }) => table).sort()).toEqual([...lost].sort());
        expect(await missingParts(database.queries)).toEqual([]);
        await isDeletedWhole(database);
      });
    }

    test('a pipeline whose SCM was lost with its table is kept as it is', async () => {
      const { box, database } = await workspace(engine);
      await fill(database, tenantA);
      const pipelines = await database.queries('tenant_pipeline_integrations').select('*');
      await engine.unchecked(box, ['DROP TABLE tenant_scm_integrations']);
      await repairSchema(database);
      expect(await database.queries('tenant_pipeline_integrations').select('*')).toEqual(pipelines);
      await hostDeletes(database, tenantA);
      expect(await counts(database)).toEqual(ours.map(() => 0));
    });

    if (engine.name === 'sqlite') return;

    const keys = {
      scm: 'ALTER TABLE tenant_scm_integrations DROP FOREIGN KEY fk_integrations_2_scm_tenant',
      target: 'ALTER TABLE tenant_target_integrations DROP FOREIGN KEY fk_integrations_2_target_tenant',
      pipeline: 'ALTER TABLE tenant_pipeline_integrations DROP FOREIGN KEY fk_integrations_1_pipeline_tenant',
      ticket: 'ALTER TABLE tenant_ticket_integrations DROP FOREIGN KEY fk_integrations_2_ticket_tenant',
      link: 'ALTER TABLE tenant_pipeline_integrations DROP FOREIGN KEY fk_integrations_1_pipeline_scm',
    } as const;

    for (const lost of [
      ['scm'],
      ['target'],
      ['pipeline'],
      ['link'],
      ['scm', 'pipeline'],
      ['scm', 'target', 'pipeline', 'ticket', 'link'],
    ] as const) {
      test(`after the keys of ${lost.join(', ')} were lost and put back`, async () => {
        const { database } = await workspace(engine);
        for (const key of lost) await database.queries.raw(keys[key]);
        await repairSchema(database);
        expect(await missingParts(database.queries)).toEqual([]);
        await isDeletedWhole(database);
      });
    }

    for (const [title, statement] of [
      ['was optimized', 'OPTIMIZE TABLE tenant_pipeline_integrations'],
      ['got a column of the host', 'ALTER TABLE tenant_pipeline_integrations ADD COLUMN note INT'],
      ['got an index of the host', 'ALTER TABLE tenant_pipeline_integrations ADD INDEX notes (updatedAt)'],
    ] as const) {
      test(`after the table of the pipelines ${title}, which \`db migrate\` mends where it did harm`, async () => {
        const { database } = await workspace(engine);
        await sleep(1_100);
        await database.queries.raw(statement);
        const isHarmed = engine.name === 'mysql';
        expect(await areCascadesOvertaken(database.queries)).toBe(isHarmed);
        expect((await repairSchema(database)).map(({ table }) => table)).toEqual(isHarmed ? ours.slice(0, 2) : []);
        expect(await areCascadesOvertaken(database.queries)).toBe(false);
        await isDeletedWhole(database);
      });
    }

    test("after the host's ids became of another type, and ours followed", async () => {
      const { box, database } = await workspace(engine);
      const type = 'VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL';
      await engine.unchecked(box, [
        ...ours.map((table, index) => `ALTER TABLE ${table} DROP FOREIGN KEY ${tenantKeys[index]}`),
        `ALTER TABLE tenants MODIFY id ${type}`,
      ]);
      await repairSchema(database);
      expect(await missingParts(database.queries)).toEqual([]);
      await isDeletedWhole(database);
    });
  });
});
