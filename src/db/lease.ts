import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { mysqlTableOptions } from '../../migrations/table.ts';
import { mayPass, repeat } from './repeat.ts';

const table = 'integrations_migrations_lease';
const leaseSeconds = 30;

/**
 * Does work that no other client of a cluster does at the same time. The locks of a cluster hold at one node only; a row
 * holds at all of them. Who dies leaves it until it ends.
 * @returns undefined where somebody else held it for all of `patienceMs`
 */
export async function withLease<T>(
  knex: Knex,
  patienceMs: number,
  work: () => Promise<T>,
): Promise<{ done: T } | undefined> {
  await repeat(() => makeTable(knex), mayPass);
  for (const deadline = Date.now() + patienceMs; !(await isTaken(knex)); await sleep(500)) {
    if (Date.now() > deadline) return undefined;
  }
  const renewal = setInterval(
    () => void holdFor(knex, leaseSeconds).catch(() => undefined),
    (leaseSeconds * 1_000) / 3,
  );
  try {
    return { done: await work() };
  } finally {
    clearInterval(renewal);
    await repeat(() => holdFor(knex, 0), mayPass).catch(() => undefined);
  }
}

async function makeTable(knex: Knex): Promise<void> {
  await knex.raw(
    `CREATE TABLE IF NOT EXISTS ${table} (id TINYINT PRIMARY KEY, heldUntil DATETIME NOT NULL) ${mysqlTableOptions}`,
  );
  await knex.raw(`INSERT IGNORE INTO ${table} VALUES (1, '2000-01-01')`);
}

/** Whether the lease is ours from now on. Where two take it at different nodes, the cluster refuses the second. */
async function isTaken(knex: Knex): Promise<boolean> {
  try {
    return (await holdFor(knex, leaseSeconds).where('heldUntil', '<=', knex.raw('UTC_TIMESTAMP()'))) === 1;
  } catch (error) {
    if (!mayPass(error)) throw error;
    return false;
  }
}

function holdFor(knex: Knex, seconds: number) {
  const heldUntil = knex.raw('UTC_TIMESTAMP() + INTERVAL ? SECOND', [seconds]);
  return knex(table).where({ id: 1 }).update({ heldUntil });
}

export async function isCluster(knex: Knex): Promise<boolean> {
  const [[row]] = await knex.raw("SHOW VARIABLES LIKE 'wsrep_on'");
  return row?.['Value'] === 'ON';
}
