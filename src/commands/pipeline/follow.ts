import { followBuild, type Watcher } from '../../app/builds/follow.ts';
import type { RunOptions } from '../../app/runs/options.ts';
import type { TenantScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import { hasEnded } from '../../core/builds.ts';
import { AppError } from '../../core/error.ts';
import { quotable, visible } from '../../core/text.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import type { OneView } from '../../output/view.ts';
import { unknownFate } from '../runs/failures.ts';
import { oneRun } from '../runs/view.ts';
import type { When } from '../when.ts';

/** Follows a build for whoever watches; Ctrl-C leaves it alone. @returns undefined where it was interrupted */
export async function followShown(
  context: Context,
  scope: TenantScope & { when: When },
  { pipeline, run, options, withLog }: { pipeline: Integration; run: Run; options: RunOptions; withLog: boolean },
): Promise<OneView | undefined> {
  const release = context.interruption.hold();
  const live = await context.live();
  let last: Run | undefined;
  let trouble: string | undefined;
  live.now(() => lineOf(last ?? run, trouble));
  const watcher: Watcher = {
    seen(seen, troubled) {
      const before = last;
      [last, trouble] = [seen, troubled];
      const isNews = seen.state !== before?.state || seen.detail !== before.detail;
      if (isNews && !hasEnded(seen.state)) live.line(newsOf(seen, before));
    },
    ...(withLog ? { log: (text) => live.raw(visible(text)) } : {}),
  };
  try {
    const end = await followBuild(scope, pipeline, run, options, watcher);
    if (options.interrupted.aborted && !hasEnded(end.state)) {
      live.stop();
      context.note(
        `The build of "${quotable(run.displayName)}" goes on. Follow it: integrations pipeline watch ${run.id}; cancel it: integrations pipeline cancel ${run.id}`,
      );
      return undefined;
    }
    return oneRun(end, scope.when, failureOf(end));
  } finally {
    live.stop();
    release();
  }
}

/** `running 2 min 13 s of 60 min: ios #45` */
function lineOf(run: Run, trouble: string | undefined): string {
  const since = Math.max(0, (Date.now() - Date.parse(run.createdAt)) / 1000);
  const most =
    run.deadlineAt === null ? '' : ` of ${span((Date.parse(run.deadlineAt) - Date.parse(run.createdAt)) / 1000)}`;
  const number = run.providerRunId === null ? '' : ` #${quotable(run.providerRunId, 20)}`;
  const state = run.state.replaceAll('_', ' ');
  const told = trouble === undefined ? '' : ` (${quotable(trouble, 60)}; asking again)`;
  return `${quotable(run.displayName, 40)}${number} ${state}, ${span(since)}${most}${told}`;
}

/** Its address once. */
function newsOf({ state, detail, url }: Run, before: Run | undefined): string {
  const address = url === before?.url ? null : url;
  const told = [state.replaceAll('_', ' '), detail, address].filter((text): text is string => Boolean(text));
  return told.map((text) => quotable(text, 2048)).join('  ');
}

function span(seconds: number): string {
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60);
  const [much, little] =
    minutes >= 60 ? [`${Math.floor(minutes / 60)} h`, `${minutes % 60} min`] : [`${minutes} min`, `${whole % 60} s`];
  return [much, little].filter((part) => !part.startsWith('0 ')).join(' ') || '0 s';
}

const endings: Readonly<Record<string, string>> = {
  failed: 'the build failed',
  cancelled: 'the build was cancelled',
  refused: 'the build was refused',
  not_sent: 'the build was not asked for: nothing was sent',
};

function failureOf(run: Run): AppError | undefined {
  const { state, detail, url, id } = run;
  const hint = url === null ? undefined : `Look at it: ${quotable(url, 2048)}`;
  const details = { runId: id };
  if (state === 'succeeded') return undefined;
  if (state === 'unknown' && run.providerRunId === null) return unknownFate(run);
  if (state === 'unknown') {
    return new AppError('UNDECIDED', 'the build was not seen again before its time limit', { hint, details });
  }
  const what = endings[state] ?? 'the build took too long';
  return new AppError('FAILED', detail ? `${what}: ${quotable(detail, 300)}` : what, { hint, details });
}
