import { execFileSync } from 'node:child_process';
import type { BenchDatabase } from './databases.ts';
import { emptied, prepared, token } from './manifest.ts';
import { compare, type Result, timeNode } from './measure.ts';

const count = 10_000;

/** `apply` of new integrations against the same program built with a history that writes nothing. */
export async function historyCost(database: BenchDatabase, directory: string): Promise<Result> {
  execFileSync('npx', ['rolldown', '--config', 'test/bench/without-history.config.mjs'], { stdio: 'ignore' });
  const manifest = await prepared(database, directory, count);
  const applied = (program: string) => async () => {
    await emptied(database);
    return timeNode({ args: [program, 'apply', '-f', manifest, '-q'], env: { ...database.env, ...token } });
  };
  const compared = await compare(
    { name: 'apply', run: applied('bin/integrations.cjs') },
    { name: 'without history', run: applied('node_modules/.cache/bench/without-history/main.cjs') },
    { rounds: 5, warmUp: 1 },
  );
  const name = `${database.engine}: apply of ${count.toLocaleString('en')} with its history`;
  return { name, unit: 'without history', limit: 1.25, ...compared };
}
