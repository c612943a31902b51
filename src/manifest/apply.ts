import { type CategoryName, categoryList } from '../core/category.ts';
import { links } from '../core/links.ts';
import type { Sealer } from '../crypto/seal.ts';
import type { Integration } from '../db/stores/codec.ts';
import { sealNew, sealValues } from '../db/stores/sealed-row.ts';
import { uniqueKey } from '../db/stores/unique.ts';
import type { WritableStores } from '../db/stores/writable-stores.ts';
import type { Change } from './change.ts';

interface Writing {
  sealer: Sealer;
  /** Who is noted to have set up what is new. */
  accountId: string;
}

/**
 * Writes the changes of a tenant. What others use is made before them and goes after them, and what two integrations
 * exchange they give up first.
 */
export async function writeChanges(
  stores: WritableStores,
  changes: readonly Change[],
  { sealer, accountId }: Writing,
): Promise<void> {
  const used: readonly CategoryName[] = links;
  const users = categoryList.map(({ name }) => name).filter((name) => !used.includes(name));
  const of = (name: CategoryName) => changes.filter(({ category }) => category.name === name);
  /** Rows as they stand while they are set aside, by id. */
  const aside = new Map<string, Integration>();

  for (const name of users) await removeFrom(name);
  for (const name of used) await writeTo(name, of(name));
  // Of these the ones that go have gone.
  for (const name of users) {
    const left = of(name).filter(({ action }) => action !== 'delete');
    await writeTo(name, left);
  }
  for (const name of used) await removeFrom(name);

  async function removeFrom(name: CategoryName): Promise<void> {
    const rows = of(name).flatMap(({ action, row }) => (action === 'delete' && row ? [aside.get(row.id) ?? row] : []));
    await stores[name].removeMany(rows);
  }

  async function writeTo(name: CategoryName, own: readonly Change[]): Promise<void> {
    for (const row of await stores[name].setAside(inTheWay(own))) aside.set(row.id, row);
    await stores[name].updateMany(
      own.flatMap(({ action, row, values, id, provider }) => {
        if (action !== 'update' || !row) return [];
        return [{ before: aside.get(id) ?? row, changes: sealValues(provider, row, values, sealer) }];
      }),
    );
    const created = own.filter(({ action }) => action === 'create');
    await stores[name].insertMany(
      created.map(({ provider, id, values }) => sealNew(provider, { id, accountId, values }, sealer)),
    );
  }
}

/** Rows that have, until this is written, a name or a unique key that another one is to have. */
function inTheWay(changes: readonly Change[]): Integration[] {
  const wanted = new Map<string, string>();
  for (const { action, category, provider, name, row, values, id } of changes) {
    if (action === 'delete' || action === 'none') continue;
    wanted.set(`name ${name}`, id);
    const key = uniqueKey(category.name, { ...row, [category.typeColumn]: provider.type, ...values });
    if (key !== undefined) wanted.set(`key ${key}`, id);
  }
  return changes.flatMap(({ row, category }) => {
    if (!row) return [];
    const owners = [wanted.get(`name ${row.displayName}`), wanted.get(`key ${uniqueKey(category.name, row)}`)];
    return owners.some((owner) => owner !== undefined && owner !== row.id) ? [row] : [];
  });
}
