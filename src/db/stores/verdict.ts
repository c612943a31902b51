import { type Category, categories, categoryList } from '../../core/category.ts';
import { type Link, links } from '../../core/links.ts';
import { moment } from '../../core/time.ts';
import { providerOfType } from '../../providers/index.ts';
import type { Queries } from '../queries.ts';
import { changedColumns, type SameCredential } from './changed.ts';
import { codecOf, type Integration, type StoredValue, type VerificationStatus } from './codec.ts';

/** What a verification decided, and what it was reached with beside the row itself. */
export interface Decision {
  /** What a pipeline uses. */
  uses: Partial<Record<Link, Integration>>;
  status: Exclude<VerificationStatus, 'NOT_VERIFIED'>;
  /** Why it is refused; null for a valid one. */
  reason: string | null;
  /** Where the provider told it; null leaves what is stored. */
  expiresAt: string | null;
  decidedAt: Date;
}

/** A decision about a row that is stored. */
export interface DecidedRow extends Decision {
  category: Category;
  /** As it was when it was asked about. */
  row: Integration;
}

/** All that storing a verdict changes. */
export const observedColumns = [
  'verificationStatus',
  'lastVerifiedAt',
  'verificationError',
  'credentialExpiresAt',
  'updatedAt',
] as const;

const reasonLength = 1024;

/**
 * Stores verdicts; to be run in a transaction. One is left out where what it was reached with is no longer stored.
 * `updatedAt` stays.
 * @param same tells a credential that was sealed anew from one that was changed
 * @returns the status that is stored of those that were left out, by id; undefined where the row is gone
 */
export async function storeVerdicts(
  queries: Queries,
  decided: readonly DecidedRow[],
  same?: SameCredential,
): Promise<Map<string, VerificationStatus | undefined>> {
  const current = await locked(queries, decided.flatMap(readFor));
  const left = new Map<string, VerificationStatus | undefined>();
  for (const each of decided) {
    if (await isAsRead(readFor(each), current, same)) await write(queries, each);
    else left.set(each.row.id, current.get(each.row.id)?.verificationStatus);
  }
  return left;
}

type Read = Pick<DecidedRow, 'category' | 'row'>;

/** The rows that a verdict was reached with. */
function readFor({ category, row, uses }: DecidedRow): Read[] {
  return [{ category, row }, ...linkedRows(uses)];
}

function linkedRows(uses: Decision['uses']): Read[] {
  return links.flatMap((link) => (uses[link] ? [{ category: categories[link], row: uses[link] }] : []));
}

/**
 * The columns that keep a decision about a row that is written in this transaction; none where what it uses is no
 * longer stored as it was when it was asked about.
 */
export async function verdictColumns(
  queries: Queries,
  decision: Decision | undefined,
  same: SameCredential | undefined,
): Promise<Record<string, StoredValue>> {
  if (!decision) return {};
  const used = linkedRows(decision.uses);
  return (await isAsRead(used, await locked(queries, used), same)) ? columnsOf(decision) : {};
}

/** The rows as they are stored now, locked always in one order, so that two runs never wait for each other. */
async function locked(queries: Queries, reads: readonly Read[]): Promise<Map<string, Integration>> {
  const place = ({ category, row }: Read) => `${categoryList.indexOf(category)} ${row.id}`;
  const ordered = [...new Map(reads.map((read) => [place(read), read]))].sort(([a], [b]) => (a < b ? -1 : 1));
  const current = new Map<string, Integration>();
  for (const [, { category, row }] of ordered) {
    const codec = codecOf(category);
    const condition = { tenantId: row.tenantId, id: row.id };
    const found = await queries(category.table).where(condition).first(codec.columns).forUpdate();
    if (found) current.set(row.id, codec.decode(found));
  }
  return current;
}

async function write(queries: Queries, decided: DecidedRow): Promise<void> {
  const { category, row } = decided;
  await queries(category.table)
    .where({ tenantId: row.tenantId, id: row.id })
    .update({ ...codecOf(category).encode(columnsOf(decided)), updatedAt: queries.ref('updatedAt') });
}

function columnsOf({ status, reason, expiresAt, decidedAt }: Decision): Record<string, StoredValue> {
  return {
    verificationStatus: status,
    lastVerifiedAt: moment(decidedAt),
    verificationError: reason === null ? null : [...reason].slice(0, reasonLength).join(''),
    ...(expiresAt === null ? {} : { credentialExpiresAt: expiresAt }),
  };
}

/** Whether all that a check reads is as it was. */
async function isAsRead(
  reads: readonly Read[],
  stored: ReadonlyMap<string, Integration>,
  same: SameCredential | undefined,
): Promise<boolean> {
  for (const { category, row } of reads) {
    const current = stored.get(row.id);
    if (!current) return false;
    const provider = providerOfType(category.name, String(row[category.typeColumn]));
    const checked = provider?.fields.filter((field) => field.checked).map(({ name }) => name) ?? [];
    if ((await changedColumns(category, [row, current], checked, same)).length > 0) return false;
  }
  return true;
}
