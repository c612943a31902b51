import { reveal } from '../../app/reveal.ts';
import type { Context } from '../../context.ts';
import type { Category } from '../../core/category.ts';
import { quotable, withArticle } from '../../core/text.ts';
import type { OneView } from '../../output/view.ts';
import { type Command, type Input, switchFlag } from '../command.ts';
import { confirm } from '../confirm.ts';
import { viewOf } from './one-view.ts';
import { openScope } from './scope.ts';

export function showVerb(category: Category): Command {
  return {
    name: 'show',
    summary: `Show ${withArticle(category.noun)}`,
    args: [{ name: 'ref', help: 'Its name, its id, or a part of its id', required: true }],
    flags: [{ name: 'reveal', help: 'Print its credentials; asks first' }],
    examples: [`integrations ${category.name} show mobile`, `integrations ${category.name} show mobile --json`],
    run: (context, input) => show(context, category, input),
  };
}

async function show(context: Context, category: Category, input: Input): Promise<OneView> {
  const scope = await openScope(context);
  const row = await scope.find(category.name, input.args[0] ?? '');
  if (!switchFlag(input, 'reveal')) return viewOf(scope, row);
  await confirm(context, {
    message: `Print the credentials of "${quotable(row.displayName)}" here?`,
    asks: '--reveal prints credentials and asks first',
    field: 'reveal',
  });
  return viewOf(scope, row, { revealed: await reveal(scope, row) });
}
