import { removalOf, remove } from '../../app/removal.ts';
import type { Context } from '../../context.ts';
import type { Category } from '../../core/category.ts';
import { isLink } from '../../core/links.ts';
import { plural, withArticle } from '../../core/text.ts';
import type { View } from '../../output/view.ts';
import { type Command, type Input, switchFlag } from '../command.ts';
import { confirm } from '../confirm.ts';
import { removalData, removalLines, removedKeys, removedView } from '../removals.ts';
import { inTenantTold, ofDatabaseTold, tenantTold } from '../where.ts';
import { openScope } from './scope.ts';

export function removeVerb(category: Category): Command {
  return {
    name: 'remove',
    summary: `Remove ${withArticle(category.noun)}`,
    ...(isLink(category.name)
      ? { description: 'Refused while a pipeline uses it, unless --cascade removes those pipelines too.' }
      : {}),
    args: [{ name: 'ref', help: 'Its name or its id', required: true }],
    flags: [
      { name: 'cascade', help: 'Remove the pipelines that use it as well' },
      { name: 'dry-run', help: 'Only show what would be removed' },
    ],
    examples: [`integrations ${category.name} remove mobile`, `integrations ${category.name} remove mobile --yes`],
    keys: removedKeys,
    run: (context, input) => removeIntegration(context, category, input),
  };
}

async function removeIntegration(context: Context, category: Category, input: Input): Promise<View> {
  const scope = await openScope(context);
  const row = await scope.findForChange(category.name, input.args[0] ?? '');
  const removals = await removalOf(scope, { category, row }, { cascade: switchFlag(input, 'cascade') });
  const rows = removals.map(removalData);
  if (switchFlag(input, 'dry-run')) {
    context.note('Nothing was removed; without --dry-run these would be:');
    return removedView(rows);
  }
  await confirm(context, {
    about: [
      `This removes from ${tenantTold(scope.tenant)}${await ofDatabaseTold(context)}:`,
      ...removalLines(removals),
    ],
    message: `Remove ${rows.length === 1 ? 'it' : `all ${rows.length}`} for good?`,
    asks: 'removing asks first',
  });
  await remove(scope, removals);
  context.note(`Removed ${plural(rows.length, 'integration')}${await inTenantTold(context, scope.tenant)}:`);
  return removedView(rows);
}
