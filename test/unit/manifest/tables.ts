import { isDeepStrictEqual } from 'node:util';
import { type CategoryName, categories, categoryList } from '../../../src/core/category.ts';
import { linkColumns, links } from '../../../src/core/links.ts';
import type { Sealed, Sealer } from '../../../src/crypto/seal.ts';
import type { Integration } from '../../../src/db/stores/codec.ts';
import type { NewIntegration, SealedValues } from '../../../src/db/stores/sealed-row.ts';
import { uniqueKey } from '../../../src/db/stores/unique.ts';
import type { WritableStores } from '../../../src/db/stores/writable-stores.ts';
import { opened, sealed } from './plans.ts';

/** Five tables in memory that refuse what the schema refuses, and a log of what was asked of them. */
export interface Tables {
  readonly stores: WritableStores;
  readonly rows: () => Integration[];
  readonly log: readonly string[];
}

export const sealer: Sealer = {
  seal: (secret) => sealed(secret.reveal()) as Sealed,
  open: opened,
};

export function tables(start: readonly Integration[]): Tables {
  const rows = new Map(start.map((row) => [row.id, row]));
  const aside = new Map<string, Integration>();
  const log: string[] = [];

  /** @throws where another row of the table has the name or the unique key, or what a pipeline uses is not there */
  function put(category: CategoryName, row: Integration): void {
    const { typeColumn } = categories[category];
    const others = [...rows.values()].filter((each) => each[typeColumn] !== undefined && each.id !== row.id);
    const key = uniqueKey(category, row);
    if (others.some(({ displayName }) => displayName === row.displayName)) throw new Error(`two ${row.displayName}`);
    if (key !== undefined && others.some((each) => uniqueKey(category, each) === key)) throw new Error(`two ${key}`);
    for (const link of links)
      if (category === 'pipeline' && !rows.has(String(row[linkColumns[link]]))) throw new Error(`no ${link}`);
    rows.set(row.id, row);
  }

  function unchanged(before: { id: string }): Integration {
    const current = rows.get(before.id);
    if (!current || !isDeepStrictEqual(current, before)) throw new Error(`${before.id} is not as it was read`);
    return current;
  }

  const storeOf = (category: CategoryName) => ({
    async insertMany(many: readonly NewIntegration[]) {
      for (const row of many) {
        log.push(`insert ${category} ${row.displayName}`);
        put(category, { tenantId: 'acme', isActive: true, ...row } as unknown as Integration);
      }
    },
    async setAside(many: readonly Integration[]) {
      return many.map((before) => {
        const row = unchanged(before);
        log.push(`set aside ${category} ${row.displayName}`);
        aside.set(row.id, row);
        const away = { ...row, displayName: `moving ${row.id}` };
        put(category, category === 'scm' ? { ...away, organization: `moving ${row.id}` } : away);
        return rows.get(row.id);
      });
    },
    async updateMany(many: readonly { before: Integration; changes: SealedValues }[]) {
      for (const { before, changes } of many) {
        const row = unchanged(before);
        const whole = { ...(aside.get(row.id) ?? row), ...changes } as Integration;
        log.push(`update ${category} ${whole.displayName}`);
        put(category, whole);
      }
    },
    async removeMany(many: readonly Integration[]) {
      for (const before of many) {
        const row = unchanged(before);
        log.push(`remove ${category} ${(aside.get(row.id) ?? row).displayName}`);
        const users = [...rows.values()].filter((each) =>
          Object.values(linkColumns).some((column) => each[column] === row.id),
        );
        if (users.length > 0) throw new Error(`${row.id} is used by ${users[0]?.displayName}`);
        rows.delete(row.id);
      }
    },
  });
  const stores = Object.fromEntries(categoryList.map(({ name }) => [name, storeOf(name)]));
  // Writing asks for these four alone.
  return { stores: stores as unknown as WritableStores, rows: () => [...rows.values()], log };
}
