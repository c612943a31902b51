import { expect, test } from 'vitest';
import { withLease } from '../../src/db/lease.ts';
import { exclusively } from '../../src/db/migrate.ts';
import { openBox } from '../support/builders.ts';
import { forEachServer } from '../support/engines.ts';

/* A migrator that was stopped for so long that another one has its place. */
forEachServer((engine) => {
  test('whoever lost the lock with its connection begins anew before the next step', async () => {
    const box = await engine.sandbox();
    const database = await openBox(box);
    let begun = 0;
    const done = await exclusively(database, async (knex, confirm) => {
      begun += 1;
      await confirm();
      if (begun === 1) {
        const [[{ id }]] = await knex.raw(
          "SELECT IS_USED_LOCK(LEFT(CONCAT('integrations_migrations/', SHA2(DATABASE(), 256)), 64)) AS id",
        );
        await engine.asAdmin(`KILL ${Number(id)}`);
      }
      await confirm();
      return 'done';
    });
    expect([done, begun]).toEqual(['done', 2]);
  });

  test('whoever lost the lease knows it', async () => {
    const box = await engine.sandbox();
    const { queries } = await openBox(box);
    const outcome = await withLease(queries, { holder: 'mine', patienceMs: 1_000 }, async (isOurs) => {
      const before = await isOurs();
      await engine.sql(box, "UPDATE integrations_migrations_lease SET holder = 'another'");
      return [before, await isOurs()];
    });
    expect(outcome).toEqual({ done: [true, false] });
    const [left] = await engine.sql(box, 'SELECT holder FROM integrations_migrations_lease');
    expect(left).toEqual({ holder: 'another' });
  });
});
