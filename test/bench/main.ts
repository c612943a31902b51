import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariadb } from '../support/mariadb-server.ts';
import { startMysql } from '../support/mysql-server.ts';
import { fill, makeDatabase } from './databases.ts';
import { historyCost } from './history.ts';
import { listFarAway } from './latency.ts';
import { listAll, listPage, listTwenty } from './list.ts';
import { applyGrows, applyMany } from './manifest.ts';
import type { Result } from './measure.ts';
import { rotateKeys } from './rotate-keys.ts';
import { sealing } from './seal.ts';
import { startup } from './startup.ts';
import { verifyThousand } from './verify.ts';

const directory = mkdtempSync(join(tmpdir(), 'integrations-bench-'));
const servers = {
  mariadb: await startMariadb(join(directory, 'mariadb')),
  mysql: await startMysql(join(directory, 'mysql')),
};
try {
  const results = await measureAll();
  process.stderr.write(table(results));
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  process.exitCode = results.every(holds) ? 0 : 1;
} finally {
  await Promise.all([servers.mariadb.stop(), servers.mysql.stop()]);
  rmSync(directory, { recursive: true, force: true });
}

/** All, or the groups that the arguments name. */
async function measureAll(): Promise<Result[]> {
  const named = process.argv.slice(2);
  const isWanted = (group: string) => named.length === 0 || named.includes(group);
  const results: Result[] = [];
  if (isWanted('startup')) results.push(...(await startup()));
  if (isWanted('seal')) results.push(...(await sealing()));
  for (const engine of ['sqlite', 'mariadb', 'mysql'] as const) {
    const make = () => makeDatabase(engine, directory, servers);
    if (isWanted('latency') && engine !== 'sqlite') results.push(await listFarAway(await make()));
    if (isWanted('twenty')) results.push(await listTwenty(await make()));
    if (isWanted('list')) {
      const large = await make();
      await fill(large, 1_000_000);
      results.push(await listPage(await make(), large), ...(await listAll(large, directory)));
    }
    if (isWanted('verify')) results.push(...(await verifyThousand(await make(), directory)));
    if (isWanted('rotate')) results.push(await rotateKeys(await make(), await make(), directory));
    if (isWanted('apply')) results.push(...(await applyMany(await make(), directory, 10_000)));
    if (isWanted('growth')) results.push(await applyGrows(engine, make, directory));
    if (isWanted('history')) results.push(await historyCost(await make(), directory));
  }
  return results;
}

function holds({ ratio, limit, atLeast }: Result): boolean {
  return atLeast ? ratio >= limit : ratio <= limit;
}

function table(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.name,
    result.ours.toFixed(1),
    result.baseline.toFixed(1),
    `${result.ratio.toFixed(2)} x ${result.unit}`,
    `${result.atLeast ? 'at least' : 'at most'} ${result.limit}`,
    holds(result) ? 'holds' : 'MISSED',
  ]);
  const all = [['what', 'ours, ms', 'baseline, ms', 'ratio of medians', 'limit', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map(
      (row) =>
        `${row
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
