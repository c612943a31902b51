import { staleEnd } from '../../app/integrations.ts';
import type { Context } from '../../context.ts';
import type { FieldValues } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import type { Integration } from '../../db/stores/codec.ts';

/** Warns of an end that somebody noted for the credential that is replaced. */
export function tellStaleEnd(
  context: Context,
  { provider, found }: { provider: Provider; found: Integration },
  given: FieldValues,
): void {
  const end = staleEnd(provider, found, given);
  if (end === undefined) return;
  context.warn(`It still says that the credential ends on ${end.slice(0, 10)}; --expires-at corrects that.`);
}
