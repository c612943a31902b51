import { existsSync } from 'node:fs';
import { environmentPassword, keychainItem } from '../../config/database-password.ts';
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
import { inTurn, type Turn } from '../../input/turns.ts';
import { untilAnswered } from '../until-answered.ts';
import { whyNot } from '../why-not.ts';
import { announce, say, tellError } from './step.ts';

/** What was answered about the database, and is kept nowhere else. */
export interface DatabaseAnswers {
  address?: string | undefined;
  password?: string;
}

/** Where an address stands that was typed, for messages. */
const origin = 'the address';

/**
 * Settles which database it is, and that it answers; keeps its address in the context. One that does not answer is
 * chosen anew, unless a variable names it.
 * @param back whether a person came back to choose another one
 * @returns whether anybody was asked
 * @throws AppError DATABASE_UNAVAILABLE where there is nothing to choose
 */
export async function chooseDatabase(context: Context, answers: DatabaseAnswers, back: boolean): Promise<boolean> {
  announce(context, 'Database', 'Where the integrations are kept, their credentials sealed.');
  const chosen = await chosenBefore(context);
  if (chosen && !back && (await answersStill(context, chosen))) return false;
  if (isFixed(context)) {
    say(context, 'INTEGRATIONS_DATABASE_URL names it: change that to use another one.');
    return false;
  }
  await askWhich(context, answers, chosen);
  return true;
}

/** Only what the environment says cannot be chosen here. */
function isFixed({ env }: Context): boolean {
  return given(env, 'INTEGRATIONS_DATABASE_URL') !== undefined;
}

/** The database that the environment, the context or an earlier run settled. */
async function chosenBefore(context: Context): Promise<Location | undefined> {
  const { location, contextName } = await context.settings();
  const isNamed = isFixed(context) || (await context.config()).contexts[contextName]?.databaseUrl;
  return isNamed || existsSync(embeddedLocation(context.directories).path) ? location : undefined;
}

/** Whether one that was chosen before answers; where not, why. */
async function answersStill(context: Context, chosen: Location): Promise<boolean> {
  say(context, `${describeLocation(chosen)}, as set before`);
  try {
    await attempt(context, await context.location());
    return true;
  } catch (error) {
    if (isFixed(context)) throw error;
    tellError(context, error, 'DATABASE_UNAVAILABLE');
    return false;
  }
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

/** Asks until a database answers. */
async function askWhich(context: Context, answers: DatabaseAnswers, chosen: Location | undefined): Promise<void> {
  const embedded = embeddedLocation(context.directories);
  let engine: 'file' | 'server' = chosen?.engine === 'mysql' || answers.address !== undefined ? 'server' : 'file';
  const turns: Turn[] = [
    async () => {
      engine = await context.ask.select<'file' | 'server'>({
        message: 'Database:',
        choices: [
          { name: 'A file on this machine', value: 'file', description: embedded.path },
          { name: 'The MySQL or MariaDB of the release platform', value: 'server' },
        ],
        default: engine,
      });
      if (engine === 'file') await keep(context, embedded, undefined, chosen);
      return true;
    },
    async () => {
      if (engine === 'server') await askForServer(context, answers, chosen);
      return engine === 'server';
    },
  ];
  await untilAnswered(context, () => inTurn(turns));
}

/** Asks for a server until one answers. */
async function askForServer(context: Context, answers: DatabaseAnswers, chosen: Location | undefined): Promise<void> {
  const fromEnvironment = await environmentPassword(context.env)?.load();
  const { contextName } = await context.settings();
  answers.address ??= (await context.config()).contexts[contextName]?.databaseUrl;
  for (let isThere = false; !isThere; ) {
    await inTurn([
      () => askForAddress(context, answers),
      async () => fromEnvironment === undefined && (await askForPassword(context, answers)),
    ]);
    const location = readLocation(answers.address ?? '', origin);
    const password = fromEnvironment ?? answers.password;
    try {
      await attempt(context, withPassword(location, password));
      await keep(context, location, answers.address, chosen);
      if (fromEnvironment === undefined) await keepPassword(context, answers);
      isThere = true;
    } catch (error) {
      tellError(context, inAnswers(error), 'DATABASE_UNAVAILABLE');
    }
  }
}

/** What was just typed stands in no variable. */
function inAnswers(error: unknown): unknown {
  if (!(error instanceof AppError) || error.hint === undefined) return error;
  const hint = error.hint
    .replaceAll('INTEGRATIONS_DATABASE_URL', 'the address')
    .replaceAll('INTEGRATIONS_DATABASE_PASSWORD', 'the password');
  return new AppError(error.code, error.message, { hint });
}

async function askForAddress(context: Context, answers: DatabaseAnswers): Promise<true> {
  const address = await context.ask.text({
    message: 'Address:',
    help: ['mysql://user@host:3306/name, without the password; several hosts as user@a:3306,b:3306/name'],
    default: answers.address,
    check(typed) {
      if (hasPassword(typed)) return 'Leave the password out: it is asked for next';
      return whyNot(() => readLocation(typed.trim(), origin));
    },
  });
  answers.address = address.trim();
  return true;
}

async function askForPassword(context: Context, answers: DatabaseAnswers): Promise<boolean> {
  if (readLocation(answers.address ?? '', origin).engine === 'sqlite') return false;
  const isSet = answers.password !== undefined && answers.password !== '';
  const typed = await context.ask.hidden({
    message: 'Password:',
    help: ["The database user's."],
    ...(isSet ? { hint: 'Enter keeps it', empty: 'unchanged' } : {}),
  });
  if (typed !== '' || !isSet) answers.password = typed;
  return true;
}

/** What belongs to another database is not looked for in this one. */
async function keep(
  context: Context,
  location: Location,
  address: string | undefined,
  before: Location | undefined,
): Promise<void> {
  const isOther = before !== undefined && describeLocation(before) !== describeLocation(location);
  if (address === undefined && !isOther) return;
  await context.changeContext((named) => {
    delete named.databaseUrl;
    // A path is meant from where it was typed.
    if (address !== undefined) named.databaseUrl = location.engine === 'sqlite' ? `sqlite:${location.path}` : address;
    if (!isOther) return;
    delete named.tenant;
    delete named.account;
  });
}

async function keepPassword(context: Context, { password }: DatabaseAnswers): Promise<void> {
  if (password === undefined) return;
  if (password !== '' && (await keepInKeychain(context, password))) {
    await context.changeContext((named) => {
      named.keyStore = 'keychain';
    });
    return;
  }
  say(context, 'The password is not stored: set INTEGRATIONS_DATABASE_PASSWORD for later commands.');
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
