import type { Context } from '../../context.ts';
import { plural } from '../../core/text.ts';
import type { OneView } from '../../output/view.ts';
import type { Command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { grants } from './grants.ts';

const stateKeys = ['database', 'engine', 'upToDate', 'migrations'];

export const db: Command = {
  name: 'db',
  summary: 'Database tables: migrate, rollback, status, grants',
  description:
    'INTEGRATIONS_DATABASE_URL names the database: mysql://user@host:3306/name, or sqlite:/path/file.db. ' +
    '?ssl=verify (the default off loopback) checks the certificate of the server, ?ssl=require only encrypts, ' +
    '?ssl=off does not; ?ssl-ca=PATH names your own authority, ?socket=PATH a socket of this machine.\n\n' +
    'The password is in INTEGRATIONS_DATABASE_PASSWORD, else in the file that INTEGRATIONS_DATABASE_PASSWORD_FILE ' +
    'names, else the program that INTEGRATIONS_DATABASE_PASSWORD_COMMAND names prints it: run without a shell, its ' +
    'words split as a shell splits them, within 30 seconds.',
  commands: [
    {
      name: 'migrate',
      summary: 'Bring the tables up to date',
      description: 'Also puts back what somebody removed, such as an index.',
      examples: ['integrations db migrate'],
      keys: [...stateKeys, 'applied', 'putBack'],
      run: migrate,
    },
    {
      name: 'rollback',
      summary: 'Undo the newest migration; asks first',
      description:
        'Drops the table that the migration made, with all rows in it. The tables tenants and accounts stay.',
      examples: ['integrations db rollback --yes'],
      keys: [...stateKeys, 'reverted'],
      run: rollback,
    },
    {
      name: 'status',
      summary: 'Show which migrations the database has',
      examples: ['integrations db status'],
      run: status,
    },
    grants,
  ],
};

async function migrate(context: Context): Promise<OneView> {
  const { migrateUp } = await import('../../db/migrate.ts');
  const { repairSchema } = await import('../../db/repair.ts');
  const database = await context.rawDatabase();
  const { applied, repaired } = await context.wait('Bringing the tables up to date', async () => ({
    applied: await migrateUp(database),
    repaired: await repairSchema(database),
  }));
  const putBack = repaired.map(({ kind, table, name }) =>
    kind === 'table' ? `table ${table}` : `${kind} ${name} of ${table}`,
  );
  for (const part of putBack) context.note(`Put back the ${part}.`);
  if (applied.length > 0) context.note(`Applied ${plural(applied.length, 'migration')}.`);
  else if (putBack.length === 0) context.note('The tables are up to date already.');
  return view(context, { applied, putBack });
}

async function rollback(context: Context): Promise<OneView> {
  const { migrateDown, schemaState } = await import('../../db/migrate.ts');
  const { refuseBeforeRelease } = await import('../../db/before-release.ts');
  const { describeLocation } = await import('../../db/location.ts');
  const database = await context.rawDatabase();
  const state = await context.wait('Connecting to the database', () => schemaState(database.queries));
  refuseBeforeRelease(state.applied, database.location);
  const newest = state.applied.at(-1);
  if (newest !== undefined) {
    await confirm(context, {
      about: [`The database is ${describeLocation(database.location)}.`],
      message: `Undo ${newest}, with all rows in its table?`,
      asks: 'a rollback asks first',
    });
  }
  const reverted = await context.wait('Undoing the migration', () => migrateDown(database));
  context.note(reverted === undefined ? 'There is no migration to undo.' : `Undid ${reverted}.`);
  return view(context, { reverted: reverted ?? null });
}

async function status(context: Context): Promise<OneView> {
  return view(context, {});
}

async function view(
  context: Context,
  done: { applied?: string[]; putBack?: string[]; reverted?: string | null },
): Promise<OneView> {
  const { refuseBeforeRelease } = await import('../../db/before-release.ts');
  const { schemaState } = await import('../../db/migrate.ts');
  const { describeLocation } = await import('../../db/location.ts');
  const database = await context.rawDatabase();
  const state = await context.wait('Connecting to the database', () => schemaState(database.queries));
  refuseBeforeRelease(state.applied, database.location);
  const upToDate = state.pending.length === 0 && state.unknown.length === 0;
  const location = describeLocation(database.location);
  return {
    kind: 'one',
    data: { database: location, engine: database.engine, upToDate, migrations: { ...state }, ...done },
    name: state.applied.at(-1) ?? '',
    lines: [
      ['Database', location],
      ['Engine', database.engine === 'sqlite' ? 'SQLite' : 'MySQL/MariaDB'],
      ['Up to date', upToDate ? 'yes' : 'no'],
      ['Applied', state.applied.join('\n') || '-'],
      ['Pending', state.pending.join('\n') || '-'],
      ...(state.unknown.length > 0 ? [['Newer', state.unknown.join('\n')] as const] : []),
    ],
  };
}
