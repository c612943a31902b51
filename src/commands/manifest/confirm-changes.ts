import { conflictOf, deletionsIn } from '../../app/manifest/apply.ts';
import { changeItem } from '../../app/manifest/items.ts';
import type { Planned } from '../../app/manifest/prepare.ts';
import type { Context } from '../../context.ts';
import { plural } from '../../core/text.ts';
import { write } from '../../output/streams.ts';
import { confirm } from '../confirm.ts';
import { ofDatabaseTold, tenantTold } from '../where.ts';
import { changeLines, unlistedIn } from './report.ts';

/**
 * Shows somebody at a terminal what is about to change, and asks.
 * @returns whether it was shown; not where nobody is there to answer, `--yes` is given or nothing would change
 * @throws AppError CANCELLED
 */
export async function confirmChanges(context: Context, planned: readonly Planned[]): Promise<boolean> {
  if (context.flags.yes || !context.canAsk) return false;
  // What conflicts is not written, and told as the failure that it is.
  const possible = planned.filter((each) => !conflictOf(each));
  const changing = possible.filter(({ changes }) => changes.some(({ action }) => action !== 'none'));
  const [first, ...others] = changing;
  if (!first) return false;
  const items = possible.flatMap(({ tenant, changes }) => changes.map((change) => changeItem(tenant, change)));
  const { renderText } = await import('../../output/table.ts');
  await write(
    context.streams.stderr,
    await renderText(changeLines(items, { unlisted: unlistedIn(possible) }), context.style),
  );
  const whose = others.length === 0 ? tenantTold(first.tenant) : plural(changing.length, 'tenant');
  const deleted = changing.reduce((sum, { changes }) => sum + deletionsIn(changes), 0);
  const deleting = deleted === 0 ? '' : `, and delete ${plural(deleted, 'integration')} for good`;
  await confirm(context, { message: `Apply this to ${whose}${await ofDatabaseTold(context)}${deleting}?` });
  return true;
}
