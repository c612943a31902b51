import type { Secret } from '../core/secret.ts';
import type { Opener } from '../crypto/seal.ts';
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
  const opened = (): Revealed => {
    const values = openCredentials(opener, row).map(([name, secret]) => [name, secret?.reveal() ?? null] as const);
    return Object.fromEntries(values);
  };
  return scope.deps.withNewKeys(() => recorded(scope.deps, attribution, [readingOf(category, 'reveal', row)], opened));
}

/**
 * The credentials of an integration, opened, by column; null where one is not set. To be asked only together with a line of
 * the history.
 * @throws AppError KEY_UNAVAILABLE | DECRYPTION_FAILED
 */
export function openCredentials(
  opener: Opener,
  row: Integration,
  isWanted: (column: string) => boolean = () => true,
): (readonly [column: string, Secret | null])[] {
  const category = categoryOf(row);
  const credentials = providerOf(category, row).fields.filter(({ name, credential }) => credential && isWanted(name));
  return credentials.map(({ name }) => {
    const sealed = row[name];
    if (typeof sealed !== 'string') return [name, null] as const;
    return [name, opener.open(sealed, { table: category.table, column: name, id: row.id })] as const;
  });
}
