import { typedPath } from '../files/typed-path.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with its settings as they were meant: white space around a value (the CR of a file, the line break of
 * a secret) is no part of it. A password may end in anything, and a key ring is trimmed where it is read, so that one of
 * blanks is malformed and not missing. The variables that credentials are read from stay as they are.
 */
export function readSettings(env: Environment): Environment {
  const entries = Object.entries(env).map(([name, value]) => [
    name,
    value && isSetting(name) ? meant(name, value) : value,
  ]);
  return Object.fromEntries(entries);
}

/** Whatever starts the program may leave a path as it was written: quotation marks and `~` included. */
function meant(name: string, value: string): string {
  const text = value.trim();
  return /_(DIR|FILE)$/.test(name) ? typedPath(text) : text;
}

function isSetting(name: string): boolean {
  return name.startsWith('INTEGRATIONS_') && !/_PASSWORD$|^INTEGRATIONS_KEYRING$/.test(name);
}
