import { change } from '../../app/integrations.ts';
import { keysOf } from '../../app/present.ts';
import type { Context } from '../../context.ts';
import { categories } from '../../core/category.ts';
import { usage } from '../../core/error.ts';
import type { FieldValues } from '../../core/field.ts';
import { linkColumns, links } from '../../core/links.ts';
import { quotable } from '../../core/text.ts';
import { type Integration, providerOf } from '../../db/stores/codec.ts';
import { askFor } from '../../input/dialogue.ts';
import { inTurn } from '../../input/turns.ts';
import type { OneView } from '../../output/view.ts';
import { type Command, type Input, textFlag } from '../command.ts';
import { untilAnswered } from '../until-answered.ts';
import { inTenantTold } from '../where.ts';
import { dialogueFor } from './form-dialogue.ts';
import { viewOf } from './one-view.ts';
import { withReferences } from './references.ts';
import { openScope, type Scope } from './scope.ts';

export const linkVerb: Command = {
  name: 'link',
  summary: 'Point a pipeline at another SCM or target integration',
  description: 'Without --scm and --target, and in a terminal, it asks for both.',
  args: [{ name: 'ref', help: 'Name or id of the pipeline', required: true }],
  flags: [
    { name: 'scm', value: 'ref', help: 'The SCM integration it builds from' },
    { name: 'target', value: 'ref', help: 'The target integration it releases to' },
  ],
  examples: ['integrations pipeline link ios-release --scm mobile --target ios'],
  keys: keysOf(categories.pipeline),
  run: link,
};

async function link(context: Context, input: Input): Promise<OneView> {
  const named = links.filter((each) => textFlag(input, each) !== undefined);
  if (named.length === 0 && !context.canAsk) {
    throw usage('missing: --scm or --target', { hint: 'integrations pipeline link --help' });
  }
  const scope = await openScope(context);
  const found = await scope.findForChange('pipeline', input.args[0] ?? '');
  const refs = Object.fromEntries(named.map((each) => [linkColumns[each], textFlag(input, each)]));
  const ids =
    named.length === 0
      ? await chosenLinks(context, scope, found)
      : await withReferences(refs, scope, providerOf(categories.pipeline, found));
  const stored = await change(scope, found, ids as FieldValues);
  context.note(
    stored
      ? `Linked the pipeline "${quotable(stored.displayName)}"${await inTenantTold(context, scope.tenant)}.`
      : 'Nothing was changed: everything is already as given.',
  );
  return viewOf(scope, stored ?? found);
}

/** Asks what the pipeline is to use; Enter keeps what it uses now. @returns ids by column */
async function chosenLinks(context: Context, scope: Scope, found: Integration): Promise<Record<string, unknown>> {
  const provider = providerOf(categories.pipeline, found);
  const dialogue = dialogueFor(context, scope, provider, found.id);
  const ids: Record<string, unknown> = {};
  const turns = provider.fields
    .filter(({ references }) => references !== undefined)
    .map((field) => async () => {
      const stored = ids[field.name] ?? found[field.name];
      ids[field.name] = await askFor(field, { needed: true, known: {}, stored }, dialogue);
      return true;
    });
  await untilAnswered(context, () => inTurn(turns));
  return ids;
}
