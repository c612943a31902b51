import { change } from '../../app/integrations.ts';
import { keysOf } from '../../app/present.ts';
import type { Context } from '../../context.ts';
import { categories } from '../../core/category.ts';
import { usage } from '../../core/error.ts';
import type { FieldValues } from '../../core/field.ts';
import { linkColumns, links } from '../../core/links.ts';
import { quotable } from '../../core/text.ts';
import { providerOf } from '../../db/stores/codec.ts';
import { type Command, type Input, textFlag } from '../command.ts';
import { viewOf } from './one-view.ts';
import { withReferences } from './references.ts';
import { openScope } from './scope.ts';

export const linkVerb: Command = {
  name: 'link',
  summary: 'Point a pipeline at another scm or target integration',
  args: [{ name: 'ref', help: 'Name or id of the pipeline', required: true }],
  flags: [
    { name: 'scm', value: 'ref', help: 'The scm integration it builds from' },
    { name: 'target', value: 'ref', help: 'The target integration it releases to' },
  ],
  examples: ['integrations pipeline link ios-release --scm mobile --target ios'],
  keys: keysOf(categories.pipeline),
  run: link,
};

async function link(context: Context, input: Input) {
  const named = links.filter((each) => textFlag(input, each) !== undefined);
  if (named.length === 0) throw usage('missing: --scm or --target', { hint: 'integrations pipeline link --help' });
  const scope = await openScope(context);
  const found = await scope.findForChange('pipeline', input.args[0] ?? '');
  const refs = Object.fromEntries(named.map((each) => [linkColumns[each], textFlag(input, each)]));
  const ids = await withReferences(refs, scope, providerOf(categories.pipeline, found));
  const stored = (await change(scope, found, ids as FieldValues)) ?? found;
  context.note(`Linked the pipeline "${quotable(stored.displayName)}".`);
  return viewOf(scope, stored);
}
