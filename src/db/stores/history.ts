import type { CategoryName } from '../../core/category.ts';
import { newId } from '../../core/id.ts';
import type { Queries } from '../queries.ts';
import { addWitness } from '../witness.ts';
import type { StoredValue } from './codec.ts';

export const historyTable = 'tenant_integration_history';

/** Who acts, and from where. The names are copied into each row of the history. */
export interface Actor {
  /** Null where no account is chosen. */
  accountId: string | null;
  /** Its e-mail, else its name. */
  accountName: string | null;
  osUser: string;
  host: string;
  /** As typed, without its arguments: `scm update`. */
  command: string;
}

/** Whose history is written, and who writes it. */
export interface Attribution {
  /** Null for what concerns all tenants, such as a key. */
  tenant: { id: string; displayName: string | null } | null;
  actor: Actor;
}

export type Action =
  | 'create'
  | 'update'
  | 'enable'
  | 'disable'
  | 'link'
  | 'rotate'
  | 'remove'
  | 'reveal'
  | 'export'
  | 'exec'
  | 'divert'
  | 'start'
  | 'send'
  | 'cancel'
  | 'close'
  | 'activate'
  | 'import'
  | 'purge';

/** A plain field with its values; of a credential only that it changed; of what was read only its name. */
export type HistoryField = { name: string; before: StoredValue; after: StoredValue } | { name: string; changed?: true };

/** What happened to one thing: a row of the history but for when and by whom. */
export interface HistoryEntry {
  action: Action;
  category: CategoryName | 'tenant' | 'account' | 'token' | 'key' | 'history';
  integrationId: string | null;
  /** As it was called before. */
  displayName: string | null;
  fields: readonly HistoryField[];
}

const batchSize = 100;

/** Appends to the history; to be run in the transaction of what it tells of. */
export async function record(
  queries: Queries,
  { tenant, actor }: Attribution,
  entries: readonly HistoryEntry[],
): Promise<void> {
  const common = {
    tenantId: tenant?.id ?? null,
    tenantName: fitting(tenant?.displayName ?? null),
    accountId: actor.accountId,
    accountName: fitting(actor.accountName),
    osUser: fitting(actor.osUser),
    host: fitting(actor.host),
    command: actor.command,
  };
  const rows = entries.map(({ fields, ...entry }) => ({
    id: newId('history'),
    ...common,
    ...entry,
    fields: JSON.stringify(fields),
  }));
  const [first] = rows;
  if (first) addWitness(queries, { table: historyTable, id: first.id });
  for (let at = 0; at < rows.length; at += batchSize) {
    await queries(historyTable).insert(rows.slice(at, at + batchSize));
  }
}

/** The names of a host's tables may be longer than the column. */
function fitting(text: string | null): string | null {
  return text === null ? null : [...text].slice(0, 255).join('');
}
