import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { categories, categoryList } from '../core/category.ts';
import { AppError, invalid } from '../core/error.ts';
import type { FieldValue } from '../core/field.ts';
import { Secret } from '../core/secret.ts';
import { compare, quotable } from '../core/text.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import type { Opener } from '../crypto/seal.ts';
import { type Integration, providerOf } from '../db/stores/codec.ts';
import { systemReason } from '../files/system-error.ts';
import type { TenantDocument } from './document.ts';
import type { ItemField } from './item-field.ts';
import type { Credentials } from './resolve-sources.ts';
import type { TenantState } from './state.ts';

/**
 * What was reviewed, as digests: of what the manifest says with its credentials, and of what was stored. They are keyed
 * with a key of each plan's own, so that nobody without the ring can try out short secrets on them.
 */
export interface PlanFile {
  version: 1;
  /** The key of the ring that the plan's own is derived from. */
  kid: string;
  nonce: string;
  prune: boolean;
  tenants: readonly TenantDigests[];
}

export interface TenantDigests {
  id: string;
  manifest: string;
  stored: string;
}

export type Digest = (content: unknown) => string;

export function newNonce(): string {
  return randomBytes(32).toString('base64url');
}

/** Digests that hold for one plan. @throws AppError CONFLICT where the ring has the plan's key no more */
export function digestOf(ring: KeyRing, { kid, nonce }: Pick<PlanFile, 'kid' | 'nonce'>): Digest {
  const ringKey = ring.find(kid);
  if (!ringKey) {
    throw new AppError('CONFLICT', 'the plan was made with a key that is not at hand', { hint: 'Make a new plan.' });
  }
  const key = Buffer.from(hkdfSync('sha256', ringKey, Buffer.from(nonce, 'base64url'), 'integrations/plan/v1', 32));
  return (content) => createHmac('sha256', key).update(JSON.stringify(content)).digest('base64url');
}

/** What a document says, whatever the order and the spelling of its file. */
export function documentContent({ lists }: TenantDocument, credentials: Credentials): unknown {
  return categoryList.map(({ name }) =>
    lists[name]
      ?.map((item) => {
        const entries = [...item.entries].map(([column, entry]) => [column, entryContent(entry, credentials)] as const);
        return [item.name, item.provider.name, item.active?.value ?? null, sorted(entries)];
      })
      .sort(([a], [b]) => compare(String(a), String(b))),
  );
}

function entryContent(entry: ItemField, credentials: Credentials): unknown {
  if (entry.kind === 'value') return [entry.kind, 'value' in entry.read ? plain(entry.read.value) : entry.raw];
  if (entry.kind === 'reference') return [entry.kind, entry.name];
  return entry.kind === 'credential' ? [entry.kind, plain(credentials.get(entry)?.value ?? null)] : [entry.kind];
}

/** What is stored of a tenant, but for what verifying and sealing anew change. */
export function stateContent(state: TenantState, opener: Opener): unknown {
  return categoryList.map(({ name }) =>
    state[name]
      .map((row) => {
        const { fields, type } = providerOf(categories[name], row);
        const values = fields.map(({ name: column, credential }) =>
          credential && row[column] !== null ? opened(opener, categories[name].table, row, column) : row[column],
        );
        return [row.id, type, row.isActive, values];
      })
      .sort(([a], [b]) => compare(String(a), String(b))),
  );
}

function opened(opener: Opener, table: string, row: Integration, column: string): unknown {
  const stored = String(row[column]);
  try {
    return plain(opener.open(stored, { table, column, id: row.id }));
  } catch (error) {
    if (error instanceof AppError) return ['sealed', stored];
    throw error;
  }
}

function plain(value: FieldValue): unknown {
  return value instanceof Secret ? ['secret', value.reveal()] : value;
}

function sorted(entries: readonly (readonly [string, unknown])[]): unknown {
  return [...entries].sort(([a], [b]) => compare(a, b));
}

/** @throws AppError VALIDATION */
export function readPlanFile(path: string): PlanFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw invalid(`cannot read the plan ${quotable(path)}: ${systemReason(error)}`, { field: 'plan', cause: error });
  }
  const content = parsed(text);
  if (isPlanFile(content)) return content;
  throw invalid(`${quotable(path)} is not a plan that this version made`, {
    hint: 'integrations plan -f FILE --out PLAN',
    field: 'plan',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPlanFile(content: unknown): content is PlanFile {
  if (typeof content !== 'object' || content === null) return false;
  const { version, kid, nonce, prune, tenants } = content as Record<string, unknown>;
  const isWhole = version === 1 && typeof kid === 'string' && typeof nonce === 'string' && typeof prune === 'boolean';
  return isWhole && Array.isArray(tenants) && tenants.every(isTenantDigests);
}

function isTenantDigests(content: unknown): content is TenantDigests {
  if (typeof content !== 'object' || content === null) return false;
  const { id, manifest, stored } = content as Record<string, unknown>;
  return [id, manifest, stored].every((each) => typeof each === 'string');
}
