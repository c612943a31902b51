import { categoryList } from '../../core/category.ts';
import { providersOf } from '../../providers/index.ts';
import type { Queries } from '../queries.ts';

/** Rows of a type that no provider of this version has, as a newer version or another program may have stored them. */
export interface Strangers {
  category: (typeof categoryList)[number];
  /** How many there are. */
  count: number;
  /** The first of them. */
  rows: { id: string; tenantId: string; type: string }[];
}

/** Of all tenants, by category; only those of which there are any. */
export async function strangers(queries: Queries, most: number): Promise<Strangers[]> {
  const found: Strangers[] = [];
  for (const category of categoryList) {
    const { table, typeColumn, name } = category;
    const known = providersOf(name).map(({ type }) => type);
    const matching = () => queries(table).whereNotIn(typeColumn, known);
    const [counted]: { n: number | string }[] = await matching().count({ n: '*' });
    const count = Number(counted?.n ?? 0);
    if (count === 0) continue;
    const rows = await matching().orderBy('id').limit(most).select('id', 'tenantId', { type: typeColumn });
    found.push({ category, count, rows: rows.map((row) => ({ ...row, tenantId: String(row.tenantId) })) });
  }
  return found;
}
