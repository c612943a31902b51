import { existsSync } from 'node:fs';
import { usage } from '../core/error.ts';
import { unfilledPasswordReason } from '../core/placeholder.ts';
import { originOf, readNamedSecret } from '../files/named-secret.ts';
import type { Environment } from './environment.ts';

/** Where the password of the database's user comes from, when not from the address. */
export interface PasswordSource {
  /** As in the sentence `the password comes from …`. */
  readonly origin: string;
  readonly inKeychain: boolean;
  /**
   * @returns undefined where the keychain answers and holds none
   * @throws AppError USAGE where CI left the name of a variable in the place of its value
   */
  load(): Promise<string | undefined>;
}

/** The first that is set: the variable, the file, the program. It goes before a password in the address. */
export function environmentPassword(env: Environment): PasswordSource | undefined {
  const source = sourceIn(env);
  return source && { ...source, load: async () => filledIn(await source.load(), source.origin) };
}

function sourceIn(env: Environment): PasswordSource | undefined {
  const password = env['INTEGRATIONS_DATABASE_PASSWORD'];
  if (password) return { origin: 'INTEGRATIONS_DATABASE_PASSWORD', inKeychain: false, load: async () => password };

  const path = env['INTEGRATIONS_DATABASE_PASSWORD_FILE'];
  if (path) {
    const file = { variable: 'INTEGRATIONS_DATABASE_PASSWORD_FILE', path, mayBeSecret: !existsSync(path) };
    const load = async () => withoutLineBreak(readNamedSecret(file, 'DATABASE_UNAVAILABLE'));
    return { origin: originOf(file), inKeychain: false, load };
  }

  const command = env['INTEGRATIONS_DATABASE_PASSWORD_COMMAND'];
  if (!command) return undefined;
  const origin = 'INTEGRATIONS_DATABASE_PASSWORD_COMMAND';
  const load = async () => {
    const { outputOf } = await import('../files/program-output.ts');
    return withoutLineBreak(await outputOf(command, { origin, code: 'DATABASE_UNAVAILABLE' }));
  };
  return { origin, inKeychain: false, load };
}

/** The item of the operating system's keychain that belongs to a context. */
export function keychainPassword(contextName: string): PasswordSource {
  return {
    origin: "the operating system's keychain",
    inKeychain: true,
    async load() {
      const { readKeychain } = await import('../crypto/key-sources/keychain.ts');
      return readKeychain(keychainItem(contextName));
    },
  };
}

export function keychainItem(contextName: string): string {
  return `database-password:${contextName}`;
}

/** @throws AppError USAGE where CI left the name of a variable, or a mask, in the place of a password */
export function filledIn(password: string | undefined, origin: string): string | undefined {
  const unfilled = password === undefined ? undefined : unfilledPasswordReason(password);
  if (unfilled === undefined) return password;
  throw usage(`${origin} ${unfilled}`, { hint: 'Check that whatever starts this command knows the password.' });
}

/** Editors and `echo` end a text with one; a password that ends in another one has it. */
function withoutLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}
