import { categoryList } from '../core/category.ts';
import { summaries } from '../providers/summaries.ts';
import type { Command } from './command.ts';

/** A top-level command by its name; the rest of it is loaded when it is needed. */
export interface CommandEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** The heading of the program's help that it stands under. */
  readonly group?: string;
  load(): Promise<Command>;
}

export function entry(name: string, summary: string, load: () => Promise<Command>): CommandEntry {
  return { name, aliases: [], summary, load };
}

/** All but what explains them: the command line adds that, and puts them in the order of the help. */
export const commandEntries: readonly CommandEntry[] = [
  entry(
    'init',
    'Create the key, the tables, the first tenant and account',
    async () => (await import('./init.ts')).init,
  ),
  entry(
    'setup',
    'Set up a tenant step by step, until it can release',
    async () => (await import('./setup/index.ts')).setup,
  ),
  entry(
    'status',
    'Show the tenant at a glance, and what stops its pipelines',
    async () => (await import('./status.ts')).status,
  ),
  ...categoryList.map((category) => ({
    name: category.name,
    aliases: category.aliases,
    summary: summaries[category.name],
    load: async () => (await import('./integration/index.ts')).integrationCommand(category),
  })),
  entry('verify', 'Ask the providers whether the integrations work', async () => (await import('./verify.ts')).verify),
  entry(
    'expiring',
    'List credentials that have expired or will soon',
    async () => (await import('./expiring.ts')).expiring,
  ),
  entry(
    'notify',
    'Send a message to all that listen to an event',
    async () => (await import('./notify.ts')).notifyCommand,
  ),
  entry('runs', 'List what was triggered, sent and created', async () => (await import('./runs.ts')).runs),
  entry('history', 'Show who changed or read what, and when', async () => (await import('./history.ts')).history),
  entry(
    'doctor',
    'Check the database, the keys, the files and the network',
    async () => (await import('./doctor/index.ts')).doctor,
  ),
  entry('plan', 'Show what apply would change', async () => (await import('./plan.ts')).plan),
  entry('apply', 'Make the stored integrations match a manifest', async () => (await import('./apply.ts')).apply),
  entry('export', 'Print what is stored as a manifest', async () => (await import('./export.ts')).exportCommand),
  entry('schema', 'Print the JSON Schema of the manifest', async () => (await import('./schema.ts')).schema),
  entry('graph', 'Draw the integrations and what uses what', async () => (await import('./graph.ts')).graph),
  entry('exec', "Run a command with a pipeline's credentials", async () => (await import('./exec/index.ts')).exec),
  entry('tenant', 'Tenants: add, list, show, use, remove', async () => (await import('./tenant.ts')).tenant),
  entry('account', 'Accounts: add, list, show, use, remove', async () => (await import('./account.ts')).account),
  entry('serve', 'Serve the integrations as a REST API', async () => (await import('./serve.ts')).serve),
  entry('token', 'Tokens for the API: add, list, remove', async () => (await import('./token.ts')).token),
  entry('context', 'Named settings: add, list, show, use, remove', async () => (await import('./context.ts')).context),
  entry(
    'provider',
    'Providers, their fields, and where credentials are made',
    async () => (await import('./provider.ts')).provider,
  ),
  entry('key', 'Encryption keys: add, rotate, export, import …', async () => (await import('./key.ts')).key),
  entry('db', 'Database tables: migrate, rollback, status, grants', async () => (await import('./db/index.ts')).db),
];

/** The entry as a command without its verbs, for the help of the program. */
export function outline({ name, aliases, summary, group }: CommandEntry): Command {
  return { name, aliases, summary, ...(group === undefined ? {} : { group }) };
}
