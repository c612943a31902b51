import { formats } from '../commands/global-flags.ts';
import { onlyReads, purposeOfCommand } from '../commands/purpose.ts';
import type { Environment } from '../config/environment.ts';
import { outputSetting } from '../config/settings.ts';
import { type Context, createContext } from '../context.ts';
import type { Effects } from '../core/effects.ts';
import { AppError, type ErrorCode, usage } from '../core/error.ts';
import { directoriesFrom } from '../files/directories.ts';
import { usesColor } from '../output/color.ts';
import { takesHyperlinks } from '../output/hyperlink.ts';
import { type RenderOptions, refuseUnknownFields, render } from '../output/render.ts';
import type { Interruption, Streams } from '../output/streams.ts';
import type { View } from '../output/view.ts';
import type { Invocation } from './program.ts';

/**
 * Runs a command, writes its answer and closes what it opened.
 * @returns the exit status
 */
export async function execute(
  invocation: Invocation,
  env: Environment,
  streams: Streams,
  interruption: Interruption,
): Promise<number> {
  const { command, input, globals } = invocation;
  const directories = await directoriesFrom(env);
  const purpose = purposeOfCommand(invocation.path);
  const makesNoFile = onlyReads(invocation.path);
  const surroundings = {
    command: invocation.path,
    purpose,
    makesNoFile,
    env,
    streams,
    directories,
    flags: globals,
    interruption,
  };
  const context = createContext(surroundings);
  let failure: AppError | undefined;
  try {
    const format = await formatOf(invocation, context);
    if (command.keys) refuseUnknownFields(globals.fields, command.keys);
    if (command.shownOnce) refuseWithout(command.shownOnce, format, globals.fields);
    const view = await command.run?.(context, input);
    if (!view) return 0;
    if (view.kind === 'ended') return view.exitStatus;
    const width = streams.stdout.isTTY ? streams.stdout.columns : undefined;
    const links = takesHyperlinks(env, streams.stdout);
    const style = { width, color: usesColor(env, streams.stdout, globals.noColor), links };
    await show(view, invocation, { env, streams, interruption }, { format, keys: command.keys, style });
    failure = 'failure' in view ? view.failure?.() : undefined;
    if (failure) throw failure;
    return ('exitStatus' in view && view.exitStatus) || 0;
  } catch (error) {
    // What a view fails with is told by the view.
    throw error === failure ? error : await withEffects(await context.explained(error), interruption.effects);
  } finally {
    await context.close();
  }
}

interface Shown {
  env: Environment;
  streams: Streams;
  interruption: Interruption;
}

/** Writes an answer, through a pager where it may be long. One integration may have its credentials in it, and never is. */
async function show(
  view: View,
  { globals: { fields, noPager } }: Invocation,
  { env, streams, interruption }: Shown,
  { style, ...options }: Omit<RenderOptions, 'fields'>,
): Promise<void> {
  const whole = () => render(view, streams, { ...options, fields, style });
  const isLong = view.kind === 'many' || view.kind === 'drawing' || (view.kind === 'one' && view.isLong);
  // Only a terminal pays for the pager's start.
  if (!isLong || !streams.stdout.isTTY) return whole();
  const { pagerOf, page } = await import('../output/pager.ts');
  const pager = pagerOf(env, streams.stdout, noPager);
  if (pager === undefined) return whole();
  const paged = page(pager, streams, interruption.handOver);
  const screen = streams.stdout.rows;
  try {
    await render(view, { ...streams, stdout: paged.stdout }, { ...options, fields, style: { ...style, screen } });
  } finally {
    await paged.end();
  }
}

/** What says itself what is stored, and what only the history was told of. */
const tellingAll: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['CANCELLED', 'COMMAND_NOT_FOUND', 'COMMAND_NOT_RUN']);

/** An error with what was stored before it. */
async function withEffects(error: unknown, effects: Effects): Promise<unknown> {
  const stored = effects.summary();
  if (stored === undefined) return error;
  const known = error instanceof AppError ? error : (await import('../app/unforeseen.ts')).unforeseen(error);
  const { code, message, hint, field, details, told, lines } = known;
  if (tellingAll.has(code)) return error;
  return new AppError(code, message, {
    hint: hint === undefined ? stored : `${hint} ${stored}`,
    field,
    details,
    told,
    lines,
    cause: error,
  });
}

async function formatOf({ command, globals }: Invocation, context: Context): Promise<string> {
  const own = command.formats;
  if (command.diagnoses) return globals.output ?? (await outputIfReadable(context));
  const wanted = outputSetting(globals, context.env, await context.config());
  // Formats of a command's own are asked for by flag; what is set for all commands may not fit it.
  if (own) return wanted !== undefined && own.includes(wanted) ? wanted : (own[0] ?? 'table');
  if (wanted === undefined || (formats as readonly string[]).includes(wanted)) return wanted ?? 'table';
  throw usage(`the output format is one of ${formats.join(', ')}`, {
    hint: 'Check INTEGRATIONS_OUTPUT and the context.',
    field: 'output',
  });
}

/** @throws AppError USAGE where an answer in this form would leave out what no later command shows */
function refuseWithout(key: string, format: string, fields: readonly string[] | undefined): void {
  const isNamed = fields === undefined || fields.includes(key);
  if (format !== 'name' && isNamed) return;
  throw usage(`the ${key} would not be shown, and it is shown only this once`, {
    hint:
      format === 'name'
        ? `For a script: --fields ${key} -o json`
        : `Name it too: --fields ${[...(fields ?? []), key].join(',')}`,
    field: format === 'name' ? 'output' : 'fields',
  });
}

async function outputIfReadable(context: Context): Promise<string> {
  const config = await context.config().catch(() => ({ current: '', contexts: {} }));
  const wanted = outputSetting(context.flags, context.env, config);
  return wanted !== undefined && (formats as readonly string[]).includes(wanted) ? wanted : 'table';
}
