import { previewBuild, triggerBuild } from '../../app/builds/trigger.ts';
import { isUnknown } from '../../app/runs/look-up.ts';
import { runKeys } from '../../app/runs/present.ts';
import type { Context } from '../../context.ts';
import { usage } from '../../core/error.ts';
import { readRunKey } from '../../core/run-key.ts';
import { quotable } from '../../core/text.ts';
import type { Data, OneView, View } from '../../output/view.ts';
import { type Command, type Input, numberFlag, pairsFlag, switchFlag, textFlag } from '../command.ts';
import { openScope } from '../integration/scope.ts';
import { unknownFate } from '../runs/failures.ts';
import { allowHttpFlag, runOptions } from '../runs/options.ts';
import { oneRun } from '../runs/view.ts';
import { inTenantTold } from '../where.ts';
import { followShown } from './follow.ts';

const mostSeconds = 7 * 24 * 3600;

export const triggerVerb: Command = {
  name: 'trigger',
  summary: 'Start the build of a pipeline, once',
  description:
    'What the build gets is compared first with the parameters of the job. An answer that is lost is looked up and never repeated.',
  args: [{ name: 'pipeline', help: 'Its name, its id, or a part of its id', required: true }],
  flags: [
    { name: 'ref', value: 'branch', help: 'The branch or tag to build' },
    { name: 'env', value: 'key=value', repeatable: true, help: 'A parameter, beside or in place of what is stored' },
    { name: 'run-id', value: 'key', help: 'A name of your own for it: however often it is called, it starts once' },
    {
      name: 'timeout',
      value: 'seconds',
      help: 'Cancel it after so long, in place of the stored buildTimeout; only --wait, --logs and watch do',
    },
    { name: 'wait', help: 'Follow it until it ends; Ctrl-C leaves it alone' },
    { name: 'logs', help: 'Follow it, and show its log on standard error' },
    { name: 'dry-run', help: 'Ask for the parameters of the job, show what it would get, and start nothing' },
    { name: 'force', help: 'Start it although nobody knows what became of an earlier one' },
    allowHttpFlag,
  ],
  examples: [
    'integrations pipeline trigger ios-release --env LANE=beta',
    'integrations pipeline trigger ios-release --run-id 2.4.0 --json',
  ],
  keys: [...runKeys, 'declared', 'takesOthers', 'unknown', 'missing', 'unfit', 'marked'],
  run: trigger,
};

async function trigger(context: Context, input: Input): Promise<View | undefined> {
  const asked = requestOf(input);
  const isPreview = switchFlag(input, 'dry-run');
  const following = ['wait', 'logs'].find((name) => switchFlag(input, name));
  if (isPreview && following) {
    throw usage(`--dry-run starts nothing: there is nothing to follow with --${following}`, { field: following });
  }
  const scope = await openScope(context);
  const pipeline = await scope.findForChange('pipeline', input.args[0] ?? '');
  const options = runOptions(context, input);
  if (isPreview) return previewView(await previewBuild(scope, pipeline, asked, options));
  const { run, isRepeat } = await context.wait('Starting the build', () =>
    triggerBuild(scope, pipeline, asked, options),
  );
  const withLog = switchFlag(input, 'logs');
  const isFollowed = withLog || switchFlag(input, 'wait');
  if (isUnknown(run)) return oneRun(run, scope.when, unknownFate(run));
  const where = await inTenantTold(context, scope.tenant);
  const begun = isRepeat
    ? 'was started by an earlier call'
    : run.about['joined']
      ? 'joins one that waits'
      : 'is started';
  const next = isFollowed ? '' : ` Follow it: integrations pipeline watch ${run.id}`;
  context.note(`The build of "${quotable(run.displayName)}"${where} ${begun}.${next}`);
  return isFollowed ? followShown(context, scope, { pipeline, run, options, withLog }) : oneRun(run, scope.when);
}

/** @throws AppError USAGE */
function requestOf(input: Input) {
  const key = textFlag(input, 'run-id');
  const timeoutS =
    textFlag(input, 'timeout') && numberFlag(input, 'timeout', { preset: 0, least: 1, most: mostSeconds });
  return {
    ref: textFlag(input, 'ref') || undefined,
    values: pairsFlag(input, 'env'),
    key: key === undefined ? undefined : readRunKey(key, 'run-id', '--run-id'),
    timeoutS: timeoutS || undefined,
    force: switchFlag(input, 'force'),
  };
}

function previewView(preview: Awaited<ReturnType<typeof previewBuild>>): OneView {
  const { ref, declared, takesOthers, parameters, isMarkable, unknown, missing, unfit } = preview;
  const list = (names: readonly string[]) => names.map((name) => quotable(name)).join(', ') || '-';
  const data: Data = {
    ref,
    parameters: { ...parameters },
    declared,
    takesOthers,
    unknown,
    missing,
    unfit,
    marked: isMarkable,
  };
  return {
    kind: 'one',
    data,
    name: ref ?? '',
    lines: [
      ['Branch', ref === null ? '-' : quotable(ref)],
      [
        'Gets',
        Object.entries(parameters)
          .map(([name, value]) => quotable(`${name}=${value}`, 200))
          .join(', ') || '-',
      ],
      ['Declared', takesOthers ? `${list(declared)}, and any other` : list(declared)],
      ['Not declared', list(unknown), unknown.length > 0 ? 'red' : undefined],
      ['Missing', list(missing), missing.length > 0 ? 'red' : undefined],
      ...(unfit.length > 0 ? [['Unfit', unfit.join('; '), 'red'] as const] : []),
    ],
  };
}
