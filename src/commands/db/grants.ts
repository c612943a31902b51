import type { Context } from '../../context.ts';
import { usage } from '../../core/error.ts';
import { hasUnprintable } from '../../core/text.ts';
import type { ServerAccount } from '../../db/grants.ts';
import { describeLocation } from '../../db/location.ts';
import { purposes } from '../../db/purpose.ts';
import { type ManyView, manyOf } from '../../output/view.ts';
import { type Command, type Input, textFlag } from '../command.ts';

export const grants: Command = {
  name: 'grants',
  summary: 'Print the GRANT statements for a user of the server',
  description:
    'They are printed, never executed, and what other rights a user has stays. The user must be there, and the tables, ' +
    'but for migrate.\n\n' +
    'read     list, show, plan --no-credentials, status, doctor and whatever else changes nothing\n' +
    'verify   read, and verify: it stores what was observed, and nothing else\n' +
    'apply    read, verify, and all that changes integrations: apply, add, update, rotate, key rotate\n' +
    'migrate  everything in the database: init, db migrate, db rollback, tenant, account',
  flags: [
    { name: 'for', value: 'purpose', choices: purposes, help: 'What the user may do' },
    {
      name: 'user',
      value: 'name',
      help: 'The user, or NAME@HOST (default integrations_read, for example)',
    },
  ],
  examples: [
    'integrations db grants --for read',
    'integrations db grants --for apply --user ci@10.0.0.% | mysql -u root -p',
  ],
  keys: ['table', 'privileges', 'statement'],
  run: printGrants,
};

async function printGrants(context: Context, input: Input): Promise<ManyView> {
  const purpose = purposes.find((each) => each === textFlag(input, 'for'));
  if (purpose === undefined) {
    throw usage(`missing: --for, one of ${purposes.join(', ')}`, {
      hint: 'integrations db grants --for read',
      field: 'for',
    });
  }
  const account = readAccount(textFlag(input, 'user') ?? `integrations_${purpose}`);
  const { location } = await context.settings();
  if (location.engine === 'sqlite') {
    throw usage(`the database ${describeLocation(location)} is a file, and has no users to grant anything to`, {
      hint: 'Who may read and change it is decided by the modes of the file and its directory.',
    });
  }
  const { grantsFor } = await import('../../db/grants.ts');
  const rows = grantsFor(purpose, location.database, account).map((grant) => ({ ...grant }));
  return {
    ...manyOf(rows, {
      columns: [],
      keys: ['table', 'privileges', 'statement'],
      name: ({ statement }) => String(statement),
      empty: '',
    }),
    lines: rows.map(({ statement }) => ({ text: `${statement};` })),
  };
}

/** @throws AppError USAGE */
function readAccount(text: string): ServerAccount {
  const at = text.lastIndexOf('@');
  const [user, host] = at < 0 ? [text, '%'] : [text.slice(0, at), text.slice(at + 1)];
  if (user !== '' && host !== '' && !hasUnprintable(text)) return { user, host };
  throw usage('--user is NAME or NAME@HOST', { field: 'user' });
}
