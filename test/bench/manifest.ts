import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchDatabase, type BenchEngine, withKnex } from './databases.ts';
import { compare, median, type Result, timeNode } from './measure.ts';

const bin = 'bin/integrations.cjs';
const memoryLimit = 400;
const perTenant = 100;
const rounds = 3;

/** A manifest of so many integrations in tenants of a hundred each. */
function manifestOf(count: number): string {
  const documents = Array.from({ length: count / perTenant }, (_, tenant) => {
    const items = Array.from({ length: perTenant }, (_, index) => {
      const number = `${tenant}-${index}`;
      return [
        `  - name: mobile ${number}`,
        '    type: github',
        `    organization: acme-${number}`,
        `    repositoryUrl: https://github.com/acme-${number}/mobile`,
        '    defaultBranch: main',
        '    accessToken: env:BENCH_TOKEN',
      ].join('\n');
    });
    return `tenant: ${tenantOf(tenant)}\nscm:\n${items.join('\n')}\n`;
  });
  return documents.join('---\n');
}

function tenantOf(number: number): string {
  return `0199aab0-0000-7000-8000-1${String(number).padStart(11, '0')}`;
}

/**
 * `apply` of new integrations against the parsing of the file and the driver's own batched insert of the same rows; a
 * second `apply` against parsing and reading them; and the memory that it takes.
 */
export async function applyMany(database: BenchDatabase, directory: string, count: number): Promise<Result[]> {
  const { engine, connection, env: own } = database;
  const [rows, peakFile] = [join(directory, 'rows.json'), join(directory, 'peak')];
  const env = { ...own, ...token, BENCH_PEAK_MEMORY: peakFile };
  const manifest = await prepared(database, directory, count);
  const empty = () => emptied(database);
  const apply = () =>
    timeNode({ args: ['-r', './test/bench/peak-memory.cjs', bin, 'apply', '-f', manifest, '-q'], env });
  const script = (mode: 'insert' | 'read') =>
    timeNode({ args: ['test/bench/driver-apply.mjs', mode, engine, JSON.stringify(connection), manifest, rows] });

  apply();
  await withKnex(database, async (knex) =>
    writeFileSync(rows, JSON.stringify(await knex('tenant_scm_integrations').select())),
  );
  const peaks: number[] = [];
  const first = await compare(
    {
      name: 'apply',
      run: async () => {
        await empty();
        const taken = apply();
        peaks.push(Number(readFileSync(peakFile, 'utf8')) / 1024);
        return taken;
      },
    },
    {
      name: 'driver',
      run: async () => {
        await empty();
        return script('insert');
      },
    },
    { rounds, warmUp: 1 },
  );
  await empty();
  apply();
  const second = await compare(
    { name: 'apply again', run: apply },
    { name: 'driver', run: () => script('read') },
    { rounds, warmUp: 1 },
  );
  const megabytes = median(peaks);
  const of = `of ${count.toLocaleString('en')} in ${(count / perTenant).toLocaleString('en')} tenants`;
  return [
    { name: `${engine}: apply ${of}`, unit: 'parsing and inserting', limit: 3, ...first },
    { name: `${engine}: apply again ${of}`, unit: 'parsing and reading', limit: 2, ...second },
    {
      name: `${engine}: its peak memory in MB`,
      unit: `${memoryLimit} MB`,
      limit: 1,
      ours: megabytes,
      baseline: memoryLimit,
      ratio: megabytes / memoryLimit,
    },
  ];
}

/** A hundred thousand against ten times ten thousand. */
export async function applyGrows(
  engine: BenchEngine,
  make: () => Promise<BenchDatabase>,
  directory: string,
): Promise<Result> {
  const taken = async (count: number) => {
    const database = await make();
    const manifest = await prepared(database, directory, count);
    return timeNode({ args: [bin, 'apply', '-f', manifest, '-q'], env: { ...database.env, ...token } });
  };
  const [small, large] = [
    median([await taken(10_000), await taken(10_000), await taken(10_000)]),
    await taken(100_000),
  ];
  const limit = 1.25;
  const figures = { ours: large, baseline: small * 10, ratio: large / (small * 10) };
  return { name: `${engine}: apply of 100,000`, unit: 'ten times that of 10,000', limit, ...figures };
}

export const token = { BENCH_TOKEN: `ghp_${'a'.repeat(36)}` };

/** Writes a manifest and makes its tenants. */
export async function prepared(database: BenchDatabase, directory: string, count: number): Promise<string> {
  const manifest = join(directory, `manifest-${count}.yaml`);
  writeFileSync(manifest, manifestOf(count));
  const tenants = Array.from({ length: count / perTenant }, (_, number) => ({
    id: tenantOf(number),
    displayName: `T${number}`,
  }));
  await withKnex(database, async (knex) => void (await knex.batchInsert('tenants', tenants, 100)));
  return manifest;
}

export function emptied(database: BenchDatabase): Promise<void> {
  return withKnex(database, async (knex) => void (await knex('tenant_scm_integrations').delete()));
}
