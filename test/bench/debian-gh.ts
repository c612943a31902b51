import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout, findProgram, run } from '../support/programs.ts';

/** Debian's `gh`: the one that is installed, else its package unpacked and kept; undefined where there is no Debian. */
export async function debianGh(): Promise<string | undefined> {
  const installed = findProgram('gh');
  if (installed) return installed;
  const kept = join(checkout, 'node_modules', '.cache', 'bench', 'debian-gh');
  const program = join(kept, 'usr', 'bin', 'gh');
  if (existsSync(program)) return program;
  if (!findProgram('apt-get') || !findProgram('dpkg-deb')) return undefined;
  mkdirSync(dirname(kept), { recursive: true });
  const fresh = mkdtempSync(`${kept}-`);
  try {
    await run('apt-get', ['download', '-q', 'gh'], { cwd: fresh });
    const [file = ''] = readdirSync(fresh);
    await run('dpkg-deb', ['-x', join(fresh, file), fresh]);
    renameSync(fresh, kept);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return program;
}
