import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../../config/config-file.ts';
import { environmentPassword } from '../../config/database-password.ts';
import type { Environment } from '../../config/environment.ts';
import { resolveSettings, type Settings } from '../../config/settings.ts';
import { type CategoryName, categories } from '../../core/category.ts';
import { hasUnprintable } from '../../core/text.ts';
import { withPassword } from '../../db/location.ts';
import type { Ask } from '../../db/read-only.ts';
import { accounts, tenants } from '../../db/stores/host-table.ts';
import { runsTable } from '../../db/stores/run-row.ts';
import { type Directories, directoriesFrom } from '../../files/directories.ts';
import type { NameKind } from './words.ts';

/** A shell is not kept waiting by a server that is silent. */
const patienceMs = 1_000;

/** More than anybody reads through. */
const most = 500;

/** Of the host's tables, whose names no index need lead to. */
const mostHostRows = 10_000;

/**
 * The names that begin with what was typed, a line each: for the scripts of completion. It asks nobody, starts no program,
 * writes nothing, and where anything fails there are none.
 * @param words the kind, what was typed of the name, and the words before it
 */
export async function offeredNames([kind = '', typed = '', ...words]: readonly string[], env: Environment) {
  const found = await Promise.race([
    namesOf(kind as NameKind, typed, words, env).catch(() => []),
    sleep(patienceMs, [], { ref: false }),
  ]);
  return found
    .filter((name) => name.startsWith(typed) && !hasUnprintable(name))
    .map((name) => `${name}\n`)
    .join('');
}

async function namesOf(kind: NameKind, typed: string, words: readonly string[], env: Environment): Promise<string[]> {
  const directories = await directoriesFrom(env);
  const config = await readConfig(directories);
  if (kind === 'context') return Object.keys(config.contexts);
  const flags = { noInput: true, yes: false, quiet: true, debug: false, noColor: true, noPager: true };
  const [tenant, context] = [flagValue('tenant', words), flagValue('context', words)];
  const settings = resolveSettings({ ...flags, tenant, context }, env, config, directories);
  if (kind === 'key') return keysOf(settings, env, directories);
  const ask = await reader(settings, env);
  return ask ? rowsNamed(ask, kind, typed, settings.tenant) : [];
}

/** The ring as far as neither a keychain, which may ask, nor a program gives it. */
async function keysOf({ keyStore }: Settings, env: Environment, directories: Directories): Promise<string[]> {
  const { environmentSource, openKeyStore } = await import('../../crypto/key-sources/index.ts');
  const given = environmentSource(env);
  if (given?.origin === 'INTEGRATIONS_KEYRING_COMMAND' || (!given && keyStore === 'keychain')) return [];
  const ring = await (given ?? openKeyStore('file', directories)).load();
  return [...(ring?.kids ?? [])];
}

async function reader({ location, password }: Settings, env: Environment): Promise<Ask | undefined> {
  if (password?.inKeychain || environmentPassword(env)?.origin === 'INTEGRATIONS_DATABASE_PASSWORD_COMMAND')
    return undefined;
  const { openReadOnly } = await import('../../db/read-only.ts');
  return openReadOnly(withPassword(location, await password?.load()));
}

async function rowsNamed(
  ask: Ask,
  kind: Exclude<NameKind, 'context' | 'key'>,
  typed: string,
  tenant: string | undefined,
): Promise<string[]> {
  if (kind === 'tenant' || kind === 'account') {
    const { table, nameColumn } = kind === 'tenant' ? tenants : accounts;
    const rows = await ask(`SELECT * FROM \`${table}\` LIMIT ${mostHostRows}`);
    return rows.map((row) => String(row[nameColumn] ?? row['id']));
  }
  const rows = await ask(
    `SELECT * FROM \`${tenants.table}\` WHERE \`id\` = ? OR \`${tenants.nameColumn}\` = ?`,
    tenant ?? '',
    tenant ?? '',
  );
  const [id, another] = rows.filter((row) => [row['id'], row[tenants.nameColumn]].map(String).includes(tenant ?? ''));
  if (!id || another) return [];
  if (kind === 'run') return buildsOf(ask, String(id['id']), typed);
  const names = categoriesOf(kind).map((name) =>
    ask(
      `SELECT \`displayName\` FROM \`${categories[name].table}\` WHERE \`tenantId\` = ? AND SUBSTR(\`displayName\`, 1, ?) = ? ORDER BY \`displayName\` LIMIT ${most}`,
      String(id['id']),
      [...typed].length,
      typed,
    ),
  );
  return (await Promise.all(names)).flat().map((row) => String(row['displayName']));
}

/** The newest first: what was started last is followed. */
async function buildsOf(ask: Ask, tenantId: string, typed: string): Promise<string[]> {
  const rows = await ask(
    `SELECT \`id\` FROM \`${runsTable}\` WHERE \`tenantId\` = ? AND \`category\` = 'pipeline' AND SUBSTR(\`id\`, 1, ?) = ? ORDER BY \`id\` DESC LIMIT ${most}`,
    tenantId,
    [...typed].length,
    typed,
  );
  return rows.map((row) => String(row['id']));
}

function categoriesOf(kind: CategoryName | 'integration'): CategoryName[] {
  return kind === 'integration' ? (Object.keys(categories) as CategoryName[]) : [kind];
}

/** The value of a flag of every command, as typed before the cursor. */
function flagValue(name: string, words: readonly string[]): string | undefined {
  const values = words.flatMap((word, index) => {
    if (word === `--${name}`) return words[index + 1] ?? [];
    return word.startsWith(`--${name}=`) ? word.slice(name.length + 3) : [];
  });
  return values.at(-1);
}
