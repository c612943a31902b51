import { createHmac, type Hmac, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Category, categories, categoryList } from '../core/category.ts';
import { AppError, invalid } from '../core/error.ts';
import type { FieldValue } from '../core/field.ts';
import { Secret } from '../core/secret.ts';
import { compare, quotable } from '../core/text.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import type { Opener } from '../crypto/seal.ts';
import { type Integration, providerOf } from '../db/stores/codec.ts';
import { systemReason } from '../files/system-error.ts';
import type { ManifestItem, TenantDocument } from './document.ts';
import { type ItemField, readValue } from './item-field.ts';
import type { Credentials } from './resolve-sources.ts';
import type { StoredRows } from './stored-rows.ts';

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

/** Begins a digest; its text is that of JSON, given in pieces, for a tenant may have any number of integrations. */
export type StartDigest = () => Hmac;

export function newNonce(): string {
  return randomBytes(32).toString('base64url');
}

/** Digests that hold for one plan. @throws AppError CONFLICT where the ring has the plan's key no more */
export function digestsOf(ring: KeyRing, { kid, nonce }: Pick<PlanFile, 'kid' | 'nonce'>): StartDigest {
  const ringKey = ring.find(kid);
  if (!ringKey) {
    throw new AppError('CONFLICT', 'the plan was made with a key that is not at hand', { hint: 'Make a new plan.' });
  }
  const key = Buffer.from(hkdfSync('sha256', ringKey, Buffer.from(nonce, 'base64url'), 'integrations/plan/v1', 32));
  return () => createHmac('sha256', key);
}

/** What a document says, whatever the order and the spelling of its file. */
export function documentDigest({ lists }: TenantDocument, credentials: Credentials, start: StartDigest): string {
  const digest = start();
  for (const [index, { name }] of categoryList.entries()) {
    const items = lists[name] && [...lists[name]].sort((a, b) => compare(a.name, b.name));
    digest.update(index === 0 ? '[' : ',').update(items ? '[' : 'null');
    for (const [at, item] of (items ?? []).entries())
      digest.update(`${at > 0 ? ',' : ''}${JSON.stringify(itemContent(item, credentials))}`);
    if (items) digest.update(']');
  }
  return digest.update(']').digest('base64url');
}

function itemContent(item: ManifestItem, credentials: Credentials): unknown {
  const entries = item.entries.map((entry) => [entry.field.name, entryContent(entry, credentials)] as const);
  return [item.name, item.provider.name, item.active?.value ?? null, sorted(entries)];
}

function entryContent(entry: ItemField, credentials: Credentials): unknown {
  if (entry.kind === 'value') {
    const read = readValue(entry.field, entry.raw);
    return [entry.kind, 'value' in read ? plain(read.value) : entry.raw];
  }
  if (entry.kind === 'reference') return [entry.kind, entry.name];
  return entry.kind === 'credential' ? [entry.kind, plain(credentials.get(entry)?.value ?? null)] : [entry.kind];
}

/** A digest of what is stored of a tenant, but for what verifying and sealing anew change, taken as it is read. */
export interface StoredDigest {
  /** The same rows, which are to be read category by category in their usual order. */
  watched(rows: StoredRows): StoredRows;
  /** Once all are read. */
  end(): string;
}

export function startStoredDigest(opener: Opener, start: StartDigest): StoredDigest {
  const digest = start();
  let count = 0;
  return {
    watched: (rows) =>
      async function* (name) {
        digest.update(count === 0 ? '[[' : ',[');
        count += 1;
        let before = '';
        for await (const page of rows(name)) {
          for (const row of page) {
            digest.update(`${before}${JSON.stringify(rowContent(categories[name], row, opener))}`);
            before = ',';
          }
          yield page;
        }
        digest.update(']');
      },
    end() {
      if (count !== categoryList.length) throw new Error('not all that is stored was read');
      return digest.update(']').digest('base64url');
    },
  };
}

function rowContent(category: Category, row: Integration, opener: Opener): unknown {
  const { fields, type } = providerOf(category, row);
  const values = fields.map(({ name, credential }) =>
    credential && row[name] !== null ? opened(opener, category.table, row, name) : row[name],
  );
  return [row.id, type, row.isActive, values];
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
