import { mayBeCredential } from '../../core/text.ts';
import { type Directories, keyRingFile, makePrivateDirectory } from '../../files/directories.ts';
import { type LockedFile, withFileLock } from '../../files/file-lock.ts';
import { cautionOf, originOf, readNamedSecret } from '../../files/named-secret.ts';
import { readGuardedFile } from '../../files/private-file.ts';
import { type KeyRing, readKeyRing, writeKeyRing } from '../key-ring.ts';
import { readKeychain, writeKeychain } from './keychain.ts';

/** Where a ring is kept that is ours to change. */
export type KeyStoreName = 'keychain' | 'file';

/** Where the key ring comes from. Rings that the environment gives are not ours to change. */
export interface KeySource {
  /** As in the sentence `the keys come from …`. */
  readonly origin: string;
  readonly store: KeyStoreName | undefined;
  /** What is to be said where the ring is used. */
  readonly caution?: string | undefined;
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
  if (ring) return given('INTEGRATIONS_KEYRING', async () => ring);

  const path = env['INTEGRATIONS_KEYRING_FILE'];
  if (path) {
    const file = { variable: 'INTEGRATIONS_KEYRING_FILE', path, mayBeSecret: mayBeKeys(path) };
    const source = given(originOf(file), async () => readNamedSecret(file, 'KEY_UNAVAILABLE'));
    return { ...source, caution: cautionOf(file) };
  }

  const command = env['INTEGRATIONS_KEYRING_COMMAND'];
  if (!command) return undefined;
  const origin = 'INTEGRATIONS_KEYRING_COMMAND';
  return given(origin, async () => {
    const { outputOf } = await import('../../files/program-output.ts');
    return outputOf(command, { origin, code: 'KEY_UNAVAILABLE' });
  });
}

function given(origin: string, read: () => Promise<string>): KeySource {
  return { origin, store: undefined, load: async () => readKeyRing(await read(), origin) };
}

/** Whether the ring itself was given in place of its path. */
function mayBeKeys(path: string): boolean {
  return path.trim().startsWith('{') || mayBeCredential(path) || /^[\w+/-]{43}=?$/.test(path.trim());
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
    change: (change) => changeRing(directories, load, change, async (text, file) => file.replace(text)),
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
    change: (change) =>
      changeRing(directories, load, change, (text, file) => {
        file.confirm();
        return writeKeychain(keychainItem, text);
      }),
  };
}

async function changeRing(
  directories: Directories,
  load: () => Promise<KeyRing | undefined>,
  change: (ring: KeyRing | undefined) => KeyRing,
  write: (text: string, file: LockedFile) => Promise<void>,
): Promise<KeyRing> {
  makePrivateDirectory(directories.config);
  return withFileLock(keyRingFile(directories), async (file) => {
    const changed = change(await load());
    await write(writeKeyRing(changed), file);
    return changed;
  });
}
