import { expect, test } from 'vitest';
import { done } from '../support/workspace.ts';
import type { Cluster } from './cluster.ts';

/** The tables of a cluster, and how they are made. */
export function migrations(cluster: Cluster): void {
  const applied = async () => {
    const rows = await cluster.nodes[0].query(
      `SELECT name FROM \`${cluster.name}\`.integrations_migrations ORDER BY id`,
    );
    return rows.map(({ name }) => name);
  };

  test('make no table without a primary key, as a cluster needs it', async () => {
    const tables = await cluster.nodes[0].query(
      'SELECT t.TABLE_NAME AS name, t.ENGINE AS engine, COUNT(c.CONSTRAINT_NAME) AS keys_ FROM information_schema.TABLES t ' +
        "LEFT JOIN information_schema.TABLE_CONSTRAINTS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME AND c.CONSTRAINT_TYPE = 'PRIMARY KEY' " +
        'WHERE t.TABLE_SCHEMA = ? GROUP BY t.TABLE_NAME, t.ENGINE',
      [cluster.name],
    );
    expect(tables.length).toBeGreaterThan(8);
    expect(tables.filter(({ engine, keys_ }) => engine !== 'InnoDB' || Number(keys_) !== 1)).toEqual([]);
  });

  test('leave nothing that the doctor finds wrong', async () => {
    const checks: { id: string; severity: string }[] = (await done(cluster.box.run('doctor', '--json'))).json();
    expect(checks.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('that are begun at each node at once run once', async () => {
    const all = await applied();
    for (let round = 0; round < 3; round += 1) {
      await cluster.renew();
      const results = await Promise.all(
        cluster.nodes.map((node) => {
          const others = cluster.nodes.filter((each) => each !== node);
          return done(cluster.box.start(cluster.at(node, ...others), 'db', 'migrate', '--json').result);
        }),
      );
      const counts = results.map((result) => result.json().applied.length);
      expect(counts.sort()).toEqual([0, 0, all.length]);
      expect(await applied()).toEqual(all);
    }
  });

  test('wait for one that died until its lease ends', async () => {
    await cluster.renew();
    const lease = `\`${cluster.name}\`.integrations_migrations_lease`;
    await cluster.nodes[0].query(
      `CREATE TABLE ${lease} (id TINYINT PRIMARY KEY, heldUntil DATETIME NOT NULL, holder CHAR(36) NOT NULL)`,
    );
    await cluster.nodes[0].query(`INSERT INTO ${lease} VALUES (1, UTC_TIMESTAMP() + INTERVAL 4 SECOND, 'another')`);
    const started = Date.now();
    await done(cluster.box.run('db', 'migrate'));
    expect(Date.now() - started).toBeGreaterThan(2_500);
  });

  test('whose node is killed are finished at another', async () => {
    const all = await applied();
    await cluster.renew();
    const { result } = cluster.box.start({ timeout: 90_000 }, 'db', 'migrate', '--json');
    await expect.poll(() => applied().catch(() => []), { timeout: 20_000, interval: 10 }).not.toEqual([]);
    await cluster.nodes[0].kill();
    expect((await done(result)).json().applied).toEqual(all);
    await cluster.nodes[0].start();
    expect(await applied()).toEqual(all);
  });
}
