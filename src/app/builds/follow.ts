import { type Build, type BuildActions, hasEnded } from '../../core/builds.ts';
import type { JsonObject } from '../../core/field.ts';
import { moment } from '../../core/time.ts';
import { Refusal, Undecided } from '../../core/verification.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Run } from '../../db/stores/run-row.ts';
import type { Connected } from '../runs/client.ts';
import { connectedTo } from '../runs/client.ts';
import { isUnresolved, lookUp } from '../runs/look-up.ts';
import type { RunOptions } from '../runs/options.ts';
import { settleNews } from '../runs/settle.ts';
import type { TenantScope } from '../scope.ts';
import { buildActionsOf, buildFinder, newsOf } from './actions.ts';
import { askToCancel } from './cancel.ts';

/** Who follows a build, and what they are told. */
export interface Watcher {
  /** The run, each time it was asked for; `trouble` where that failed. */
  seen(run: Run, trouble: string | undefined): void;
  /** What was written to its log since; undefined where nobody reads it. */
  log?: (text: string) => void;
}

/** By which the time between two questions grows; a fifth of it is chance, so that many do not ask at once. */
const pace = { firstMs: 2_000, factor: 1.5, mostMs: 15_000, laterMs: 30_000, laterAfterMs: 600_000 };
/** After it was cancelled at its deadline. */
const cancellingMs = 60_000;

/**
 * Asks for a build until it has ended, or is interrupted: then the build is left alone. At its deadline it is cancelled.
 * @returns the run as it is told: `unknown` where it was not seen any more until its deadline; what is stored is what was seen last
 * @throws AppError VERIFICATION_FAILED where the credential is refused meanwhile
 */
export async function followBuild(
  scope: TenantScope,
  pipeline: Integration,
  begun: Run,
  options: RunOptions,
  watcher: Watcher,
): Promise<Run> {
  if (isOver(begun, watcher)) return begun;
  return connectedTo(scope, pipeline, options, async (connection) => {
    const follower = new Follower(scope, buildActionsOf(pipeline), connection, options, watcher);
    return follower.follow(begun);
  });
}

/** Whether there is nothing to ask: it ended, or was not begun. The log of one that ended is still there. */
function isOver({ state, endedAt }: Run, { log }: Watcher): boolean {
  return endedAt !== null && (log === undefined || !hasEnded(state));
}

class Follower {
  readonly #scope: TenantScope;
  readonly #actions: BuildActions;
  readonly #connection: Connected;
  readonly #options: RunOptions;
  readonly #watcher: Watcher;
  #turn = 0;
  #logPlace: JsonObject = {};
  /** A line of the log that goes on: it is told, and searched for credentials, once it is whole. */
  #cutLine = '';

  constructor(scope: TenantScope, actions: BuildActions, connection: Connected, options: RunOptions, watcher: Watcher) {
    this.#scope = scope;
    this.#actions = actions;
    this.#connection = connection;
    this.#options = options;
    this.#watcher = watcher;
  }

  async follow(begun: Run): Promise<Run> {
    const { now, sleep, interrupted } = this.#options;
    const deadline = begun.deadlineAt === null ? Number.POSITIVE_INFINITY : Date.parse(begun.deadlineAt);
    const start = now().getTime();
    let run = begun;
    let isSeen = false;
    for (let delay = pace.firstMs; ; delay = nextDelay(delay, now().getTime() - start)) {
      ({ run, isSeen } = await this.#look(run));
      if (hasEnded(run.state) || interrupted.aborted) return run;
      const left = deadline - now().getTime();
      if (left <= 0) return this.#cancelLate(run, isSeen);
      await sleep(Math.min(left, delay * (0.9 + Math.random() / 5)), interrupted);
      if (interrupted.aborted) return run;
    }
  }

  /** Asks once. What fails says nothing of the build. */
  async #look(before: Run): Promise<{ run: Run; isSeen: boolean }> {
    const { now } = this.#options;
    let run = before;
    let trouble: string | undefined;
    try {
      if (isUnresolved(run)) run = await this.#lookUp(run);
      if (!isUnresolved(run)) {
        const build = await this.#observed(run);
        run = await settleNews(this.#scope, run, newsOf(build, run, this.#connection.redact, now()), now());
        await this.#tellLog(run, hasEnded(run.state));
      }
    } catch (error) {
      if (!(error instanceof Undecided) && !isMissing(error)) throw error;
      trouble = this.#connection.redact(error.message);
    }
    this.#turn += 1;
    this.#watcher.seen(run, trouble);
    return { run, isSeen: trouble === undefined && !isUnresolved(run) };
  }

  async #observed(run: Run): Promise<Build> {
    const { client } = this.#connection;
    const build = await this.#actions.state(client, run.place, this.#turn);
    if (!build.isBeginning || !this.#actions.proceed) return build;
    await this.#actions.proceed(client, build.place);
    return this.#actions.state(client, build.place, this.#turn);
  }

  #lookUp(run: Run): Promise<Run> {
    const finder = buildFinder(this.#scope, this.#connection, this.#actions, this.#options.now);
    return lookUp(this.#scope, run, finder, this.#options, { patiently: false });
  }

  /** What is new in the log; once the build has ended, all that is left of it. */
  async #tellLog(run: Run, isAll: boolean): Promise<void> {
    const { log } = this.#watcher;
    if (!log) return;
    for (;;) {
      const { text, next } = await this.#actions.log(this.#connection.client, run.place, this.#logPlace);
      this.#logPlace = next;
      const lines = (this.#cutLine + text).split('\n');
      const isEnd = isAll && text === '';
      this.#cutLine = isEnd ? '' : (lines.pop() ?? '');
      const whole = isEnd ? lines.filter((line) => line !== '') : lines;
      if (whole.length > 0) log(`${whole.map(this.#connection.redact).join('\n')}\n`);
      if (text === '' || !isAll) return;
    }
  }

  /** Cancels once, and waits for that. */
  async #cancelLate(run: Run, wasSeen: boolean): Promise<Run> {
    const { now, sleep, interrupted } = this.#options;
    const send = () => this.#actions.cancel(this.#connection.client, run.place);
    const asked = await askToCancel(this.#scope, run, send).then(
      () => true,
      () => false,
    );
    const until = now().getTime() + cancellingMs;
    let seen = { run, isSeen: wasSeen };
    while (asked && !hasEnded(seen.run.state) && now().getTime() < until && !interrupted.aborted) {
      await sleep(pace.firstMs, interrupted);
      seen = await this.#look(seen.run);
    }
    // It may have come to its own end at the last moment.
    const last = seen.run;
    if (hasEnded(last.state) && last.state !== 'cancelled') return last;
    if (!seen.isSeen && !hasEnded(last.state)) return { ...last, state: 'unknown' };
    const about = { ...last.about, cancelled: last.state === 'cancelled' };
    const detail = about.cancelled
      ? 'its time limit passed, so it was cancelled'
      : 'its time limit has passed, and it is still running';
    const news = { state: 'timed_out', about, detail, endedAt: moment(now()) };
    return settleNews(this.#scope, last, news, now());
  }
}

/** A build that is not there any more, or not yet. */
function isMissing(error: unknown): error is Refusal {
  return error instanceof Refusal && error.kind === 'NOT_FOUND';
}

function nextDelay(delay: number, elapsedMs: number): number {
  return Math.min(delay * pace.factor, elapsedMs > pace.laterAfterMs ? pace.laterMs : pace.mostMs);
}
