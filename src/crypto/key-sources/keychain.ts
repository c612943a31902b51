import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { AppError } from '../../core/error.ts';

const service = 'integrations';
const patienceMs = 5_000;
const notLoaded = 3;

// A keychain that never answers blocks a thread of whoever asks it, and with it the end of that process. So a child
// asks, which can be ended. The value passes through pipes; a process list shows the item's name only.
const script = `
  const [path, action, service, account] = process.argv.slice(1);
  let keytar;
  try { keytar = require(path); } catch { process.exit(${notLoaded}); }
  const reply = (value) => process.stdout.write(JSON.stringify({ value }));
  const fail = () => process.exit(1);
  if (action === 'get') keytar.getPassword(service, account).then(reply, fail);
  else keytar.setPassword(service, account, require('fs').readFileSync(0, 'utf8')).then(() => reply(null), fail);
`;

/**
 * Reads an item of the operating system's keychain.
 * @returns undefined where the keychain answers and has no such item
 * @throws AppError KEY_UNAVAILABLE when there is no keychain, or it does not answer in 5 seconds
 */
export async function readKeychain(account: string): Promise<string | undefined> {
  return (await ask('get', account)) ?? undefined;
}

export async function writeKeychain(account: string, value: string): Promise<void> {
  await ask('set', account, value);
}

async function ask(action: 'get' | 'set', account: string, value = ''): Promise<string | null> {
  const child = spawn(process.execPath, ['-e', script, keytarPath(), action, service, account], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined).end(value);
  const answer: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => answer.push(chunk));
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      child.kill('SIGKILL');
      reject(unavailable(`did not answer within ${patienceMs / 1000} seconds`));
    }, patienceMs);
    child.on('error', (error) => reject(unavailable('does not answer', error)));
    child.on('close', (status) => {
      clearTimeout(timeout);
      if (status !== 0) return reject(status === notLoaded ? notInstalled() : unavailable('does not answer'));
      try {
        resolve((JSON.parse(Buffer.concat(answer).toString('utf8')) as { value: string | null }).value);
      } catch (error) {
        reject(unavailable('gives an answer that is not understood', error));
      }
    });
  });
}

function keytarPath(): string {
  try {
    return createRequire(import.meta.url).resolve('keytar');
  } catch (error) {
    throw notInstalled(error);
  }
}

function notInstalled(cause?: unknown): AppError {
  return unavailable('cannot be reached: the optional package "keytar" is not installed or does not load', cause);
}

function unavailable(reason: string, cause?: unknown): AppError {
  return new AppError('KEY_UNAVAILABLE', `the operating system's keychain ${reason}`, {
    hint: 'Keep the keys in a file (integrations init --key-store file), or give them in INTEGRATIONS_KEYRING.',
    cause,
  });
}
