import { runCategories, runKeys } from '../app/runs/present.ts';
import type { Context } from '../context.ts';
import { runStore } from '../db/stores/runs.ts';
import type { View } from '../output/view.ts';
import { type Command, type Input, limitOf, textFlag } from './command.ts';
import { manyRuns } from './runs/view.ts';
import { whenFor } from './when.ts';

export const runs: Command = {
  name: 'runs',
  summary: 'List what was triggered, sent and created, and what became of it',
  description: 'As it was last seen, the newest first. integrations pipeline runs asks for the builds that are open.',
  flags: [
    {
      name: 'category',
      value: 'category',
      help: 'Only runs of this category',
      choices: runCategories,
    },
    { name: 'limit', value: 'n', help: 'Show at most this many' },
  ],
  examples: ['integrations runs', 'integrations runs --category pipeline --limit 10'],
  keys: runKeys,
  run: list,
};

async function list(context: Context, input: Input): Promise<View> {
  const { id } = await context.tenant();
  const { queries } = await context.database();
  const filter = { category: textFlag(input, 'category'), limit: limitOf(textFlag(input, 'limit')) };
  return manyRuns(runStore(queries, id).list(filter), whenFor(context), {
    empty: 'Nothing was triggered, sent or created yet.',
    noun: 'run',
  });
}
