import { describe, expect, test } from 'vitest';
import { restricted } from '../../migrations/20261127_6_pipeline.ts';
import { addCascade, dropCascade } from '../../migrations/cascades.ts';
import { addTypes } from '../../migrations/table.ts';
import { type Category, categoryList } from '../../src/core/category.ts';
import { areCascadesOvertaken } from '../../src/db/repair.ts';
import { missingParts } from '../../src/db/schema-parts.ts';
import { aRow, type NewRow, tenantA, type Workspace, workspace } from '../support/builders.ts';
import { examine } from '../support/doctor.ts';
import { forEachEngine, kindOf } from '../support/engines.ts';

/** As the migration of a later provider does it. */
async function withDummies({ database }: Workspace): Promise<void> {
  const { queries } = database;
  for (const { table, typeColumn } of categoryList) await addTypes(queries, table, typeColumn, ['DUMMY']);
}

/** A row of a provider that this version does not have, as a later one would write it. */
async function dummyOf({ a }: Workspace, { name, typeColumn }: Category): Promise<NewRow> {
  if (name !== 'pipeline') return aRow(name, { [typeColumn]: 'DUMMY', tenantId: tenantA });
  const links = {
    scmIntegrationId: (await a.scm.insert(aRow('scm'))).id,
    targetIntegrationId: (await a.target.insert(aRow('target'))).id,
  };
  return aRow(name, { ...links, [typeColumn]: 'DUMMY', tenantId: tenantA });
}

forEachEngine((engine) => {
  for (const category of categoryList) {
    test(`${category.name}: a later provider's type is taken, refused in words by this version, and told by doctor`, async () => {
      const space = await workspace(engine);
      const row = await dummyOf(space, category);
      const { id } = row;
      const insert = async () => void (await space.database.queries(category.table).insert(row));
      if (kindOf(engine) === 'server') await expect(insert()).rejects.toThrow(/Data truncated/);
      await withDummies(space);
      await insert();
      const of = [id, '--tenant', 'Acme', '--account', 'ops@acme.test'];

      const message = expect.stringContaining(`(${id}) is of a type that this version does not know: "DUMMY"`);
      const refusal = { code: 'SCHEMA_OUTDATED', message, hint: expect.stringContaining(`remove ${id}`) };
      const shown = await space.box.run(category.name, 'show', ...of, '--json');
      expect([shown.status, shown.error()]).toEqual([4, expect.objectContaining(refusal)]);
      const listed = await space.box.run(category.name, 'list', '--tenant', 'Acme', '--json');
      expect([listed.status, listed.error()]).toEqual([4, expect.objectContaining(refusal)]);
      const { status, faults } = await examine(space.box);
      const finding = `1 ${category.noun} of a type that this version does not know: "DUMMY"`;
      expect([status, faults['types']]).toEqual([
        4,
        [expect.objectContaining({ severity: 'error', finding, count: 1, remedy: expect.stringContaining(id) })],
      ]);

      expect(await space.box.run(category.name, 'remove', ...of, '--yes')).toMatchObject({ status: 0 });
      expect((await examine(space.box)).faults['types']).toBeUndefined();
    });
  }

  describe('a table that takes more types', () => {
    test('is asked twice without harm, keeps its rows and what else it is, and the order of its cascades', async () => {
      const space = await workspace(engine);
      const { queries } = space.database;
      const scm = await space.a.scm.insert(aRow('scm'));
      for (const cascade of engine.name === 'sqlite' ? [] : restricted) await dropCascade(queries, cascade);
      await withDummies(space);
      await withDummies(space);
      for (const cascade of engine.name === 'sqlite' ? [] : restricted) await addCascade(queries, cascade);
      expect(await space.a.scm.get(scm.id)).toEqual(scm);
      expect([await missingParts(queries), await areCascadesOvertaken(queries)]).toEqual([[], false]);
      const none = aRow('ticket', { ticketSystemType: null });
      await expect(space.a.ticket.insert(none)).rejects.toThrow();
    });
  });
});
