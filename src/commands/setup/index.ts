import { type Context, createContext, type Surroundings } from '../../context.ts';
import { usage } from '../../core/error.ts';
import type { OneView } from '../../output/view.ts';
import type { Command, Input } from '../command.ts';
import { purposeOfCommand } from '../purpose.ts';
import { statusKeys } from '../status-view.ts';
import { askFlags, verifyOptions } from '../verification/options.ts';
import { chooseDatabase } from './database.ts';
import { layFoundation } from './foundation.ts';
import { goThroughCategories } from './journey.ts';
import { summarize } from './summary.ts';

export const setup: Command = {
  name: 'setup',
  summary: 'Set up a tenant step by step, until it can release',
  description:
    'Asks for the database, the key, the tenant and your account, then for one category after the other. What was accepted stays: run it again to go on, or to change something.',
  flags: askFlags,
  examples: ['integrations setup', 'integrations setup --tenant Acme'],
  keys: statusKeys,
  run: runSetup,
};

const welcome = `Setup leads from nothing to a tenant that can release. Enter takes what is
offered, Esc goes back to the step, Ctrl-C leaves. What was accepted stays, and
"integrations setup" goes on from there.`;

async function runSetup(context: Context, input: Input): Promise<OneView> {
  if (!context.canAsk) {
    throw usage('setup asks its way, but there is nobody to ask', {
      hint: 'In a script: integrations init, then integrations apply, or integrations <category> add',
    });
  }
  const options = verifyOptions(context, input);
  const { command, streams, directories, flags, interruption } = context;
  context.note(welcome);
  const env = await chooseDatabase(context);
  const purpose = purposeOfCommand(command);
  const surroundings = { command, purpose, env, streams, directories, flags, interruption };
  await inside(surroundings, layFoundation);
  return inside({ ...surroundings, stepsBack: true }, async (working) => {
    await goThroughCategories(working, options);
    return summarize(working);
  });
}

/** Settings are read once in a run: what was chosen meanwhile holds in a context of its own. */
async function inside<T>(surroundings: Surroundings, work: (context: Context) => Promise<T>): Promise<T> {
  const context = createContext(surroundings);
  try {
    return await work(context);
  } catch (error) {
    throw await context.explained(error);
  } finally {
    await context.close();
  }
}
