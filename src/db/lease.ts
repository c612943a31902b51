import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { mysqlTableOptions } from '../../migrations/table.ts';
import { isTakenBack, mayPass, repeat } from './repeat.ts';

const table = 'integrations_migrations_lease';
const leaseSeconds = 30;

/**
 * Does work that no other client of a cluster does at the same time. The locks of a cluster hold at one node only; a row
 * holds at all of them. Who dies leaves it until it ends; the same holder may take it again.
 * @param work may ask whether it still holds it: who is stopped for long does not
 * @returns undefined where somebody else held it for all of `patienceMs`
 */
export async function withLease<T>(
  knex: Knex,
  { holder, patienceMs }: { holder: string; patienceMs: number },
  work: (isOurs: () => Promise<boolean>) => Promise<T>,
): Promise<{ done: T } | undefined> {
  const held = () => knex(table).where({ id: 1, holder });
  const holdFor = (seconds: number) => ({
    heldUntil: knex.raw('UTC_TIMESTAMP() + INTERVAL ? SECOND', [seconds]),
    holder,
  });
  const isOurs = async () =>
    (await held().where('heldUntil', '>', knex.raw('UTC_TIMESTAMP()')).first('id')) !== undefined;
  await makeTable(knex);
  const take = () =>
    knex(table)
      .where({ id: 1 })
      .where((row) => row.where({ holder }).orWhere('heldUntil', '<=', knex.raw('UTC_TIMESTAMP()')))
      .update(holdFor(leaseSeconds));
  for (const deadline = Date.now() + patienceMs; !(await isTaken(take)); await sleep(500)) {
    if (Date.now() > deadline) return undefined;
  }
  const renewal = setInterval(
    () =>
      void held()
        .update(holdFor(leaseSeconds))
        .catch(() => undefined),
    (leaseSeconds * 1_000) / 3,
  );
  try {
    return { done: await work(isOurs) };
  } finally {
    clearInterval(renewal);
    await repeat(() => held().update(holdFor(0)), mayPass).catch(() => undefined);
  }
}

async function makeTable(knex: Knex): Promise<void> {
  await knex.raw(
    `CREATE TABLE IF NOT EXISTS ${table} (id TINYINT PRIMARY KEY, heldUntil DATETIME NOT NULL, holder CHAR(36) NOT NULL) ${mysqlTableOptions}`,
  );
  await knex.raw(`INSERT IGNORE INTO ${table} VALUES (1, '2000-01-01', '')`);
}

/** Whether the lease is ours from now on. Where two take it at different nodes, the cluster refuses the second. */
async function isTaken(take: () => Promise<number>): Promise<boolean> {
  try {
    return (await take()) === 1;
  } catch (error) {
    if (!isTakenBack(error)) throw error;
    return false;
  }
}
