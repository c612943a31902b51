import type { NamedContext } from '../config/config-file.ts';
import type { Context } from '../context.ts';
import { AppError, usage } from '../core/error.ts';
import { hasPassword, readLocation } from '../db/location.ts';
import { type Data, manyOf, type OneView, type View } from '../output/view.ts';
import { type Command, type Input, textFlag } from './command.ts';
import { confirm } from './confirm.ts';
import { formats } from './global-flags.ts';

const nameArgument = { name: 'name', help: 'Name of the context' } as const;

const contextKeys = ['name', 'current', 'databaseUrl', 'keyStore', 'tenant', 'account', 'output', 'envPrefix'];

export const context: Command = {
  name: 'context',
  summary: 'Named settings: add, list, show, use, remove',
  description:
    'A context names a database, a key store, a tenant, an account, an output format, and what the variables that ' +
    'manifests may name begin with. ' +
    'They are kept in config.yaml. The password of a database is never kept there: it comes from ' +
    'INTEGRATIONS_DATABASE_PASSWORD, _FILE (a file that holds it) or _COMMAND (a program that prints it), or from the ' +
    'keychain (service "integrations", account "database-password:NAME") where the key store is the keychain.',
  commands: [
    {
      name: 'add',
      summary: 'Add a context; --tenant, --account and --output set its own',
      args: [{ ...nameArgument, required: true }],
      flags: [
        {
          name: 'database-url',
          value: 'url',
          help: 'mysql://user@host:3306/name (?ssl=verify|require|off, ?ssl-ca=PATH, ?socket=PATH), or sqlite:/path/file.db; no password',
        },
        { name: 'key-store', value: 'store', choices: ['keychain', 'file'], help: 'Where the encryption key is kept' },
        { name: 'env-prefix', value: 'prefix', help: 'Prefix of the variables that manifests may name' },
      ],
      examples: [
        'integrations context add prod --database-url mysql://release@db.acme.test:3306/platform --tenant Acme',
      ],
      keys: contextKeys,
      run: add,
    },
    { name: 'list', summary: 'List the contexts', examples: ['integrations context list'], run: list },
    {
      name: 'show',
      summary: 'Show a context, or the active one',
      args: [nameArgument],
      examples: ['integrations context show'],
      async run(current, input) {
        const config = await current.config();
        return one(input.args[0] ?? (await current.settings()).contextName, config.contexts, config.current);
      },
    },
    {
      name: 'use',
      summary: 'Use a context from now on',
      args: [{ ...nameArgument, required: true }],
      examples: ['integrations context use prod'],
      keys: contextKeys,
      async run(current, input) {
        const name = input.args[0] ?? '';
        const { contexts } = await current.config();
        const view = one(name, contexts, name);
        await current.changeConfig((config) => {
          config.current = name;
        });
        current.note(`The context is "${name}" from now on.`);
        return view;
      },
    },
    {
      name: 'remove',
      summary: 'Remove a context; nothing in its database changes',
      args: [{ ...nameArgument, required: true }],
      examples: ['integrations context remove staging'],
      keys: contextKeys,
      run: remove,
    },
  ],
};

async function add(current: Context, input: Input): Promise<OneView> {
  const name = input.args[0] ?? '';
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)) {
    throw usage('the name of a context is letters, digits, "_", "-" and "."', { field: 'name' });
  }
  const databaseUrl = textFlag(input, 'database-url');
  if (databaseUrl !== undefined) {
    if (hasPassword(databaseUrl)) {
      throw usage('--database-url holds a password, which is not kept in a file', {
        hint: 'Leave it out and set INTEGRATIONS_DATABASE_PASSWORD, _FILE or _COMMAND, or keep it in the keychain.',
        field: 'databaseUrl',
      });
    }
    readLocation(databaseUrl, '--database-url');
  }
  const { contexts, current: active } = await current.config();
  const { tenant, account, output } = current.flags;
  const given = {
    databaseUrl,
    keyStore: textFlag(input, 'key-store') ?? contexts[active]?.keyStore,
    tenant,
    account,
    output,
    envPrefix: textFlag(input, 'env-prefix'),
  };
  const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as NamedContext;
  await current.changeConfig((config) => {
    if (Object.hasOwn(config.contexts, name)) {
      throw new AppError('CONFLICT', `a context named "${name}" exists already`, {
        hint: `integrations context show ${name}`,
      });
    }
    config.contexts[name] = settings;
    if (Object.keys(config.contexts).length === 1) config.current = name;
  });
  const changed = Object.keys(contexts).length === 0 ? name : active;
  current.note(
    `Added the context "${name}".${changed === name ? ' It is the active one.' : ` To use it: integrations context use ${name}`}`,
  );
  return one(name, { [name]: settings }, changed);
}

