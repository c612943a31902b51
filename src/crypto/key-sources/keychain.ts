import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../core/error.ts';

const service = 'integrations';
const patienceMs = 5_000;

/** What of keytar is used. */
interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
}

/**
 * Reads an item of the operating system's keychain.
 * @returns undefined where the keychain answers and has no such item
 * @throws AppError KEY_UNAVAILABLE when there is no keychain, or it does not answer in 5 seconds
 */
export async function readKeychain(account: string): Promise<string | undefined> {
  return (await ask((keytar) => keytar.getPassword(service, account))) ?? undefined;
}

export async function writeKeychain(account: string, value: string): Promise<void> {
  await ask((keytar) => keytar.setPassword(service, account, value));
}

async function ask<T>(question: (keytar: Keytar) => Promise<T>): Promise<T> {
  const keytar = await load();
  const silence = new AbortController();
  const timeout = sleep(patienceMs, undefined, { signal: silence.signal }).then(() => {
    throw unavailable(`did not answer within ${patienceMs / 1000} seconds`);
  });
  try {
    return await Promise.race([question(keytar), timeout]);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unavailable('does not answer', error);
  } finally {
    timeout.catch(() => undefined);
    silence.abort();
  }
}

async function load(): Promise<Keytar> {
  // Named by a variable: an optional package may be missing where this is compiled and bundled.
  const name: string = 'keytar';
  try {
    const loaded: { default: Keytar } = await import(name);
    return loaded.default;
  } catch (error) {
    throw unavailable('cannot be reached: the optional package "keytar" is not installed or does not load', error);
  }
}

function unavailable(reason: string, cause?: unknown): AppError {
  return new AppError('KEY_UNAVAILABLE', `the operating system's keychain ${reason}`, {
    hint: 'Keep the keys in a file (integrations init --key-store file), or give them in INTEGRATIONS_KEYRING.',
    cause,
  });
}
