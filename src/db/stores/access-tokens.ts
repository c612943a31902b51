import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import { fromStored } from '../../core/time.ts';
import type { Slot } from '../../crypto/seal.ts';
import { refusalOf } from '../errors.ts';
import type { Queries } from '../queries.ts';
import { type Actor, type HistoryEntry, record } from './history.ts';
import { prepared } from './prepared.ts';

export const accessTokens = { table: 'tenant_access_tokens', column: 'rights' } as const;

/** In place of a tenant's id: a token for all of them. */
export const everyTenant = '*';

/** A row of the table. */
export interface StoredToken {
  id: string;
  /** `everyTenant` for all. */
  tenantId: string;
  name: string;
  digest: string;
  /** Sealed for `rightsSlot`, under the key of `tenantId`. */
  rights: string;
  createdAt: string;
  lastUsedAt: string | null;
}

/** Where the rights of a token stand. */
export function rightsSlot(id: string): Slot {
  return { ...accessTokens, id };
}

export interface AccessTokenStore {
  /** In the order of their making. @param tenantId those of it, and undefined for all there are */
  list(tenantId?: string): Promise<StoredToken[]>;
  hasAny(): Promise<boolean>;
  findByDigest(digest: string): Promise<StoredToken | undefined>;
  /** That it was used now. */
  use(id: string): Promise<void>;
  /** Tells the history too; to be run in a transaction. @throws AppError CONFLICT when the tenant has one of this name */
  insert(token: StoredToken, noted: Noted): Promise<void>;
  /** Tells the history too; to be run in a transaction. @throws AppError NOT_FOUND when it is gone */
  remove(token: Named, noted: Noted): Promise<void>;
  /** Those of a tenant that goes; its own line in the history tells of it. */
  removeAll(tenantId: string): Promise<void>;
}

const byDigest = prepared(['digest'], (queries, { digest }) => queries(accessTokens.table).where({ digest }).first());

type Named = Pick<StoredToken, 'id' | 'name'>;

/** What the history is told beside the token. */
export interface Noted {
  actor: Actor;
  tenant: { id: string; displayName: string | null } | null;
  fields: HistoryEntry['fields'];
}

export function accessTokenStore(queries: Queries): AccessTokenStore {
  const rows = () => queries(accessTokens.table);

  async function note(action: 'create' | 'remove', { name }: Named, { actor, tenant, fields }: Noted) {
    await record(queries, { tenant, actor }, [
      { action, category: 'token', integrationId: null, displayName: name, fields },
    ]);
  }

  return {
    async list(tenantId) {
      const read = await (tenantId === undefined ? rows() : rows().where({ tenantId })).orderBy('id').select();
      return read.map(decoded);
    },

    async hasAny() {
      return (await rows().first('id')) !== undefined;
    },

    async findByDigest(digest) {
      const [row] = await byDigest(queries, { digest });
      return row && decoded(row);
    },

    async use(id) {
      await rows().where({ id }).update({ lastUsedAt: queries.fn.now() });
    },

    async insert(token, noted) {
      const { createdAt: _, lastUsedAt: __, ...values } = token;
      try {
        await rows().insert(values);
      } catch (error) {
        if (refusalOf(error) !== 'duplicate') throw error;
        throw new AppError('CONFLICT', `there is a token named "${quotable(token.name)}" already`, {
          hint: 'integrations token list',
          field: 'name',
          cause: error,
        });
      }
      await note('create', token, noted);
    },

    async remove(token, noted) {
      if ((await rows().where({ id: token.id }).delete()) === 0) {
        throw new AppError('NOT_FOUND', `the token "${quotable(token.name)}" no longer exists`);
      }
      await note('remove', token, noted);
    },

    async removeAll(tenantId) {
      await rows().where({ tenantId }).delete();
    },
  };
}

function decoded(row: Record<string, unknown>): StoredToken {
  const time = (value: unknown) => (typeof value === 'string' ? fromStored(value) : null);
  return {
    id: String(row['id']),
    tenantId: String(row['tenantId']),
    name: String(row['name']),
    digest: String(row['digest']),
    rights: String(row['rights']),
    createdAt: time(row['createdAt']) ?? '',
    lastUsedAt: time(row['lastUsedAt']),
  };
}