async function list(current: Context): Promise<View> {
  const { contexts, current: active } = await current.config();
  return manyOf(
    Object.entries(contexts).map(([name, settings]) => dataOf(name, settings, active)),
    {
      columns: [
        { title: '', text: (data) => (data['current'] ? '*' : ' '), whole: true },
        { title: 'Name', text: (data) => String(data['name']) },
        { title: 'Database', text: (data) => String(data['databaseUrl'] ?? 'embedded') },
        { title: 'Keys', text: (data) => String(data['keyStore'] ?? '-') },
        { title: 'Tenant', text: (data) => String(data['tenant'] ?? '-') },
        { title: 'Account', text: (data) => String(data['account'] ?? '-') },
      ],
      keys: contextKeys,
      name: (data) => String(data['name']),
      empty: 'No contexts yet; the defaults apply. To add one: integrations context add NAME',
    },
  );
}

async function remove(current: Context, input: Input): Promise<OneView> {
  const name = input.args[0] ?? '';
  const config = await current.config();
  const view = one(name, config.contexts, config.current);
  if (config.current === name && Object.keys(config.contexts).length > 1) {
    throw new AppError('CONFLICT', `"${name}" is the active context`, {
      hint: 'integrations context use ANOTHER, then remove it.',
    });
  }
  await confirm(current, {
    about: [
      `This removes the context "${name}" from the configuration: ${settingsTold(view)}.`,
      'What is in its database stays.',
    ],
    message: 'Remove it?',
  });
  await current.changeConfig((changed) => {
    delete changed.contexts[name];
  });
  current.note(`Removed the context "${name}".`);
  return view;
}

function dataOf(name: string, settings: NamedContext, active: string): Data {
  return {
    name,
    current: name === active,
    databaseUrl: settings.databaseUrl ?? null,
    keyStore: settings.keyStore ?? null,
    tenant: settings.tenant ?? null,
    account: settings.account ?? null,
    output: settings.output ?? null,
    envPrefix: settings.envPrefix ?? null,
  };
}

/** What a context holds, for a person to look over. */
function settingsTold({ lines }: OneView): string {
  const told = lines.filter(([label, text]) => ['Database', 'Tenant', 'Account'].includes(label) && text !== '-');
  return told.map(([label, text]) => `${label.toLowerCase()} ${text}`).join(', ');
}

function one(name: string, contexts: Record<string, NamedContext>, active: string): OneView {
  const settings = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (!settings) {
    throw new AppError('NOT_FOUND', `no context named "${name}"`, { hint: 'integrations context list' });
  }
  const data = dataOf(name, settings, active);
  return {
    kind: 'one',
    data,
    name,
    lines: [
      ['Name', name],
      ['Active', data['current'] ? 'yes' : 'no'],
      ['Database', settings.databaseUrl ?? 'embedded'],
      ['Keys', settings.keyStore ?? '-'],
      ['Tenant', settings.tenant ?? '-'],
      ['Account', settings.account ?? '-'],
      ['Output', settings.output ?? `${formats[0]}`],
      ['Variables', settings.envPrefix === undefined ? 'any' : `those that begin with ${settings.envPrefix}`],
    ],
  };
}
