import type { OpenVariables } from '../../app/exec/open.ts';
import type { NamedVariable } from '../../app/exec/variables.ts';
import type { Environment } from '../../config/environment.ts';
import type { Context } from '../../context.ts';
import { sentenceList } from '../../core/text.ts';
import { makePrivateFolder, type PrivateFolder, removeAbandonedFolders } from '../../files/private-folder.ts';
import { systemReason } from '../../files/system-error.ts';
import type { Ended } from '../command.ts';
import { type Program, runProgram } from './child.ts';
import { merged, rivalsIn } from './environment.ts';

interface Running {
  command: string;
  args: readonly string[];
  variables: readonly NamedVariable[];
  opened: OpenVariables;
  /** What it gets of the caller's environment. */
  base: Environment;
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
  const { command, args, variables, opened, base } = running;
  const { variables: values } = opened.fill(folder);
  const { env, replaced, removed } = merged(base, variables, values);
  if (replaced.length > 0) {
    const [are, those] = replaced.length === 1 ? ['is', 'value you had set is'] : ['are', 'values you had set are'];
    context.warn(`${sentenceList(replaced)} ${are} set from the pipeline; the ${those} not used.`);
  }
  if (removed.length > 0) {
    const are = removed.length === 1 ? 'is' : 'are';
    context.warn(
      `${sentenceList(removed)} ${are} left out: a tool could use it instead of the pipeline's credentials.`,
    );
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
