import type { Category } from '../../core/category.ts';
import { type Slot, sealedUnder } from '../../crypto/seal.ts';
import { codecOf, type Integration, type IntegrationColumns } from './codec.ts';

/** Whether two sealed values of one slot hold the same credential. */
export type SameCredential = (
  tenantId: string,
  slot: Slot,
  sealed: readonly [before: string, current: string],
) => Promise<boolean>;

/**
 * Those of the columns that hold something else than before. A credential that was only sealed anew, under another
 * key, is the same; without `same` nobody can tell.
 */
export async function changedColumns(
  category: Category,
  [before, current]: readonly [IntegrationColumns, Integration],
  columns: readonly string[],
  same: SameCredential | undefined,
): Promise<string[]> {
  const changed: string[] = [];
  for (const column of columns) {
    const [was, is] = [before[column], current[column]];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    const isResealed =
      same !== undefined &&
      codecOf(category).sealed.has(column) &&
      typeof was === 'string' &&
      typeof is === 'string' &&
      sealedUnder(was) !== sealedUnder(is) &&
      (await same(current.tenantId, { table: category.table, column, id: current.id }, [was, is]));
    if (!isResealed) changed.push(column);
  }
  return changed;
}
