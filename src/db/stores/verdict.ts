import type { Category } from '../../core/category.ts';
import { providerOfType } from '../../providers/index.ts';
import type { Queries } from '../database.ts';
import { codecOf, type Integration, type VerificationStatus } from './codec.ts';

/** What a verification decided about a row, and the row as it was read for it. */
export interface DecidedRow {
  category: Category;
  row: Integration;
  status: Exclude<VerificationStatus, 'NOT_VERIFIED'>;
  /** Why it is refused; null for a valid one. */
  reason: string | null;
  /** Where the provider told it; null leaves what is stored. */
  expiresAt: string | null;
  decidedAt: Date;
}

const reasonLength = 1024;

/**
 * Stores verdicts; to be run in a transaction. One is left out where what it was reached with is no longer stored.
 * `updatedAt` stays.
 * @returns the ids of the rows that were left out
 */
export async function recordVerdicts(queries: Queries, decided: readonly DecidedRow[]): Promise<string[]> {
  const left: string[] = [];
  for (const each of decided) if (!(await record(queries, each))) left.push(each.row.id);
  return left;
}

async function record(
  queries: Queries,
  { category, row, status, reason, expiresAt, decidedAt }: DecidedRow,
): Promise<boolean> {
  const codec = codecOf(category);
  const condition = { tenantId: row.tenantId, id: row.id };
  const current = await queries(category.table).where(condition).first(codec.columns).forUpdate();
  if (!current || !isSame(category, row, codec.decode(current))) return false;
  const verdict = codec.encode({
    verificationStatus: status,
    lastVerifiedAt: `${decidedAt.toISOString().slice(0, 19)}Z`,
    verificationError: reason === null ? null : [...reason].slice(0, reasonLength).join(''),
    ...(expiresAt === null ? {} : { credentialExpiresAt: expiresAt }),
  });
  await queries(category.table)
    .where(condition)
    .update({ ...verdict, updatedAt: queries.ref('updatedAt') });
  return true;
}

/** Whether all that a check reads is as it was. */
function isSame(category: Category, before: Integration, current: Integration): boolean {
  const provider = providerOfType(category.name, String(before[category.typeColumn]));
  const read = provider?.fields.filter(({ checked }) => checked) ?? [];
  return read.every(({ name }) => JSON.stringify(before[name]) === JSON.stringify(current[name]));
}
