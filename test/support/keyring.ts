import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { atEnd } from './at-end.ts';
import { startKeyring } from './secret-service.ts';

/**
 * The environment of an empty Secret Service of the test's own. The one of `inject('secretService')` is the whole run's:
 * what a command keeps there, every other test finds.
 */
export async function freshKeyring(): Promise<Record<string, string>> {
  const { env, stop } = await startKeyring(mkdtempSync(join(inject('runDirectory'), 'keyring-')));
  atEnd(stop);
  return env;
}
