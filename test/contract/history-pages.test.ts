import { expect, test } from 'vitest';
import { historyTable } from '../../src/db/stores/history.ts';
import { type HistoryFilter, historyPages } from '../../src/db/stores/history-list.ts';
import { analyze, busy, seedHistory } from '../bench/seed.ts';
import { collect, workspace } from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';
import { flawsOf, type Statement } from '../support/explained.ts';

interface Line {
  id: string;
  occurredAt: string;
  tenantId: string;
  accountId: string;
  accountName: string;
  category: string;
  integrationId: string;
}

const filters: Record<string, HistoryFilter> = {
  'of all': {},
  'of a tenant': { tenantId: busy.tenant },
  'of a category': { category: 'scm' },
  'of a category in a tenant': { tenantId: busy.tenant, category: 'scm' },
  'of the account that does most': { account: busy.account },
  'of an account that does little': { account: 'rare@acme.test' },
  'of the busy account in a tenant': { tenantId: busy.tenant, account: busy.account },
  'of an account by its name in a tenant': { tenantId: busy.tenant, account: 'bench@acme.test' },
  'of an integration': { tenantId: busy.tenant, integrationIds: busy.integrations.slice(0, 1) },
  'of several integrations': { tenantId: busy.tenant, integrationIds: busy.integrations },
  'of several integrations by an account': {
    tenantId: busy.tenant,
    integrationIds: busy.integrations,
    account: busy.account,
  },
  'of none': { tenantId: busy.tenant, integrationIds: [] },
};

forEachEngine((engine) => {
  test('the history in pages is all of it, once, the newest first', async () => {
    const { database } = await workspace(engine);
    await seedHistory(database.queries, engine.name, 4_000);
    // A whole page of one second, as a large apply leaves it.
    await database
      .queries(historyTable)
      .where('id', '<', 'history_000001500')
      .update({ occurredAt: '2023-11-14 22:13:20' });
    const all: Line[] = (await database.queries(historyTable).select()).sort((a: Line, b: Line) =>
      `${a.occurredAt} ${a.id}` < `${b.occurredAt} ${b.id}` ? 1 : -1,
    );
    for (const [name, filter] of Object.entries(filters)) {
      const { tenantId, category, account, integrationIds } = filter;
      const wanted = all.filter(
        (line) =>
          (tenantId === undefined || line.tenantId === tenantId) &&
          (category === undefined || line.category === category) &&
          (account === undefined || [line.accountId, line.accountName].includes(account)) &&
          (integrationIds === undefined || integrationIds.includes(line.integrationId)),
      );
      expect(wanted.length > 0, name).toBe(name !== 'of none');
      const ids = (await collect(historyPages(database.queries, filter))).map(({ id }) => id);
      expect(ids, name).toEqual(wanted.map(({ id }) => id));
      const limited = await collect(historyPages(database.queries, { ...filter, limit: 700 }));
      expect(
        limited.map(({ id }) => id),
        name,
      ).toEqual(ids.slice(0, 700));
    }
  });

  test('a page is read from an index in its order, whatever is asked for', async () => {
    const { database } = await workspace(engine);
    const { queries } = database;
    await seedHistory(queries, engine.name, 20_000);
    await analyze(queries, engine.name);
    const asked: Statement[] = [];
    const note = (statement: Statement) => void asked.push(statement);
    queries.on('query', note);
    for (const filter of Object.values(filters)) await collect(historyPages(queries, { ...filter, limit: 1_100 }));
    queries.off('query', note);
    expect(asked.length).toBeGreaterThan(20);
    // Of a history that is short beside the page a server takes all, and sorts it.
    const judged = asked.filter(({ sql }) => engine.name === 'sqlite' || sql.includes(' where '));
    for (const each of judged) expect(await flawsOf(engine.name, queries, each), each.sql).toEqual([]);
  });
});
