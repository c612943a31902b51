import type { Client } from './client.ts';
import type { JsonObject } from './field.ts';
import type { Probe } from './verification.ts';

/** What a build is in, whatever its provider calls it. What a provider calls neither finished nor anything known is running. */
export type BuildState = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled' | 'timed_out';

const endStates: readonly string[] = ['succeeded', 'failed', 'cancelled', 'timed_out'];

export function hasEnded(state: string): boolean {
  return endStates.includes(state);
}

/** The parameter that tells a provider whose build it is, where the job declares it. */
export const markerName = 'INTEGRATIONS_RUN_ID';

/** A parameter that a job declares. */
export interface Parameter {
  name: string;
  /** It has no value of its own, and the build needs one. */
  required?: true;
  /** The values it takes; any where it is not said. */
  choices?: readonly string[];
  /** What is refused before it is sent, as a clause such as `takes a file, which cannot be given here`. */
  unfit?: (value: string) => string | undefined;
}

/** What is to be built. */
export interface BuildTarget {
  /** The branch or tag; null where the job knows of none. */
  ref: string | null;
  declared: readonly Parameter[];
  /** Whether it takes names that are not declared. */
  takesOthers: boolean;
  /** Whether the parameter `markerName` reaches the build. */
  isMarkable: boolean;
  /** What the provider needs to start it and to find it again; it is stored, and holds no credential. */
  place: JsonObject;
}

/** What a provider knows of a build. */
export interface Build {
  state: BuildState;
  /** Its own word. */
  providerState: string | null;
  /** Its own number; null as long as it has none. */
  providerRunId: string | null;
  /** For people. */
  url: string | null;
  /** What it is waiting for, or why it failed; a clause without a full stop. */
  detail: string | null;
  /** What the provider needs to be asked of it again. */
  place: JsonObject;
  /** Somebody else had started it, and ours joined it. */
  joined?: true;
  /** A step of the start is still to come, which `proceed` takes. */
  isBeginning?: true;
}

/** A build that was asked for, and of which no answer came. */
export interface SoughtBuild {
  place: JsonObject;
  ref: string | null;
  /** What stands in the parameter `markerName`; undefined where the job declares none. */
  marker: string | undefined;
  /** Not before that, by our clock. */
  since: Date;
  /** Whether it has the parameters that were sent, as far as those are told. */
  isAlike(values: Readonly<Record<string, string>>): boolean;
}

/** A piece of a log, whole characters alone. */
export interface LogPiece {
  text: string;
  /** Where the next piece begins; stored nowhere. */
  next: JsonObject;
}

/** How builds are started and followed at a provider. */
export interface BuildActions {
  /** How long a new build may take until it stands in the provider's lists, and how often it is looked for. */
  lag: { everyMs: number; forMs: number };
  /** What stands behind the pipeline; it changes nothing. @throws Refusal | Undecided | NotDone for a ref that does not fit */
  target(probe: Probe, ref: string | undefined): Promise<BuildTarget>;
  /** @throws NotDone */
  start(client: Client, target: BuildTarget, values: Readonly<Record<string, string>>): Promise<Build>;
  /** All that may be it: with a marker exactly it. @throws Refusal | Undecided */
  find(probe: Probe, sought: SoughtBuild): Promise<Build[]>;
  /** Whether two places are those of one build. */
  isSame(one: JsonObject, other: JsonObject): boolean;
  /** @param turn how often it was asked in this run, from 0 on: what costs more is not asked each time @throws Refusal | Undecided */
  state(probe: Probe, place: JsonObject, turn: number): Promise<Build>;
  /** Takes the next step of the start, where that can be taken and was not. @throws NotDone | Refusal | Undecided */
  proceed?(client: Client, place: JsonObject): Promise<void>;
  /** Asks for the end; whether it came, a later state says. @throws NotDone */
  cancel(client: Client, place: JsonObject): Promise<void>;
  /** What was written since the last piece; it changes nothing. @param from the `next` of the last piece, or `{}` @throws Refusal | Undecided */
  log(probe: Probe, place: JsonObject, from: JsonObject): Promise<LogPiece>;
}
