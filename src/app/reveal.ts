import type { Secret } from '../core/secret.ts';
import { categoryOf, type Integration, providerOf } from '../db/stores/codec.ts';
import type { Revealed } from './present.ts';
import { recorded } from './recorded.ts';
import type { TenantScope } from './scope.ts';

/** The credentials of an integration in plain text, which the history tells. */
export async function reveal(scope: TenantScope, row: Integration): Promise<Revealed> {
  const category = categoryOf(row);
  const { readingOf } = await import('../db/stores/history-entry.ts');
  const opener = await scope.opener();
  const attribution = { tenant: scope.tenant, actor: await scope.deps.actor() };
  const credentials = providerOf(category, row).fields.filter(({ credential }) => credential);
  const opened = (): Revealed => {
    const values = credentials.map(({ name }) => {
      const sealed = row[name];
      if (typeof sealed !== 'string') return [name, null] as const;
      const secret: Secret = opener.open(sealed, { table: category.table, column: name, id: row.id });
      return [name, secret.reveal()] as const;
    });
    return Object.fromEntries(values);
  };
  return scope.deps.withNewKeys(() => recorded(scope.deps, attribution, [readingOf(category, 'reveal', row)], opened));
}
