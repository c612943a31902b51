import { readFileSync } from 'node:fs';
import { AppError } from '../../core/error.ts';
import { mayBeCredential, quotable } from '../../core/text.ts';
import { type Directories, keyRingFile, makePrivateDirectory } from '../../files/directories.ts';
import { withFileLock } from '../../files/file-lock.ts';
import { readGuardedFile, writePrivateFile } from '../../files/private-file.ts';
import { systemReason } from '../../files/system-error.ts';
import { type KeyRing, readKeyRing, writeKeyRing } from '../key-ring.ts';
import { readKeychain, writeKeychain } from './keychain.ts';

/** Where a ring is kept that is ours to change. */
export type KeyStoreName = 'keychain' | 'file';

/** Where the key ring comes from. Rings that the environment gives are not ours to change. */
export interface KeySource {
  /** As in the sentence `the keys come from …`. */
  readonly origin: string;
  readonly store: KeyStoreName | undefined;
  /** @returns undefined where the source answers and holds no ring yet */
  load(): Promise<KeyRing | undefined>;
}

export interface KeyStore extends KeySource {
  readonly store: KeyStoreName;
  /** Writes the ring that `change` makes of the stored one, while no other command changes it. */
  change(change: (ring: KeyRing | undefined) => KeyRing): Promise<KeyRing>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const keychainItem = 'keyring';

/** The ring's source as far as the environment decides it. A source that is set but malformed is an error, never a reason to try the next. */
export function environmentSource(env: Environment): KeySource | undefined {
  const ring = env['INTEGRATIONS_KEYRING'];
  if (ring) {
    return {
      origin: 'INTEGRATIONS_KEYRING',
      store: undefined,
      load: async () => readKeyRing(ring, 'INTEGRATIONS_KEYRING'),
    };
  }
  const path = env['INTEGRATIONS_KEYRING_FILE'];
  if (!path) return undefined;
  const origin = `INTEGRATIONS_KEYRING_FILE${mayBeKeys(path) ? '' : ` (${quotable(path, 255)})`}`;
  return { origin, store: undefined, load: async () => readKeyRing(readRingFile(path, origin), origin) };
}

/** Whether the ring itself was given in place of its path, so that a message must not repeat it. */
function mayBeKeys(path: string): boolean {
  return path.trim().startsWith('{') || mayBeCredential(path) || /^[\w+/-]{43}=?$/.test(path.trim());
}

function readRingFile(path: string, origin: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('KEY_UNAVAILABLE', `${origin} cannot be read: ${systemReason(error)}`, {
      hint: 'It is the path of a file; the ring itself goes into INTEGRATIONS_KEYRING.',
      cause: error,
    });
  }
}

export function openKeyStore(store: KeyStoreName, directories: Directories): KeyStore {
  return store === 'keychain' ? keychainStore(directories) : fileStore(directories);
}

function fileStore(directories: Directories): KeyStore {
  const path = keyRingFile(directories);
  async function load() {
    const text = readGuardedFile(path, 'secret', 'KEY_UNAVAILABLE');
    return text === undefined ? undefined : readKeyRing(text, path);
  }
  return {
    origin: path,
    store: 'file',
    load,
    change: (change) => changeRing(directories, load, change, (text) => writePrivateFile(path, text)),
  };
}

function keychainStore(directories: Directories): KeyStore {
  const origin = "the operating system's keychain";
  async function load() {
    const text = await readKeychain(keychainItem);
    return text === undefined ? undefined : readKeyRing(text, origin);
  }
  return {
    origin,
    store: 'keychain',
    load,
    change: (change) => changeRing(directories, load, change, (text) => writeKeychain(keychainItem, text)),
  };
}

async function changeRing(
  directories: Directories,
  load: () => Promise<KeyRing | undefined>,
  change: (ring: KeyRing | undefined) => KeyRing,
  write: (text: string) => Promise<void>,
): Promise<KeyRing> {
  makePrivateDirectory(directories.config);
  return withFileLock(keyRingFile(directories), async () => {
    const changed = change(await load());
    await write(writeKeyRing(changed));
    return changed;
  });
}
