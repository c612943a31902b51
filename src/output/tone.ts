import { Chalk } from 'chalk';

/** Sets a text off from the others on a terminal with colours; the text says the same without it. */
export type Tone = 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** What colour a word has wherever it stands: green is well, red is not, yellow is not known yet or changes. */
const tones: Readonly<Record<string, Tone>> = {
  // A status as it is stored, an outcome, a check's result.
  VALID: 'green',
  valid: 'green',
  passed: 'green',
  INVALID: 'red',
  invalid: 'red',
  EXPIRED: 'red',
  expired: 'red',
  failed: 'red',
  NOT_VERIFIED: 'yellow',
  undecided: 'yellow',
  unproven: 'yellow',
  skipped: 'dim',
  // A finding of doctor.
  ok: 'green',
  info: 'dim',
  warning: 'yellow',
  error: 'red',
  // What a plan does.
  create: 'green',
  update: 'yellow',
  delete: 'red',
  hint: 'cyan',
  // What became of a run.
  succeeded: 'green',
  delivered: 'green',
  accepted: 'green',
  duplicate: 'dim',
  uncertain: 'yellow',
  queued: 'yellow',
  running: 'yellow',
  waiting: 'yellow',
  dispatching: 'yellow',
  unknown: 'yellow',
  not_sent: 'yellow',
  refused: 'red',
  cancelled: 'red',
  timed_out: 'red',
  open: 'yellow',
  done: 'green',
  trashed: 'red',
};

export function toneOf(word: unknown): Tone | undefined {
  return typeof word === 'string' && Object.hasOwn(tones, word) ? tones[word] : undefined;
}

export type Paint = (text: string, tone: Tone | undefined) => string;

/** @param color whether there are colours at all */
export function painter(color: boolean): Paint {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return (text, tone) => (tone ? chalk[tone](text) : text);
}
