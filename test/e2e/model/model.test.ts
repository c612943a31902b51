import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { examine } from '../../support/doctor.ts';
import { type Engine, forEachEngine } from '../../support/engines.ts';
import { tracer } from '../../support/traces.ts';
import { workspace } from '../../support/workspace.ts';
import { anyCommand } from './commands.ts';
import { sentinels } from './credentials.ts';
import { type Observed, observe, stateOf } from './observe.ts';
import { type Kill, quiescent, runUntil } from './run.ts';
import { type Attempt, fresh, type Make, type State } from './state.ts';
import { checkTrail } from './trail.ts';

/** MODEL_SECONDS, for each engine, for a long run; MODEL_SEED for another one. Each sequence has its own, counted up from there. */
const seconds = Number(process.env['MODEL_SECONDS'] ?? 25);
const seed = Number(process.env['MODEL_SEED'] ?? 20_261_122);

const leaks = tracer(sentinels);

interface Figures {
  sequences: number;
  commands: number;
  refused: number;
  kills: number;
  /** Of the kills, those after which it was as if the command had never run, and those that came too late to stop it. */
  before: number;
  after: number;
  /** Those in the middle of a transaction. */
  within: number;
}

interface Real {
  engine: Engine;
  box: Sandbox;
  figures: Figures;
}

interface Model {
  /** What was seen last of what is stored: with what a command is to do, that tells what is to be seen next. */
  observed: Observed;
  isEnough(): boolean;
}

class Command implements fc.AsyncCommand<Model, Real> {
  readonly #make: Make;
  readonly #kill: Kill | null;
  #told = '';

  constructor(make: Make, kill: Kill | null) {
    this.#make = make;
    this.#kill = kill;
  }

  check(model: Readonly<Model>): boolean {
    return !model.isEnough();
  }

  async run(model: Model, real: Real): Promise<void> {
    const { engine, box, figures } = real;
    const before = model.observed;
    const state = stateOf(before);
    const attempt = this.#make(state, before.keys);
    this.#told = attempt.args.join(' ');
    const { result, isKilled } = await runUntil(box, attempt, this.#kill);
    if (isKilled) await quiescent(engine, box);
    const observed = await observe(engine, box);
    figures.commands += 1;
    this.#told += ` (${isKilled ? `killed, ${JSON.stringify(this.#kill)}` : result.status})`;

    expect(leaks(`${result.stdout}${result.stderr}${observed.text}`)).toEqual([]);
    const isDone = isKilled ? hasHappened(attempt, { state, before, observed }) : result.status === 0;
    if (isKilled) {
      figures.kills += 1;
      figures[isDone ? 'after' : 'before'] += 1;
      if (isWithin(result.stderr)) figures.within += 1;
    } else {
      expect([result.stderr, result.status]).toEqual([
        result.stderr,
        attempt.refusals.length === 0 ? 0 : expect.toSatisfy((status: number) => attempt.refusals.includes(status)),
      ]);
      if (!isDone) figures.refused += 1;
      expect(renamed(stateOf(observed), before)).toEqual(isDone ? attempt.after : state);
      if (isDone && attempt.isResealing) expect([...observed.keys.keys()]).toEqual(sealing(observed));
    }
    checkTrail(before, observed, attempt, isKilled ? 'killed' : isDone ? 'done' : 'refused');
    model.observed = observed;
  }

  toString(): string {
    return this.#told || 'not run';
  }
}

/** Whether a command that was killed did its work: all of it, or nothing. */
function hasHappened(
  { refusals, after, key }: Attempt,
  { state, before, observed }: { state: State; before: Observed; observed: Observed },
): boolean {
  const now = renamed(stateOf(observed), before);
  if (isDeepStrictEqual(now, state) && !key) return isDeepStrictEqual(state, after);
  if (isDeepStrictEqual(now, state)) return false;
  expect(refusals).toEqual([]);
  expect(now).toEqual(after);
  return true;
}

/** Whether what a command told of its statements ends within a transaction. */
function isWithin(told: string): boolean {
  return told.lastIndexOf('\ndebug: BEGIN') > told.lastIndexOf('\ndebug: COMMIT');
}

/** With a key that is new called so. */
function renamed(state: State, before: Observed): State {
  return { ...state, ring: state.ring.map((kid) => (before.ring.includes(kid) ? kid : fresh)) };
}

/** The key that seals, if anything is sealed. */
function sealing({ ring, keys }: Observed): string[] {
  return keys.size === 0 ? [] : ring.slice(0, 1);
}

const kill = fc.option(
  fc.record({ from: fc.constantFrom('start', 'begin'), statements: fc.nat({ max: 12 }), delay: fc.nat({ max: 4 }) }),
  { freq: 2 },
) as fc.Arbitrary<Kill | null>;

const commands = fc.commands(
  [fc.tuple(anyCommand, kill).map(([make, when]) => new Command(make, when))],
  // A database of its own costs as much as a few commands.
  { size: 'max', maxCommands: 60 },
);

forEachEngine((engine) => {
  test(
    'whatever commands run, and wherever they are killed: all of a change is there with its row in the history, or nothing',
    async () => {
      const figures: Figures = { sequences: 0, commands: 0, refused: 0, kills: 0, before: 0, after: 0, within: 0 };
      const end = Date.now() + seconds * 1000;
      const least = () => Math.min(figures.commands - figures.refused - figures.kills, figures.kills);
      // A machine that is busy takes longer.
      const isEnough = () => Date.now() >= end && least() > 3;
      const property = fc.asyncProperty(commands, async (sequence) => {
        // A failure is not shrunk beyond the time.
        if (isEnough()) return;
        const box = await workspace(engine);
        const observed = await observe(engine, box);
        await fc.asyncModelRun(() => ({ model: { observed, isEnough }, real: { engine, box, figures } }), sequence);
        figures.sequences += 1;
        const { status, faults } = await examine(box);
        expect([status, Object.keys(faults).filter((id) => id !== 'verifications')]).toEqual([0, []]);
        expect(leaks(await engine.dump(box))).toEqual([]);
      });
      for (let next = seed; !isEnough(); next += 1) await fc.assert(property, { seed: next, numRuns: 1 });
      const { sequences, commands: run, refused, kills, before, after, within } = figures;
      process.stdout.write(
        `model: ${engine.name}: ${sequences} sequences, ${run} commands, ${refused} of them refused; ${kills} kills survived, ${before} before and ${after} after the change, ${within} within a transaction; seed ${seed}\n`,
      );
      expect(least()).toBeGreaterThan(3);
    },
    (seconds + 120) * 1000,
  );
});
