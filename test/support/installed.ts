import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { npm } from './package.ts';
import { checkout } from './programs.ts';

/** The packages of a project in `support`, as its lock file has them: installed once and kept. @returns their folder */
export async function installed(project: string): Promise<string> {
  const folder = join(checkout, 'test', 'support', project);
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'integrations-test');
  const place = join(cache, `${project}-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`);
  if (existsSync(place)) return join(place, 'node_modules');
  const unfinished = `${place}.${randomBytes(4).toString('hex')}`;
  mkdirSync(unfinished, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(folder, name), join(unfinished, name));
  await npm(['ci', '--ignore-scripts', '--no-audit'], { cwd: unfinished });
  renameSync(unfinished, place);
  return join(place, 'node_modules');
}
