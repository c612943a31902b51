import { existsSync, realpathSync, statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Since Node 22.1. */
interface CachesCode {
  enableCompileCache?(directory: string): unknown;
}

/**
 * Has Node keep what it compiles of us from one command to the next, where it can. What lies there is run: it is kept in a
 * folder that is this user's alone, and not at all where others could put something there.
 */
export async function keepCompiled(): Promise<void> {
  const { enableCompileCache } = module as CachesCode;
  // Systems without modes do not tell whose a folder is.
  if (!enableCompileCache || process.getuid === undefined) return;
  try {
    // A program of a system's own may have a home that is none.
    if (!existsSync(homedir())) return;
    const { cacheDirectory, makePrivateDirectory } = await import('../files/directories.ts');
    const { exposureOf } = await import('../files/exposure.ts');
    const folder = join(await cacheDirectory(), 'compiled');
    makePrivateDirectory(folder);
    const place = realpathSync(folder);
    const { uid, mode } = statSync(place);
    if (uid !== process.getuid() || (mode & 0o077) !== 0) return;
    for (let path = place; path !== dirname(path); path = dirname(path)) {
      if (exposureOf(dirname(path), statSync(dirname(path)))) return;
    }
    enableCompileCache(place);
  } catch {
    // Without a home, or on a disk that takes nothing, it takes a little longer.
  }
}
