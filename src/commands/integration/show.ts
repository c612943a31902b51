import { openScope, viewOf } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import type { Category } from '../../core/category.ts';
import { AppError, usage } from '../../core/error.ts';
import { quotable, withArticle } from '../../core/text.ts';
import type { Sealer } from '../../crypto/seal.ts';
import { type Integration, providerOf } from '../../db/stores/codec.ts';
import type { OneView } from '../../output/view.ts';
import { type Command, type Input, switchFlag } from '../command.ts';
import type { Revealed } from './present.ts';

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
  if (!switchFlag(input, 'reveal')) return viewOf(scope, category, row);
  await confirmReveal(context, row);
  const { readingOf } = await import('../../db/stores/history-entry.ts');
  const { recorded } = await import('../../app/recorded.ts');
  const entry = readingOf(category, 'reveal', row);
  const sealer = await context.sealer();
  const attribution = { tenant: await context.tenant(), actor: await context.actor() };
  const revealed = await recorded(context, attribution, [entry], () => reveal(sealer, category, row));
  return viewOf(scope, category, row, revealed);
}

async function confirmReveal(context: Context, row: Integration): Promise<void> {
  if (context.flags.yes) return;
  if (!context.canAsk) {
    throw usage('--reveal prints credentials and asks first, and nobody is there to answer', {
      hint: 'Add --yes.',
      field: 'reveal',
    });
  }
  const agreed = await context.ask.confirm({
    message: `Print the credentials of "${quotable(row.displayName)}" here?`,
    default: false,
  });
  if (!agreed) throw new AppError('CANCELLED', 'Cancelled.');
}

function reveal(sealer: Sealer, category: Category, row: Integration): Revealed {
  const credentials = providerOf(category, row).fields.filter(({ credential }) => credential);
  const opened = credentials.map(({ name }) => {
    const sealed = row[name];
    if (typeof sealed !== 'string') return [name, null] as const;
    return [name, sealer.open(sealed, { table: category.table, column: name, id: row.id }).reveal()] as const;
  });
  return Object.fromEntries(opened);
}
