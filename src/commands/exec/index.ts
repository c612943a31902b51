import { basename } from 'node:path';
import { openVariables } from '../../app/exec/open.ts';
import {
  type Chosen,
  cautionsOf,
  type OwnPart,
  otherParts,
  ownParts,
  refuseSwitchedOff,
  type Used,
  usedBy,
} from '../../app/exec/used.ts';
import { type NamedVariable, variablesOf, withheldOf } from '../../app/exec/variables.ts';
import type { Environment } from '../../config/environment.ts';
import type { Context } from '../../context.ts';
import { usage } from '../../core/error.ts';
import { mayBeCredential, quotable, sentenceList } from '../../core/text.ts';
import type { View } from '../../output/view.ts';
import { type Command, type Ended, type Input, listFlag, switchFlag } from '../command.ts';
import { openScope, type Scope } from '../integration/scope.ts';
import { divided, passedOn } from './environment.ts';
import { mapFlag } from './map-flag.ts';
import { namesKeys, namesView } from './names-view.ts';
import { runWith } from './run.ts';

export const exec: Command = {
  name: 'exec',
  summary: "Run a command with a pipeline's credentials",
  description:
    'The command gets the credentials of the pipeline, its SCM and its target, under the names that release tools read ' +
    '(fastlane, gh, glab, EAS, gradle-play-publisher, codemagic), and the variables of the pipeline. Keys that tools read from files lie in ' +
    'a private folder, which is removed when the command ends. --names shows all of it, and no value. Variables of the pipeline by ' +
    'which programs are found, loaded or trusted, such as PATH, LD_PRELOAD, NODE_OPTIONS and BASH_ENV, are left out, with a warning.\n\n' +
    'No shell reads the command, and none of the settings of integrations reach it. Its output and its exit code are its own: 127 ' +
    'where there is no such command, 126 where it cannot be run. Other programs of the same user can read the environment of a process.\n\n' +
    'Where the command writes its environment to a log, the credentials are in there. On Windows files are as ' +
    'private as their folder, and a signal ends the command at once.',
  args: [{ name: 'pipeline', help: 'Its name, its id, or a part of its id', required: true }],
  rest: { name: 'command', help: 'What to run, with its arguments' },
  flags: [
    {
      name: 'only',
      value: 'parts',
      repeatable: true,
      help: `Only the credentials of these: ${ownParts.join(', ')}`,
    },
    {
      name: 'with',
      value: 'parts',
      repeatable: true,
      help: `Also those of the tenant's ${otherParts.join(' or ')}; where it has several: ${otherParts[1]}=NAME`,
    },
    {
      name: 'map',
      value: 'NAME=SOURCE',
      repeatable: true,
      help: 'Also under a name of your own: a variable that --names shows, or a field such as scm.accessToken',
    },
    { name: 'pristine', help: 'Pass on only PATH, HOME and the like of the environment' },
    { name: 'keep', value: 'name', repeatable: true, help: 'With --pristine: pass this variable on as well' },
    { name: 'names', help: 'Only show which variables would be set, and from what' },
  ],
  examples: [
    'integrations exec ios-release -- fastlane beta',
    'integrations exec ios-release --names',
    'integrations exec android --only target --pristine -- ./gradlew publishBundle',
    "integrations exec ios-release -- sh -c 'gh release list | head -3'",
  ],
  keys: namesKeys,
  run,
};

