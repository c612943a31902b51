import { openScope, viewOf } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import { categories } from '../../core/category.ts';
import { usage } from '../../core/error.ts';
import { type Link, linkColumns, links } from '../../core/links.ts';
import { quotable } from '../../core/text.ts';
import { withReset } from '../../db/stores/changes.ts';
import { providerOf } from '../../db/stores/codec.ts';
import { type Command, type Input, textFlag } from '../command.ts';
import { withReferences } from './add.ts';
import { keysOf } from './present.ts';

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
  const category = categories.pipeline;
  const refs = links.filter((link) => textFlag(input, link) !== undefined);
  if (refs.length === 0) throw usage('missing: --scm or --target', { hint: 'integrations pipeline link --help' });
  const scope = await openScope(context);
  const found = await scope.findForChange('pipeline', input.args[0] ?? '');
  const provider = providerOf(category, found);
  const given = Object.fromEntries(refs.map((link: Link) => [linkColumns[link], textFlag(input, link)]));
  const ids = (await withReferences(given, scope, provider)) as Record<string, string>;
  const changed = Object.fromEntries(Object.entries(ids).filter(([column, id]) => found[column] !== id));
  const stored = await scope.transaction((stores) =>
    stores.pipeline.update(found, withReset(provider, found, changed)),
  );
  context.note(`Linked the pipeline "${quotable(stored.displayName)}".`);
  return viewOf(scope, category, stored);
}
