import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { categories } from '../../src/core/category.ts';
import { links } from '../../src/core/links.ts';
import { openDatabase } from '../../src/db/database.ts';
import { readLocation, withPassword } from '../../src/db/location.ts';
import type { Database } from '../../src/db/queries.ts';
import { everWithId, type HistoryFilter, historyPages } from '../../src/db/stores/history-list.ts';
import { createIntegrationStore } from '../../src/db/stores/integration.ts';
import { wholePages } from '../../src/db/stores/list.ts';
import { median, type Result, timeNode } from './measure.ts';
import type { Kept } from './scale-seed.ts';
import { busy, seededTenant } from './seed.ts';

const bin = 'bin/integrations.cjs';
const flat = 250;
const held = 400;
const pageMs = 50;
const joinedPageMs = 40;

/** What a command took. */
interface Taken {
  ms: number;
  megabytes: number;
  /** Statements that the server was sent; undefined where there is no server. */
  turns: number | undefined;
}

/** Commands at a database with very many rows, each with its bar. */
export async function atScale(kept: Kept, directory: string): Promise<Result[]> {
  const { database } = kept;
  const results = [...(await listing(kept, directory)), ...(await ofOneTenant(kept, directory))];
  const opened = await openDatabase(
    withPassword(
      readLocation(database.env['INTEGRATIONS_DATABASE_URL'] ?? '', 'the bench'),
      database.env['INTEGRATIONS_DATABASE_PASSWORD'],
    ),
  );
  try {
    results.push(...(await askedDirectly(opened, kept)));
  } finally {
    await opened.close();
  }
  return results.map((result) => ({ ...result, name: `${database.engine}: ${result.name}` }));
}

/** What goes over all tenants, and so holds memory flat. */
async function listing(kept: Kept, directory: string): Promise<Result[]> {
  const taken = (line: string) => take(kept, directory, line);
  const results: Result[] = [];
  const some = 'pipeline list --all-tenants --limit 100000';
  const lines = await taken(`${some} -o jsonl`);
  const table = await taken(`${some} -o table`);
  results.push(compared('list -o table of 100,000', table, lines, 3, 'its jsonl'));
  for (const line of [
    'scm list --all-tenants -o jsonl',
    'scm list --all-tenants -o json',
    'scm list --all-tenants -o table',
    'export --all-tenants',
    'expiring --all-tenants --json',
  ])
    results.push(memory(line, await taken(line), flat));
  const joined = 'pipeline list --all-tenants --include scm,target -o jsonl';
  const all = await taken(joined);
  const pages = Math.max(1, kept.pipelines / kept.pageSize);
  results.push(memory(joined, all, flat), bar(`${joined}, a page`, all.ms / pages, joinedPageMs, 'ms'));
  return results;
}

/** What a tenant of a tenth of all rows takes, against one of a tenth of those. */
async function ofOneTenant(kept: Kept, directory: string): Promise<Result[]> {
  const results: Result[] = [];
  const [large, small] = [seededTenant('b', 0), seededTenant('c', 0)];
  for (const line of ['status --json', 'graph', 'export']) {
    const most = await take(kept, directory, `${line} --tenant ${large}`);
    const tenth = await take(kept, directory, `${line} --tenant ${small}`);
    results.push(compared(`${line} of a large tenant`, most, tenth, 12, 'a tenth'), memory(line, most, held));
  }
  const manifest = join(directory, 'exported.yaml');
  const planned = (tenant: string) => {
    const { env } = kept.database;
    const exported = { args: [bin, 'export', '--tenant', tenant], env };
    timeNode(exported, manifest);
    return take(kept, directory, `plan --no-credentials -f ${manifest}`);
  };
  const [most, tenth] = [await planned(large), await planned(small)];
  results.push(compared('plan of its export', most, tenth, 12, 'a tenth'), memory('plan of its export', most, held));
  return results;
}

/** In this process: what is asked of the database, and no start of a program. */
async function askedDirectly({ queries }: Database, kept: Kept): Promise<Result[]> {
  const tenantId = seededTenant('b', 0);
  const results: Result[] = [];
  const history = async (name: string, filter: HistoryFilter, skipped = 0) => {
    const times = await pageTimes(historyPages(queries, filter), skipped);
    results.push(bar(`a page of the history ${name}`, median(times), pageMs, 'ms'));
  };
  await history('', {});
  // A million lines have two thousand pages.
  const many = Math.min(400, kept.rows / 1_000);
  await history(`behind ${many} others`, {}, many);
  await history('of a tenant', { tenantId: busy.tenant });
  await history('of an integration', { tenantId: busy.tenant, integrationIds: busy.integrations.slice(0, 1) });
  await history('of a category', { category: 'scm' });
  await history('of an account', { account: busy.account });
  await history('of an account in a tenant', { tenantId: busy.tenant, account: busy.account });

  const asked = async (name: string, ask: () => Promise<unknown>, most: number) => {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const begun = performance.now();
      await ask();
      times.push(performance.now() - begun);
    }
    results.push(bar(name, median(times), most, 'ms'));
  };
  const scm = createIntegrationStore(queries, tenantId, categories.scm);
  await asked('an integration by a part of its id', () => scm.findByIdPart('000001'), pageMs);
  await asked('what ever had a part of an id', () => everWithId(queries, busy.tenant, { part: 'z00000' }), pageMs);

  const pages = wholePages(queries, { category: categories.pipeline, filter: {}, joins: links });
  const reading = median(await pageTimes(pages, Math.min(20, kept.rows / 5_000)));
  return [...results, bar('a page that verify reads', reading, joinedPageMs, 'ms')].map((result) => ({
    ...result,
    note: `${kept.rows.toLocaleString('en')} rows`,
  }));
}

/** What each of some pages took, behind those that are skipped. */
async function pageTimes(pages: AsyncGenerator<unknown>, skipped: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < skipped + 7; index += 1) {
    const begun = performance.now();
    const { done } = await pages.next();
    if (done) break;
    if (index >= skipped) times.push(performance.now() - begun);
  }
  await pages.return(undefined);
  if (times.length === 0) throw new Error(`there are no pages behind ${skipped}`);
  return times;
}

async function take({ database, questions }: Kept, directory: string, line: string): Promise<Taken> {
  const peakFile = join(directory, 'peak');
  const before = await questions();
  const ms = timeNode({
    args: ['-r', './test/bench/peak-memory.cjs', bin, ...line.split(' ')],
    env: { ...database.env, BENCH_PEAK_MEMORY: peakFile },
  });
  const after = await questions();
  const turns = before === undefined || after === undefined ? undefined : after - before - 1;
  return { ms, megabytes: Number(readFileSync(peakFile, 'utf8')) / 1024, turns };
}

function bar(name: string, ours: number, limit: number, unit: string): Result {
  return { name, unit: `${limit} ${unit}`, limit: 1, ours, baseline: limit, ratio: ours / limit };
}

function memory(name: string, { ms, megabytes, turns }: Taken, most: number): Result {
  const told = turns === undefined ? '' : `, ${turns} turns`;
  return { ...bar(`${name}: memory in MB`, megabytes, most, 'MB'), note: `${(ms / 1000).toFixed(1)} s${told}` };
}

function compared(name: string, ours: Taken, other: Taken, limit: number, unit: string): Result {
  const note = ours.turns === undefined ? {} : { note: `${ours.turns} turns` };
  return { name, unit, limit, ours: ours.ms, baseline: other.ms, ratio: ours.ms / other.ms, ...note };
}