async function run(context: Context, input: Input): Promise<View | Ended> {
  const [command, ...args] = input.rest;
  const onlyNames = switchFlag(input, 'names');
  if (command === undefined && !onlyNames) {
    throw usage('missing: the command, behind --', { hint: 'integrations exec PIPELINE -- COMMAND', field: 'command' });
  }
  if (command !== undefined && onlyNames) {
    throw usage('--names runs nothing: leave the command out, or --names', { field: 'names' });
  }
  const passing = { pristine: switchFlag(input, 'pristine'), keep: listFlag(input, 'keep') };
  if (passing.keep.length > 0 && !passing.pristine) {
    throw usage('--keep goes with --pristine: without it, the whole environment is passed on', { field: 'keep' });
  }
  const [only, mappings] = [onlyFlag(input), mapFlag(input)];
  if (!onlyNames) refuseTelling(context.env);
  const scope = await openScope(context);
  const pipeline = await scope.find('pipeline', input.args[0] ?? '');
  const used = await usedBy(scope, pipeline, { only, others: await othersFlag(scope, input) });
  const [variables, withheld] = [variablesOf(used, mappings), withheldOf(used)];
  const base = passedOn(context.env, passing);
  const { set, kept } = divided(base, variables);
  if (onlyNames || command === undefined) return namesView({ variables, kept, withheld });
  refuseSwitchedOff(pipeline, used);
  for (const caution of cautionsOf(used, new Date())) context.warn(caution);
  warnOfNothing(
    context,
    used,
    variables.map((each) => each.used),
  );
  warnOfKept(context, kept);
  warnOfWithheld(context, withheld);
  const opened = await openVariables(scope, { pipeline, used, variables: set, program: programOf(command) });
  // The command may take hours: nobody waits for it at the database.
  await context.close();
  return runWith(context, { command, args, variables: set, opened, base });
}

/** Its name without its folder; what was pasted in its place is not kept. */
function programOf(command: string): string {
  const name = basename(command).slice(0, 100);
  return mayBeCredential(name) ? '(not repeated)' : name;
}

/** Node has read the variable when it started, and would print all that a command gets. */
function refuseTelling({ NODE_DEBUG: told = '' }: Environment): void {
  if (!/\*|child_process/i.test(told)) return;
  throw usage('NODE_DEBUG is set so that Node would print the credentials', { hint: 'Unset NODE_DEBUG.' });
}

function warnOfKept(context: Context, kept: readonly NamedVariable[]): void {
  if (kept.length === 0) return;
  const names = sentenceList(kept.map(({ name }) => name));
  context.warn(`${names} stays as you have set it; the pipeline's value is not used.`);
}

function warnOfWithheld(context: Context, withheld: readonly NamedVariable[]): void {
  if (withheld.length === 0) return;
  const names = sentenceList(withheld.map(({ name }) => quotable(name)));
  const [is, it] = withheld.length === 1 ? ['is', 'it'] : ['are', 'them'];
  context.warn(
    `${names} of the pipeline ${is} left out: programs are found, loaded or trusted by ${it}. Set ${it} yourself where you want ${it}.`,
  );
}

function warnOfNothing(context: Context, used: readonly Used[], contributing: readonly Used[]): void {
  for (const each of used) {
    const { category, row } = each;
    if (category.name === 'pipeline' || contributing.includes(each)) continue;
    context.warn(
      `No tool reads anything of the ${category.noun} "${quotable(row.displayName)}": nothing is set for it.`,
    );
  }
}

function onlyFlag(input: Input): readonly OwnPart[] {
  const given = listFlag(input, 'only');
  if (given.length === 0) return ownParts;
  const words = wordsOf(given);
  const chosen = ownParts.filter((part) => words.includes(part));
  // A variable of a script that is empty is no wish for all of them.
  if (chosen.length > 0 && words.every((word) => chosen.some((part) => part === word))) return chosen;
  throw usage(`--only takes ${ownParts.join(', ')}`, { field: 'only' });
}

/** `communication`, `ticket=NAME`, or both behind each other: a name may hold anything, and so stands last. */
async function othersFlag(scope: Scope, input: Input): Promise<Chosen['others']> {
  const others: Chosen['others'][number][] = [];
  for (const word of listFlag(input, 'with').flatMap(partsOf)) {
    const [, name = '', , ref] = /^([^=]*)(=(.*))?$/s.exec(word) ?? [];
    const category = otherParts.find((part) => part === name.trim());
    if (!category) {
      throw usage(`--with takes ${otherParts.join(', ')}, each with =NAME where there are several`, { field: 'with' });
    }
    others.push({ category, row: ref === undefined ? undefined : await scope.find(category, ref) });
  }
  return others;
}

function partsOf(value: string): string[] {
  const [, bare = '', named] = /^((?:[^,=]*,)*)(.*)$/s.exec(value) ?? [];
  return [...wordsOf([bare]), ...(named ? [named] : [])];
}

function wordsOf(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((word) => word.trim())
    .filter(Boolean);
}
