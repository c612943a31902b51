import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Integration } from '../../src/db/stores/codec.ts';
import { historyTable } from '../../src/db/stores/history.ts';
import { aRow, collect, storesIn, tenantA, workspace } from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';
import { workspace as acmeBox, done } from '../support/workspace.ts';

const many = 250;

forEachEngine((engine) => {
  async function filled() {
    const space = await workspace(engine);
    const rows = Array.from({ length: many }, () => aRow('communication', { slackChannels: ['#a'] }));
    await space.a.communication.insertMany(rows);
    const before: Integration[] = [];
    for (const { id } of rows) before.push((await space.a.communication.get(id)) as Integration);
    return { ...space, before };
  }

  test('changes many rows as it changes one, each with its line in the history', async () => {
    const { a, database, before } = await filled();
    const changes = before.map((row, index) => ({
      before: row,
      changes: {
        displayName: `renamed ${index} 'é🚀`,
        slackChannels: index % 3 === 0 ? null : [`#${index}`, '日本'],
        ...(index % 2 === 0 ? { isActive: false, credentialExpiresAt: `2027-01-01T00:00:${10 + (index % 50)}Z` } : {}),
      },
    }));
    const turns: string[] = [];
    database.queries.on('query', ({ sql }: { sql: string }) => turns.push(sql));
    await database.transaction((queries) => storesIn(queries, tenantA).communication.updateMany(changes));
    // Of each hundred: read and locked, written by the columns that change, told.
    expect(turns.filter((sql) => /^(select|update|insert)/i.test(sql)).length).toBeLessThanOrEqual(12);
    for (const { before: row, changes: given } of changes)
      expect(await a.communication.get(row.id)).toMatchObject({ isActive: true, ...given });
    const told = await database.queries(historyTable).whereNot('action', 'create');
    expect(told.map(({ integrationId }) => integrationId).sort()).toEqual(before.map(({ id }) => id).sort());
    expect(JSON.parse(told.find(({ integrationId }) => integrationId === before[1]?.id).fields)).toEqual([
      { name: 'displayName', before: before[1]?.displayName, after: "renamed 1 'é🚀" },
      { name: 'slackChannels', before: ['#a'], after: ['#1', '日本'] },
    ]);
  });

  test('names the one that is refused, and stores none', async () => {
    const { database, before } = await filled();
    const changes = before.map((row, index) => ({
      before: row,
      changes: { displayName: index === 120 ? String(before[200]?.displayName) : `renamed ${index}` },
    }));
    const written = database.transaction((queries) => storesIn(queries, tenantA).communication.updateMany(changes));
    await expect(written).rejects.toMatchObject({ code: 'CONFLICT', details: { id: before[200]?.id } });
    expect(
      await database.queries('tenant_communication_integrations').where('displayName', 'like', 'renamed%'),
    ).toEqual([]);
  });

  test('refuses all where one is not as it was read, and moves none elsewhere', async () => {
    const { a, b, database, before } = await filled();
    await a.communication.update(before[17] as Integration, { isActive: false });
    const changes = before.map((row) => ({ before: row, changes: { slackChannels: ['#b'] } }));
    for (const stores of [a, b])
      await expect(stores.communication.updateMany(changes)).rejects.toMatchObject({ code: 'CONFLICT' });
    const own = before
      .slice(20, 40)
      .map((row) => ({ before: row, changes: { tenantId: 'elsewhere', isActive: false } }));
    await database.transaction((queries) => storesIn(queries, tenantA).communication.updateMany(own));
    for (const { before: row } of own)
      expect(await a.communication.get(row.id)).toMatchObject({ isActive: false, slackChannels: ['#a'] });
  });

  test('removes many, and names the one that is in use', async () => {
    const { a, database, before } = await filled();
    await database.transaction((queries) => storesIn(queries, tenantA).communication.removeMany(before.slice(5)));
    expect(await collect(a.communication.list({}))).toHaveLength(5);
    expect(await database.queries(historyTable).where({ action: 'remove' })).toHaveLength(many - 5);

    const scms = [aRow('scm'), aRow('scm'), aRow('scm', { id: 'scm_used' })];
    await a.scm.insertMany(scms);
    const target = await a.target.insert(aRow('target'));
    await a.pipeline.insert(aRow('pipeline', { scmIntegrationId: 'scm_used', targetIntegrationId: target.id }));
    const all = await collect(a.scm.list({}));
    const removed = database.transaction((queries) => storesIn(queries, tenantA).scm.removeMany(all));
    await expect(removed).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('scm_used') });
    expect(await collect(a.scm.list({}))).toHaveLength(3);
  });

  describe('apply', () => {
    test('changes, removes and makes a hundred rows in 25 turns', async () => {
      const box = await acmeBox(engine);
      const items = (count: number, recipient: string) =>
        Array.from(
          { length: count },
          (_, at) =>
            `  - { name: n${at}, type: email, emailRecipients: [${recipient}], emailFromAddress: a@acme.test }`,
        );
      const applied = async (lines: readonly string[]) => {
        const path = join(box.root, 'manifest.yaml');
        writeFileSync(path, ['tenant: Acme', 'communication:', ...lines].join('\n'));
        const flags = ['--prune', '--max-delete', '100', '--yes', '--debug', '-q'];
        const { stderr } = await done(box.run('apply', '-f', path, ...flags));
        return stderr.split('\n').filter((line) => /^debug: (select|insert|update|delete|begin|commit)/i.test(line));
      };
      for (const lines of [items(100, 'a@acme.test'), items(100, 'b@acme.test'), items(1, 'b@acme.test')]) {
        const turns = await applied(lines);
        expect(turns.length, turns.join('\n')).toBeLessThanOrEqual(25);
        expect(turns.length).toBeGreaterThan(5);
      }
      expect((await done(box.run('communication', 'list', '--json'))).json()).toMatchObject([
        { displayName: 'n0', emailRecipients: ['b@acme.test'] },
      ]);
    });
  });
});
