import type { OpenVariables } from '../../app/exec/open.ts';
import type { NamedVariable } from '../../app/exec/variables.ts';
import type { Context } from '../../context.ts';
import { plural, sentenceList } from '../../core/text.ts';
import { makePrivateFolder, type PrivateFolder, removeAbandonedFolders } from '../../files/private-folder.ts';
import { systemReason } from '../../files/system-error.ts';
import type { Ended } from '../command.ts';
import { type Program, runProgram } from './child.ts';
import { merged, passedOn, rivalsIn } from './environment.ts';

interface Running {
  command: string;
  args: readonly string[];
  variables: readonly NamedVariable[];
  opened: OpenVariables;
  /** What of the caller's environment it gets. */
  passing: { pristine: boolean; keep: readonly string[] };
}

/** Of what ends a program these leave no image of its memory behind, which holds the credentials: so does this one. */
const harmless: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a command with its variables and its files, and ends as it does. */
export async function runWith(context: Context, running: Running): Promise<Ended> {
  const { env, streams, interruption } = context;
  removeAbandonedFolders(env);
  const takeBack = interruption.handOver('every signal');
  let folder: PrivateFolder | undefined;
  const { stdin, stdout, stderr } = streams;
  try {
    const { status, signal } = await runProgram({
      prepare() {
        if (!running.opened.needsFolder) return programOf(context, running, '');
        folder = makePrivateFolder(env, ({ path, write }) => {
          for (const { name, content } of running.opened.fill(path).files) write(name, content);
        });
        return programOf(context, running, folder.path);
      },
      tidy: () => remove(context, folder),
      signalsItself: [stdin, stdout, stderr].some(({ isTTY }) => isTTY),
    });
    if (signal && harmless.includes(signal)) interruption.endBy(signal);
    return { kind: 'ended', exitStatus: status };
  } finally {
    takeBack();
  }
}

/** Says what of the caller's environment is no more as it was. */
function programOf(context: Context, running: Running, folder: string): Program {
  const { command, args, variables, opened, passing } = running;
  const { variables: values } = opened.fill(folder);
  const base = passedOn(context.env, passing);
  const { env, replaced } = merged(base, variables, values);
  if (replaced.length > 0) {
    const what = plural(replaced.length, 'variable').replace(/^\d+ /, '');
    context.warn(`The command gets ${sentenceList(replaced)} of the pipeline, not the ${what} that you have set.`);
  }
  for (const { name, variable } of rivalsIn(base, variables)) {
    context.warn(`${name} is set: a tool may go by it, and not by ${variable}.`);
  }
  return { command, args, env };
}

function remove(context: Context, folder: PrivateFolder | undefined): void {
  try {
    folder?.remove();
  } catch (error) {
    context.warn(`The folder ${folder?.path} with keys cannot be removed: ${systemReason(error)}.`);
  }
}
