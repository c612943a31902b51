import { beforeEach, describe, expect, test } from 'vitest';
import type { Database, Queries } from '../../src/db/queries.ts';
import { openBox } from '../support/builders.ts';
import { forEachServer } from '../support/engines.ts';

forEachServer((engine) => {
  /** Transactions that a real server takes back or breaks off. */
  describe('a transaction is run again', () => {
    let one: Database;
    let other: Database;

    beforeEach(async () => {
      const box = await engine.sandbox();
      [one, other] = [await openBox(box), await openBox(box)];
      await engine.sql(box, 'CREATE TABLE counters (id INT PRIMARY KEY, n INT NOT NULL)');
      await engine.sql(box, 'INSERT INTO counters VALUES (1, 0), (2, 0)');
    });

    const add = (queries: Queries, id: number) => queries('counters').where({ id }).increment('n');
    const counted = async () => (await one.queries('counters').orderBy('id')).map(({ n }: { n: number }) => n);

    test('after a deadlock', async () => {
      let runs = 0;
      let arrived = 0;
      let meet = () => {};
      const met = new Promise<void>((resolve) => {
        meet = resolve;
      });
      const crossing = (database: Database, first: number, second: number) =>
        database.transaction(async (queries) => {
          runs += 1;
          await add(queries, first);
          if (++arrived === 2) meet();
          await met;
          await add(queries, second);
        });
      await Promise.all([crossing(one, 1, 2), crossing(other, 2, 1)]);
      expect(await counted()).toEqual([2, 2]);
      expect(runs).toBe(3);
    });

    test('after its connection was ended', async () => {
      let runs = 0;
      await one.transaction(async (queries) => {
        runs += 1;
        await add(queries, 1);
        const [[row]] = await queries.raw('SELECT CONNECTION_ID() AS id');
        if (runs === 1) await engine.asAdmin(`KILL ${row.id}`);
        await add(queries, 2);
      });
      expect(runs).toBe(2);
      expect(await counted()).toEqual([1, 1]);
    });

    test('but not after an error of the work itself', async () => {
      let runs = 0;
      const failing = one.transaction(async (queries) => {
        runs += 1;
        await add(queries, 1);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(runs).toBe(1);
      expect(await counted()).toEqual([0, 0]);
    });
  });

  describe('a statement outside a transaction whose connection is ended', () => {
    let database: Database;
    let end: () => Promise<void>;

    beforeEach(async () => {
      const box = await engine.sandbox();
      database = await openBox(box);
      await engine.sql(box, 'CREATE TABLE counters (id INT PRIMARY KEY, n INT NOT NULL)');
      await engine.sql(box, 'INSERT INTO counters VALUES (1, 0)');
      const name = new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '').pathname.slice(1);
      const sleeping = "SELECT id AS id FROM information_schema.processlist WHERE db = ? AND info LIKE '%SLEEP(%'";
      end = async () => {
        await expect.poll(() => engine.asAdmin(sleeping, [name])).toHaveLength(1);
        const [row] = await engine.asAdmin(sleeping, [name]);
        await engine.asAdmin(`KILL ${row?.['id']}`);
      };
    });

    test('is sent again where it reads', async () => {
      const reading = database.queries('counters').select('n', database.queries.raw('SLEEP(0.5) AS slept'));
      const [rows] = await Promise.all([reading, end()]);
      expect(rows).toEqual([{ n: 0, slept: 0 }]);
    });

    test('fails where it writes', async () => {
      const n = database.queries.raw('n + 1 + SLEEP(0.5)');
      const writing = database.queries('counters').where({ id: 1 }).update({ n });
      await Promise.all([expect(writing).rejects.toThrow(), end()]);
      expect(await database.queries('counters').select('n')).toEqual([{ n: 0 }]);
    });
  });
});
