import { unconfirmedAudience } from '../core/audience.ts';
import { AppError } from '../core/error.ts';
import type { FieldValues } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { quotable, sentenceList, shellWord } from '../core/text.ts';
import type { Opener } from '../crypto/seal.ts';
import type { Integration } from '../db/stores/codec.ts';

/** The origins that nobody confirmed for the new credentials of a stored integration; undefined where there are none. */
export function unconfirmed(
  provider: Provider,
  found: Integration,
  given: FieldValues,
  opener: Opener,
): readonly string[] | undefined {
  const { table } = provider.category;
  return unconfirmedAudience(provider, found, given, ({ name }) =>
    opener.open(String(found[name]), { table, column: name, id: found.id }),
  );
}

/**
 * Whoever can write the database can change an address and wait for the next credential: so that goes where what is
 * given names it, where a stored one was meant for, or where a person bound it to (`boundValues`).
 * @throws AppError CONFLICT
 */
export function refuseUnconfirmed(provider: Provider, found: Integration, given: FieldValues, opener: Opener): void {
  const origins = unconfirmed(provider, found, given, opener);
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
  const leads = origins.length > 0 ? sentenceList(origins.map((origin) => quotable(origin))) : 'nowhere';
  return `"${quotable(displayName)}" leads to ${leads}, and no stored credential is meant for there: somebody may have changed the address`;
}
