import { unconfirmed, unconfirmedReason } from '../../app/confirmed.ts';
import { storedValues } from '../../app/present.ts';
import type { TenantScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import { boundValues } from '../../core/audience.ts';
import type { FieldValues } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { Secret } from '../../core/secret.ts';
import { sentenceList } from '../../core/text.ts';
import type { Integration } from '../../db/stores/codec.ts';

/**
 * Asks the person whether new credentials may go where only the database says. `--yes` is no answer to that: it is given
 * before anybody knows of the question.
 * @returns what is given, with its credentials bound to where they may go; as it is where there is nobody to ask;
 *   undefined where they may not
 */
export async function confirmAddress(
  context: Context,
  { scope, provider, found }: { scope: TenantScope; provider: Provider; found: Integration },
  given: FieldValues,
): Promise<FieldValues | undefined> {
  const isFresh = Object.values(given).some((value) => value instanceof Secret && !value.audience);
  if (!isFresh || !context.canAsk || context.flags.yes) return given;
  const origins = unconfirmed(provider, found, given, await scope.opener());
  if (!origins) return given;
  const sure = await context.ask.confirm({
    about: [`${unconfirmedReason(found, origins)}.`],
    message: `Send the new credential to ${sentenceList(origins) || 'nowhere'}?`,
    default: false,
  });
  if (!sure) return undefined;
  const bound = boundValues(provider, { ...storedValues(provider, found), ...given });
  return Object.fromEntries(Object.keys(given).map((name) => [name, bound[name] as FieldValues[string]]));
}
