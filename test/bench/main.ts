import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseServer, StartedDatabase } from '../support/database-server.ts';
import { startMariadb } from '../support/mariadb-server.ts';
import { startMysql } from '../support/mysql-server.ts';
import { type BenchEngine, fill, makeDatabase } from './databases.ts';
import { historyCost } from './history.ts';
import { listFarAway } from './latency.ts';
import { listAll, listPage, listTwenty } from './list.ts';
import { applyGrows, applyMany } from './manifest.ts';
import { holds, type Result } from './measure.ts';
import { rotateKeys } from './rotate-keys.ts';
import { atScale } from './scale.ts';
import { keptDatabase } from './scale-seed.ts';
import { sealing } from './seal.ts';
import { serving } from './serve.ts';
import { startup } from './startup.ts';
import { verifyThousand } from './verify.ts';

const engines = ['sqlite', 'mariadb', 'mysql'] as const;
const starters: Partial<Record<BenchEngine, (directory: string) => Promise<StartedDatabase>>> = {
  mariadb: startMariadb,
  mysql: startMysql,
};
const [first, ...more] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'integrations-bench-'));
try {
  const results = first === 'scale' ? await measureScale(more) : await measureAll(process.argv.slice(2));
  process.stderr.write(table(results));
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  process.exitCode = results.every(holds) ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** @param args how many rows, and the engines; a million and all of them where nothing is said */
async function measureScale(args: readonly string[]): Promise<Result[]> {
  const rows = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 1_000_000);
  const chosen = engines.filter((engine) => args.includes(engine));
  const results: Result[] = [];
  for (const engine of chosen.length > 0 ? chosen : engines) {
    const kept = await keptDatabase(engine, rows).catch((error: unknown) => notStarted(engine, error));
    if (!kept) continue;
    try {
      results.push(...(await atScale(kept, directory)));
    } finally {
      await kept.stop();
    }
  }
  return results;
}

/** A machine need not have every server. */
function notStarted(engine: BenchEngine, error: unknown): undefined {
  if (engine === 'sqlite') throw error;
  process.stderr.write(`${engine} is left out: ${error instanceof Error ? error.message : error}\n`);
}

/** All, or the groups and engines that are named. */
async function measureAll(named: readonly string[]): Promise<Result[]> {
  const groups = named.filter((name) => !isEngine(name));
  const isWanted = (group: string) => groups.length === 0 || groups.includes(group);
  const chosen = engines.filter((engine) => named.includes(engine) || !named.some(isEngine));
  const results: Result[] = [];
  if (isWanted('startup')) results.push(...(await startup()));
  if (isWanted('seal')) results.push(...(await sealing()));
  if (groups.length > 0 && groups.every((group) => ['startup', 'seal'].includes(group))) return results;
  for (const engine of chosen) {
    const server = await starters[engine]?.(join(directory, engine));
    try {
      results.push(...(await measureOn(engine, server, isWanted)));
    } finally {
      await server?.stop();
    }
  }
  return results;
}

function isEngine(name: string): boolean {
  return (engines as readonly string[]).includes(name);
}

async function measureOn(
  engine: BenchEngine,
  server: DatabaseServer | undefined,
  isWanted: (group: string) => boolean,
): Promise<Result[]> {
  const make = () => makeDatabase(engine, directory, server);
  const results: Result[] = [];
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
  if (isWanted('serve')) results.push(...(await serving(await make())));
  if (isWanted('history')) results.push(await historyCost(await make(), directory));
  return results;
}

function table(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.name,
    result.ours.toFixed(1),
    result.baseline.toFixed(1),
    `${result.ratio.toFixed(2)} x ${result.unit}`,
    `${result.atLeast ? 'at least' : 'at most'} ${result.limit}`,
    holds(result) ? 'ok' : 'MISSED',
    result.note ?? '',
  ]);
  const all = [['what', 'ours, ms', 'baseline, ms', 'ratio of medians', 'limit', '', ''], ...rows];
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
