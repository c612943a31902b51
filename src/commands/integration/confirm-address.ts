import { unconfirmed, unconfirmedReason } from '../../app/confirmed.ts';
import { storedValues } from '../../app/present.ts';
import type { TenantScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import { boundValues } from '../../core/audience.ts';
import type { FieldValues } from '../../core/field.ts';
import { originsTold } from '../../core/origins.ts';
import type { Provider } from '../../core/provider.ts';
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
  if (!context.canAsk || context.flags.yes) return given;
  const origins = await unconfirmed(scope, provider, found, given);
  if (!origins) return given;
  const sure = await context.ask.confirm({
    about: [`${unconfirmedReason(found, origins)}.`],
    message: `Send the new credential to ${originsTold(origins)}?`,
    default: false,
  });
  if (!sure) return undefined;
  const bound = boundValues(provider, { ...storedValues(provider, found), ...given });
  return Object.fromEntries(Object.keys(given).map((name) => [name, bound[name] as FieldValues[string]]));
}
