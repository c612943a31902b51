import { setActive } from '../../app/integrations.ts';
import { keysOf } from '../../app/present.ts';
import type { Category } from '../../core/category.ts';
import { withArticle } from '../../core/text.ts';
import type { Command } from '../command.ts';
import { viewOf } from './one-view.ts';
import { openScope } from './scope.ts';
import { integrationTold } from './told.ts';

/** `enable` and `disable`. */
export function switchVerb(category: Category, name: 'enable' | 'disable'): Command {
  const isActive = name === 'enable';
  return {
    name,
    summary: `Switch ${withArticle(category.noun)} ${isActive ? 'on' : 'off'}`,
    args: [{ name: 'ref', help: 'Its name or its id', required: true }],
    examples: [`integrations ${category.name} ${name} mobile`],
    keys: keysOf(category),
    async run(context, input) {
      const scope = await openScope(context);
      const found = await scope.findForChange(category.name, input.args[0] ?? '');
      const stored = await setActive(scope, found, isActive);
      context.note(`Switched ${await integrationTold(context, scope.tenant, stored)} ${isActive ? 'on' : 'off'}.`);
      return viewOf(scope, stored);
    },
  };
}
