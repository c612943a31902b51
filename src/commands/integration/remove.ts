import { openScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import { type Category, categories } from '../../core/category.ts';
import { AppError, usage } from '../../core/error.ts';
import { plural, quotable, sentenceList, withArticle } from '../../core/text.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Stores } from '../../db/stores/index.ts';
import type { Data, View } from '../../output/view.ts';
import { manyOf } from '../../output/view.ts';
import { type Command, type Input, switchFlag } from '../command.ts';

export const removedKeys = ['category', 'id', 'displayName'];

export function removeVerb(category: Category): Command {
  const used = category.name === 'scm' || category.name === 'target';
  return {
    name: 'remove',
    summary: `Remove ${withArticle(category.noun)}`,
    ...(used ? { description: 'Refused while a pipeline uses it, unless --cascade removes those pipelines too.' } : {}),
    args: [{ name: 'ref', help: 'Its name or its id', required: true }],
    flags: [
      { name: 'cascade', help: 'Remove the pipelines that use it as well' },
      { name: 'dry-run', help: 'Only show what would be removed' },
    ],
    examples: [`integrations ${category.name} remove mobile`, `integrations ${category.name} remove mobile --yes`],
    keys: removedKeys,
    run: (context, input) => remove(context, category, input),
  };
}

/** An integration that is to be removed. */
export interface Doomed {
  category: Category;
  row: Integration;
}

async function remove(context: Context, category: Category, input: Input): Promise<View> {
  const scope = await openScope(context);
  const found = await scope.findForChange(category.name, input.args[0] ?? '');
  const pipelines = await usersOf(scope.stores, category, found);
  if (pipelines.length > 0 && !switchFlag(input, 'cascade')) throw inUse(category, found, pipelines);
  const doomed = [...pipelines.map((row) => ({ category: categories.pipeline, row })), { category, row: found }];
  const dryRun = switchFlag(input, 'dry-run');
  if (!dryRun) {
    await confirm(context, doomed);
    await scope.transaction(async (stores) => {
      const users = await usersOf(stores, category, found);
      const unseen = users.filter(({ id }) => !pipelines.some((pipeline) => pipeline.id === id));
      if (unseen.length > 0) throw inUse(category, found, unseen);
      for (const each of doomed) await stores[each.category.name].remove(each.row);
    });
  }
  context.note(
    dryRun
      ? 'Nothing was removed; without --dry-run these would be:'
      : `Removed ${plural(doomed.length, 'integration')}:`,
  );
  return removedView(doomed.map(doomedData));
}

export function doomedData({ category, row: { id, displayName } }: Doomed): Data {
  return { category: category.name, id, displayName };
}

const mostLines = 20;

/** What is to be removed, for a person to look over. */
export function removalLines(rows: readonly Data[]): string[] {
  const width = (key: 'category' | 'id') => Math.max(...rows.map((row) => String(row[key]).length));
  const lines = rows.slice(0, mostLines).map((row) => {
    const place = `${String(row['category']).padEnd(width('category'))}  ${String(row['id']).padEnd(width('id'))}`;
    return `  ${place}  ${quotable(String(row['displayName']))}`;
  });
  return rows.length > mostLines ? [...lines, `  and ${rows.length - mostLines} more`] : lines;
}

/** What was removed, or would be. */
export function removedView(rows: Data[]): View {
  return manyOf(rows, {
    columns: [
      { title: 'Name', text: (data) => quotable(String(data['displayName'])) },
      { title: 'Category', text: (data) => String(data['category']), whole: true },
      { title: 'Id', text: (data) => String(data['id']), whole: true },
    ],
    keys: removedKeys,
    name: (data) => String(data['id']),
    empty: 'Nothing.',
  });
}

async function usersOf(stores: Stores, category: Category, row: Integration): Promise<Integration[]> {
  return category.name === 'scm' || category.name === 'target' ? stores.pipeline.using(category.name, row.id) : [];
}

function inUse(category: Category, row: Integration, pipelines: readonly Integration[]): AppError {
  const names = pipelines.map(({ displayName }) => `"${quotable(displayName)}"`);
  return new AppError(
    'CONFLICT',
    `the ${category.noun} "${quotable(row.displayName)}" is used by ${names.length === 1 ? 'the pipeline' : 'the pipelines'} ${sentenceList(names)}`,
    {
      hint: `Link ${names.length === 1 ? 'it' : 'them'} to another one, or add --cascade to remove ${names.length === 1 ? 'it' : 'them'} too.`,
      details: { pipelines: pipelines.map(({ id, displayName }) => ({ id, displayName })) },
    },
  );
}

async function confirm(context: Context, doomed: readonly Doomed[]): Promise<void> {
  if (context.flags.yes) return;
  if (!context.canAsk) throw usage('removing asks first, and nobody is there to answer', { hint: 'Add --yes.' });
  const agreed = await context.ask.confirm({
    about: removalLines(doomed.map(doomedData)),
    message: `Remove ${doomed.length === 1 ? 'it' : `all ${doomed.length}`} for good?`,
    default: false,
  });
  if (!agreed) throw new AppError('CANCELLED', 'Cancelled.');
}
