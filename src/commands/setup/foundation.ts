import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import { capital, plural, quotable } from '../../core/text.ts';
import type { KeyStoreName } from '../../crypto/key-sources/index.ts';
import type { Account, Tenant } from '../../db/stores/host.ts';
import { typedPath } from '../../files/typed-path.ts';
import { inTurn, type Turn } from '../../input/turns.ts';
import { ensureKey } from '../first-key.ts';
import { accountRow, planFor, type RowPlan, tenantRow } from '../first-rows.ts';
import { exportRingTo, tellExported } from '../key/export-file.ts';
import { announce, say } from './step.ts';

/** What was answered, to be offered to whoever comes back to it. */
export interface FoundationAnswers {
  /** Whether the key was made in this run. */
  madeKey?: boolean;
  tenant?: string;
  account?: string;
}

/**
 * The tables, the key, the tenant and the account. The last two are made, and are the context's, once both are known:
 * what was mistyped is corrected before anything has its name.
 * @param back whether a person comes back from what follows
 * @returns whether anybody was asked
 * @throws StepBack where Escape leads before the first question
 */
export async function layFoundation(context: Context, answers: FoundationAnswers, back: boolean): Promise<boolean> {
  let isAsked = false;
  let tenant: RowPlan<Tenant> | undefined;
  let account: RowPlan<Account> | undefined;
  const turn = (ask: Turn) => async (again: boolean) => {
    const asked = await ask(again);
    isAsked ||= asked;
    return asked;
  };
  const turns: Turn[] = [
    (again) => makeTables(context, again),
    (again) => settleKey(context, answers, again),
    (again) => offerCopy(context, answers, again),
    async (again) => {
      announce(context, 'Tenant', 'The team, company or customer whose apps are released.');
      tenant = await planFor(context, tenantRow, {
        again,
        before: answers.tenant,
        remember: (name) => Object.assign(answers, { tenant: name }),
      });
      return tenant?.isAsked ?? false;
    },
    async (again) => {
      announce(context, 'Account', 'Who sets the integrations up.');
      account = await planFor(context, accountRow, {
        again,
        before: answers.account,
        remember: (email) => Object.assign(answers, { account: email }),
      });
      return account?.isAsked ?? false;
    },
  ];
  await inTurn(turns.map(turn), back ? 'last' : 'first');
  // Whoever came back to the account alone keeps the tenant.
  tenant ??= await planFor(context, tenantRow);
  await makeRows(context, tenant, account);
  return isAsked || !back;
}

/** The account first: the history tells who made the tenant. */
async function makeRows(
  context: Context,
  tenantPlan: RowPlan<Tenant> | undefined,
  accountPlan: RowPlan<Account> | undefined,
): Promise<void> {
  const account = await accountPlan?.make();
  const tenant = await tenantPlan?.make();
  await context.changeContext((named) => {
    if (account) named.account = account.id;
    if (tenant) named.tenant = tenant.id;
  });
  if (tenant) say(context, `Working in the tenant "${quotable(tenant.displayName ?? tenant.id, 255)}".`);
  if (account) say(context, `Working as ${quotable(account.email ?? account.id, 255)}.`);
}

/** A server is never migrated unasked. */
async function makeTables(context: Context, again: boolean): Promise<boolean> {
  const { migrateUp, schemaState } = await import('../../db/migrate.ts');
  const database = await context.rawDatabase();
  const { pending } = await schemaState(database.queries);
  if (pending.length === 0) return false;
  const message = `Make or update the tables there (${plural(pending.length, 'migration')})?`;
  const isAsked = database.engine === 'mysql';
  if (!isAsked && again) return false;
  if (isAsked && !(await context.ask.confirm({ message, default: true }))) {
    throw new AppError('SCHEMA_OUTDATED', 'setup needs the tables', { hint: 'integrations db migrate' });
  }
  await context.wait('Making the tables', () => migrateUp(database));
  say(context, 'The tables are there.');
  return isAsked;
}

/** A key that is there stays: nobody is asked about it again. */
async function settleKey(context: Context, answers: FoundationAnswers, again: boolean): Promise<boolean> {
  if (again) return false;
  announce(context, 'Key', 'It seals the credentials. Without it nobody can read them, you included.');
  const { environmentSource, openKeyStore } = await import('../../crypto/key-sources/index.ts');
  const named = (await context.settings()).keyStore;
  const file = openKeyStore('file', context.directories);
  const isSettled = environmentSource(context.env) !== undefined || named !== undefined || (await file.load());
  const key = await ensureKey(context, isSettled ? undefined : await whereToKeep(context));
  say(context, `${key.created ? 'A new key' : 'The key'} ${key.ring.active.kid}, in ${key.origin}`);
  if (key.created) answers.madeKey = true;
  const { store } = key;
  if (store) {
    await context.changeContext((changed) => {
      changed.keyStore = store;
    });
  }
  return !isSettled;
}

async function whereToKeep(context: Context): Promise<KeyStoreName> {
  const { openKeyStore } = await import('../../crypto/key-sources/index.ts');
  const file = openKeyStore('file', context.directories);
  const why = await silenceOfKeychain(context);
  return context.ask.select<KeyStoreName>({
    message: 'Keep the key in:',
    choices: [
      { name: "The operating system's keychain", value: 'keychain', disabled: why },
      { name: 'A file that only you can read', value: 'file', description: file.origin },
    ],
  });
}

/** Why the keychain cannot hold the key; undefined where it answers. */
async function silenceOfKeychain(context: Context): Promise<string | undefined> {
  const { openKeyStore } = await import('../../crypto/key-sources/index.ts');
  try {
    await context.wait('Asking the keychain', () => openKeyStore('keychain', context.directories).load());
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return 'it does not answer here';
    throw error;
  }
}

/** Offers a copy of a new ring. */
async function offerCopy(context: Context, { madeKey }: FoundationAnswers, again: boolean): Promise<boolean> {
  if (!madeKey) return false;
  if (again) announce(context, 'Key', 'It seals the credentials. Without it nobody can read them, you included.');
  const path = await context.ask.text({
    message: 'Copy of the key to:',
    hint: 'Enter for none now',
    help: ['A new file; move it to a safe place. Later: integrations key export --file PATH'],
    empty: 'none now',
    check: (typed) => (typed.trim() === '' ? undefined : whyNotWritten(context, typedPath(typed.trim()))),
  });
  if (path.trim() !== '') tellExported(context, typedPath(path.trim()));
  return true;
}

/** Writes it. @returns why that did not work */
async function whyNotWritten(context: Context, path: string): Promise<string | undefined> {
  try {
    await exportRingTo(context, path);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return capital(error.message);
    throw error;
  }
}
