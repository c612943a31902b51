import { expect, test } from 'vitest';
import { examine } from '../support/doctor.ts';
import { mariadb, mysql, type ServerEngine } from '../support/engines.ts';
import { mysqlSession } from '../support/mysql.ts';
import { addSample, done, workspace } from '../support/workspace.ts';

/** A database goes from one server to the other as a dump takes it: each table as it is told, then its rows. */
for (const [from, to] of [
  [mysql, mariadb],
  [mariadb, mysql],
] as const) {
  test(`a dump of ${from.name} goes into ${to.name}, bookkeeping and all`, async () => {
    const box = await workspace(from);
    await done(box.run('tenant', 'add', '日本'));
    await addSample(box, 'github', 'code');
    await addSample(box, 'play-store', 'app');
    await addSample(box, 'jenkins', 'build 🚀');
    await addSample(box, 'slack', 'news');
    await addSample(box, 'jira', 'board');
    const shown = await done(box.run('export'));

    const target = await to.freshDatabase();
    await mysqlSession(target, ['SET foreign_key_checks = 0', ...(await statementsOf(from, box))]);
    const env = { INTEGRATIONS_DATABASE_URL: target.url, INTEGRATIONS_DATABASE_PASSWORD: target.password };
    expect((await done(box.runWith({ env }, 'db', 'migrate'))).stderr).toBe('The tables are up to date already.\n');
    expect((await examine(box, { env })).status).toBe(0);
    expect((await done(box.runWith({ env }, 'export'))).stdout).toBe(shown.stdout);
    await target.query("DELETE FROM tenants WHERE displayName = 'Acme'");
    expect(await target.query('SELECT id FROM tenant_pipeline_integrations')).toEqual([]);
  });
}

async function statementsOf(engine: ServerEngine, box: Awaited<ReturnType<typeof workspace>>): Promise<string[]> {
  const tables = await engine.sql(
    box,
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME',
  );
  const statements: string[] = [];
  for (const { name } of tables) {
    const [definition] = await engine.sql(box, `SHOW CREATE TABLE \`${name}\``);
    statements.push(String(Object.values(definition ?? {})[1]));
    for (const row of await engine.sql(box, `SELECT * FROM \`${name}\``)) {
      const columns = Object.keys(row).map((column) => `\`${column}\``);
      statements.push(
        `INSERT INTO \`${name}\` (${columns.join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')})`,
      );
    }
  }
  return statements;
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  return typeof value === 'number'
    ? String(value)
    : `'${String(value).replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}
