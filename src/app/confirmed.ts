import { storedAddressed, unnamedAudience } from '../core/audience.ts';
import { AppError } from '../core/error.ts';
import type { FieldValues } from '../core/field.ts';
import { isSameAudience, originsTold } from '../core/origins.ts';
import type { Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { quotable, shellWord } from '../core/text.ts';
import type { Integration } from '../db/stores/codec.ts';
import type { TenantScope } from './scope.ts';

/** The origins that nobody confirmed for the new credentials of a stored integration; undefined where there are none. */
export async function unconfirmed(
  { deps, opener }: TenantScope,
  provider: Provider,
  found: Integration,
  given: FieldValues,
): Promise<readonly string[] | undefined> {
  const leads = unnamedAudience(provider, found, given);
  if (!leads) return undefined;
  const { table } = provider.category;
  const open = await opener();
  for (const { name } of storedAddressed(provider, found)) {
    const slot = { table, column: name, id: found.id };
    try {
      const secret = await deps.withNewKeys(() => open.open(String(found[name]), slot));
      if (isSameAudience(secret.audience, leads)) return undefined;
    } catch (error) {
      // What does not open confirms nothing.
      if (!(error instanceof AppError)) throw error;
    }
  }
  return leads;
}

/**
 * Whoever can write the database can change an address and wait for the next credential: so that goes where what is
 * given names it, where a stored one was meant for, or where a person bound it to (`boundValues`).
 * @throws AppError CONFLICT
 */
export async function refuseUnconfirmed(
  scope: TenantScope,
  provider: Provider,
  found: Integration,
  given: FieldValues,
): Promise<void> {
  const origins = await unconfirmed(scope, provider, found, given);
  if (!origins) return;
  const { category, fields } = provider;
  const addresses = fields.filter(({ kind }) => kind === 'url').map(({ flag }) => `--${flag} ADDRESS`);
  const secrets = fields.filter(({ name }) => given[name] instanceof Secret).map(({ flag }) => `--${flag} env:NAME`);
  throw new AppError('CONFLICT', `${unconfirmedReason(found, origins)}; nothing was sent or stored`, {
    hint: `If the address is right, name it too: integrations ${category.name} update ${shellWord(found.id)} ${[...addresses, ...secrets].join(' ')}`,
  });
}

/** A clause that tells a person what is odd. */
export function unconfirmedReason({ displayName }: Integration, origins: readonly string[]): string {
  return `"${quotable(displayName)}" leads to ${originsTold(origins)}, and no stored credential is meant for there: somebody may have changed the address`;
}
