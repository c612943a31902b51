import { NotDone } from '../../core/client.ts';
import { unbroken } from '../../core/effects.ts';
import { Refusal, Undecided } from '../../core/verification.ts';
import type { Run } from '../../db/stores/run-row.ts';
import type { TenantScope } from '../scope.ts';
import { type Begun, begin, type Intent } from './begin.ts';
import { toldError } from './errors.ts';
import { type Finder, isUnresolved, lookUp } from './look-up.ts';
import type { RunOptions } from './options.ts';
import { type Started, settleNews, settleNotDone, settleStarted } from './settle.ts';

/** What is done at a provider once, and how it is found there: some providers show nothing of it. */
export interface Errand extends Pick<Finder, 'redact'>, Partial<Pick<Finder, 'lag' | 'find'>> {
  /** Sends it. @throws NotDone */
  send(run: Run): Promise<Started>;
  /** The provider's title inside a sentence. */
  provider: string;
  /** The provider refuses to do it a second time, and `send` then tells of the first: it may be sent again. */
  refusesSecond?: boolean;
}

type Findable = Errand & Finder;

function isFindable(errand: Errand): errand is Findable {
  return errand.find !== undefined && errand.lag !== undefined;
}

/**
 * Does something at a provider once: what is to be sent is stored first, then sent, and what became of it is stored. What
 * is uncertain is looked up, where that can be done, and stays `unknown` where it is not found; only what cannot be done
 * twice is sent again then.
 * @throws AppError where it was refused or not sent, and CONFLICT as `begin`
 */
export async function carryOut(
  scope: TenantScope,
  intent: Intent,
  errand: Errand,
  options: RunOptions,
): Promise<Begun> {
  const { effects } = await scope.deps.database();
  const { isRepeat, run: begun } = await begin(scope, intent, options.now());
  if (isRepeat && !isUnresolved(begun)) return { run: begun, isRepeat };
  if (!isRepeat) effects.note(begun.id, `the run ${begun.id}`);
  const sent = isRepeat ? begun : await unbroken(effects, () => dispatched(scope, begun, errand, options));
  if (!isUnresolved(sent) || !isFindable(errand)) return { run: sent, isRepeat };
  const seen = await lookUp(scope, sent, errand, options, { patiently: !isRepeat });
  if (!isUnresolved(seen) || !errand.refusesSecond || options.interrupted.aborted) return { run: seen, isRepeat };
  return { run: await unbroken(effects, () => sentAgain(scope, seen, errand, options)), isRepeat };
}

/** Whatever goes wrong now says nothing of the first time. */
async function sentAgain(scope: TenantScope, run: Run, errand: Errand, { now }: RunOptions): Promise<Run> {
  try {
    return await settleStarted(scope, run, await errand.send(run), now());
  } catch (error) {
    const detail = errand.redact(fateOf(error).detail);
    return settleNews(scope, run, { state: 'unknown', detail }, now());
  }
}

async function dispatched(scope: TenantScope, run: Run, errand: Errand, { now }: RunOptions): Promise<Run> {
  let started: Started;
  try {
    started = await errand.send(run);
  } catch (error) {
    const { outcome, detail } = fateOf(error);
    const isOver = outcome !== 'uncertain' || !isFindable(errand);
    const stored = await settleNotDone(scope, run, { outcome, detail: errand.redact(detail), isOver }, now());
    if (outcome === 'uncertain') return stored;
    throw toldError(error, { ...errand, run: stored });
  }
  return settleStarted(scope, run, started, now());
}

/** Whatever else went wrong, it did so when the request may have been on its way. */
function fateOf(error: unknown): { outcome: NotDone['outcome']; detail: string } {
  if (error instanceof NotDone) return { outcome: error.outcome, detail: error.message };
  if (error instanceof Refusal || error instanceof Undecided) return { outcome: 'uncertain', detail: error.message };
  throw error;
}
