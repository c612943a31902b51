import { existsSync } from 'node:fs';
import { environmentPassword, keychainItem } from '../../config/database-password.ts';
import type { Environment } from '../../config/environment.ts';
import { given } from '../../config/settings.ts';
import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import {
  describeLocation,
  embeddedLocation,
  hasPassword,
  type Location,
  readLocation,
  withPassword,
} from '../../db/location.ts';
import { whyNot } from '../why-not.ts';
import { announce, say } from './step.ts';

/**
 * Settles which database it is, and that it answers; keeps the address in the context.
 * @returns the environment for what follows: it holds a password that was typed and is kept nowhere
 */
export async function chooseDatabase(context: Context): Promise<Environment> {
  announce(context, 'Database', 'Where the integrations are kept, their credentials sealed.');
  const chosen = await chosenBefore(context);
  if (chosen) {
    say(context, `${describeLocation(chosen)}, as set before`);
    await attempt(context, await context.location());
    return context.env;
  }
  const embedded = embeddedLocation(context.directories);
  const engine = await context.ask.select<'sqlite' | 'mysql'>({
    message: 'Database:',
    choices: [
      { name: 'A file on this machine', value: 'sqlite', description: embedded.path },
      { name: 'The MySQL or MariaDB of the release platform', value: 'mysql' },
    ],
  });
  return engine === 'sqlite' ? context.env : askForServer(context);
}

/** The database that the environment, the context or an earlier run settled. */
async function chosenBefore({ env, config, settings, directories }: Context): Promise<Location | undefined> {
  const { location, contextName } = await settings();
  const isNamed = given(env, 'INTEGRATIONS_DATABASE_URL') ?? (await config()).contexts[contextName]?.databaseUrl;
  return isNamed || existsSync(embeddedLocation(directories).path) ? location : undefined;
}

/** @throws AppError DATABASE_UNAVAILABLE */
async function attempt(context: Context, location: Location): Promise<void> {
  const { openDatabase } = await import('../../db/database.ts');
  const { databaseError } = await import('../../db/errors.ts');
  const { refuseBeforeRelease } = await import('../../db/before-release.ts');
  const { schemaState } = await import('../../db/migrate.ts');
  try {
    await context.wait('Connecting to the database', async () => {
      const database = await openDatabase(location);
      try {
        refuseBeforeRelease((await schemaState(database.queries)).applied, location);
      } finally {
        await database.close();
      }
    });
  } catch (error) {
    throw databaseError(error, location, 'migrate') ?? error;
  }
}

/** Asks for a server until one answers. */
async function askForServer(context: Context): Promise<Environment> {
  const origin = 'the address';
  const fromEnvironment = await environmentPassword(context.env)?.load();
  let address: string | undefined;
  for (;;) {
    address = await context.ask.text({
      message: 'Address:',
      help: ['mysql://user@host:3306/name, without the password; several hosts as user@a:3306,b:3306/name'],
      default: address,
      check(typed) {
        if (hasPassword(typed)) return 'Leave the password out: it is asked for next';
        return whyNot(() => readLocation(typed.trim(), origin));
      },
    });
    address = address.trim();
    const password =
      fromEnvironment ?? (await context.ask.hidden({ message: 'Password:', help: ['Of the database user.'] }));
    try {
      await attempt(context, withPassword(readLocation(address, origin), password));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'DATABASE_UNAVAILABLE') throw error;
      say(context, `${error.message}.`);
      continue;
    }
    await keep(context, address, fromEnvironment === undefined ? password : undefined);
    return fromEnvironment === undefined ? { ...context.env, INTEGRATIONS_DATABASE_PASSWORD: password } : context.env;
  }
}

async function keep(context: Context, address: string, typedPassword: string | undefined): Promise<void> {
  const inKeychain =
    typedPassword !== undefined && typedPassword !== '' && (await keepInKeychain(context, typedPassword));
  await context.changeContext((named) => {
    named.databaseUrl = address;
    if (inKeychain) named.keyStore = 'keychain';
  });
  if (typedPassword === undefined || inKeychain) return;
  say(context, 'The password is kept nowhere: set INTEGRATIONS_DATABASE_PASSWORD for later commands.');
}

/** @returns whether it is there now */
async function keepInKeychain(context: Context, password: string): Promise<boolean> {
  const { readKeychain, writeKeychain } = await import('../../crypto/key-sources/keychain.ts');
  const item = keychainItem((await context.settings()).contextName);
  try {
    await context.wait('Asking the keychain', () => readKeychain(item));
    const message = "Keep the password in the operating system's keychain?";
    if (!(await context.ask.confirm({ message, default: true }))) return false;
    await writeKeychain(item, password);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'KEY_UNAVAILABLE') return false;
    throw error;
  }
}
