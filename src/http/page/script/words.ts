import { dayMs, distance } from '../../../core/time.ts';
import { make } from './dom.ts';
import type { CategoryName, Status } from './shapes.ts';

/** The five in the order in which they depend on each other: what a path and a heading call each. */
export const categories: readonly { name: CategoryName; path: string; title: string; one: string }[] = [
  { name: 'scm', path: 'scm', title: 'Source control', one: 'source control' },
  { name: 'target', path: 'targets', title: 'Stores', one: 'store' },
  { name: 'pipeline', path: 'pipelines', title: 'Pipelines', one: 'pipeline' },
  { name: 'communication', path: 'communication', title: 'Messages', one: 'communication' },
  { name: 'ticket', path: 'tickets', title: 'Tickets', one: 'ticket' },
];

export function categoryOf(name: CategoryName): (typeof categories)[number] {
  const found = categories.find((each) => each.name === name);
  if (!found) throw new Error(`no such category: ${name}`);
  return found;
}

export const statusWords: Readonly<Record<Status, string>> = {
  VALID: 'Valid',
  NOT_VERIFIED: 'Not verified',
  INVALID: 'Invalid',
  EXPIRED: 'Expired',
};

/** What colour a word has: the word says the same without it. */
const tones: Readonly<Record<string, string>> = {
  VALID: 'good',
  valid: 'good',
  passed: 'good',
  create: 'good',
  INVALID: 'bad',
  EXPIRED: 'bad',
  invalid: 'bad',
  expired: 'bad',
  failed: 'bad',
  delete: 'bad',
  NOT_VERIFIED: 'open',
  undecided: 'open',
  unproven: 'open',
  update: 'open',
};

/** A word with its colour and a mark. */
export function badge(word: string, text = word): HTMLElement {
  return make('span', { class: `badge ${tones[word] ?? 'plain'}` }, text);
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** How long ago a time is or how soon; the time itself is in its title. */
export function when(time: string, className?: string): HTMLElement {
  return make('time', { datetime: time, title: time, class: className }, distance(time));
}

const soonMs = 14 * dayMs;

/** When a credential ends: set off where that is soon, or past. */
export function ending(time: string): HTMLElement {
  const left = Date.parse(time) - Date.now();
  return when(time, left < 0 ? 'bad' : left < soonMs ? 'open' : undefined);
}

/**
 * A hint, which the API gives to programs, for people on this page: its requests are buttons here. Nothing is left of one
 * that is a request alone.
 */
export function hintHere(hint: string | null): string | undefined {
  if (hint === null || /^(GET|POST|PATCH) \S+( with \S+ \S+)?$/.test(hint)) return undefined;
  return hint
    .replace(/POST …\/integrations\/\w+\/\{id\}\/rotate/g, '“Rotate credentials”')
    .replace(/PATCH …\/integrations\/\w+\/\{id\}/g, '“Change”');
}

/** Whether it names a button that only whoever may write has. */
export function namesChange(hint: string): boolean {
  return /“(Rotate credentials|Change)”/.test(hint);
}
