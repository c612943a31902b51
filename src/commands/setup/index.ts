import { type Context, createContext } from '../../context.ts';
import { AppError, usage } from '../../core/error.ts';
import { inTurn, type Turn } from '../../input/turns.ts';
import type { OneView } from '../../output/view.ts';
import type { Command, Input } from '../command.ts';
import { purposeOfCommand } from '../purpose.ts';
import { statusKeys } from '../status-view.ts';
import { untilAnswered } from '../until-answered.ts';
import { askFlags, verifyOptions } from '../verification/options.ts';
import { chooseDatabase, type DatabaseAnswers } from './database.ts';
import { type FoundationAnswers, layFoundation } from './foundation.ts';
import { goThroughCategories } from './journey.ts';
import { clearProgress } from './resume.ts';
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

const welcome =
  'Setup leads from nothing to a tenant that can release. Enter takes what is offered, Esc goes one question back, Ctrl-C leaves. What was accepted stays, and "integrations setup" goes on from there.';

async function runSetup(context: Context, input: Input): Promise<OneView | undefined> {
  if (!context.canAsk) {
    throw usage('setup asks questions, and nobody is there to answer', {
      hint: 'In a script: integrations init, then integrations apply, or integrations <category> add',
    });
  }
  const options = verifyOptions(context, input);
  context.note(welcome);
  const database: DatabaseAnswers = {};
  const foundation: FoundationAnswers = {};
  const stage = <T>(work: (working: Context) => Promise<T>) => inside(context, database, work);
  let view: OneView | undefined;
  const stages: Turn[] = [
    (back) => stage((working) => chooseDatabase(working, database, back)),
    (back) => stage((working) => layFoundation(working, foundation, back)),
    (back) =>
      stage(async (working) => {
        await goThroughCategories(working, options, back);
        return true;
      }),
    () =>
      stage(async (working) => {
        view = await summarize(working);
        clearProgress(working.directories);
        return true;
      }),
  ];
  try {
    await untilAnswered(context, () => inTurn(stages));
  } catch (error) {
    const isLeft = error instanceof AppError && error.code === 'CANCELLED';
    throw isLeft ? new AppError('CANCELLED', 'Cancelled. "integrations setup" goes on from there.') : error;
  }
  return view;
}

/** Settings are read once in a run: what was chosen meanwhile holds in a context of its own. */
async function inside<T>(
  { command, streams, directories, flags, interruption, env }: Context,
  { password }: DatabaseAnswers,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const context = createContext({
    command,
    purpose: purposeOfCommand(command),
    // One that was typed is kept nowhere, so it stands here.
    env: password === undefined ? env : { ...env, INTEGRATIONS_DATABASE_PASSWORD: password },
    streams,
    directories,
    flags,
    interruption,
    stepsBack: true,
  });
  try {
    return await work(context);
  } catch (error) {
    throw await context.explained(error);
  } finally {
    await context.close();
  }
}
