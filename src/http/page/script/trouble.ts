import { Problem } from './api.ts';
import { button, make, whileBusy } from './dom.ts';
import { badge, hintHere } from './words.ts';

/** What to do next, by the code of what went wrong. */
const next: Readonly<Record<string, string>> = {
  UNREACHABLE: 'Check that it is running and that you are connected, then try again.',
  DATABASE_UNAVAILABLE:
    'Nothing was changed. Try again in a moment; if it does not help, tell whoever looks after this server.',
  KEY_UNAVAILABLE: 'Tell whoever looks after this server: it lacks the key that credentials are sealed with.',
  SCHEMA_OUTDATED: 'Tell whoever looks after this server: its database has to be brought up to date.',
  DECRYPTION_FAILED: 'Tell whoever looks after this server: a stored credential does not open.',
  FORBIDDEN: 'Your token does not allow this. Ask an administrator for one that does.',
  NOT_FOUND: 'Somebody may have removed it meanwhile. Reload the list.',
  PRECONDITION_FAILED: 'Somebody changed it meanwhile.',
  TOO_MANY_REQUESTS: 'Wait a minute, then try again.',
};

/** What went wrong, and what to do about it. */
export function trouble(error: unknown, again?: () => Promise<void>): HTMLElement {
  const problem = problemOf(error);
  const advice = hintHere(problem.hint) ?? next[problem.code];
  return make(
    'div',
    { class: 'trouble', role: 'alert' },
    make('p', {}, make('strong', {}, sentence(problem.message))),
    advice !== undefined && make('p', {}, sentence(advice)),
    checksOf(problem.verification),
    again && isPassing(problem) && repeating(again),
  );
}

function repeating(again: () => Promise<void>): HTMLElement {
  const pressed: HTMLElement = button('Try again', () => whileBusy(pressed, again));
  return pressed;
}

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, { detail: 'This page has a fault.', hint: 'Reload it, and report what you did.' });
}

/** Whether the same may work a moment later. */
function isPassing({ status }: Problem): boolean {
  return status === 0 || status === 429 || status >= 500;
}

function sentence(text: string): string {
  const capital = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?…:”"]$/.test(capital) ? capital : `${capital}.`;
}

interface Checked {
  name: string;
  outcome: string;
  detail: string;
}

/** The checks of a provider that refused what was to be stored. */
function checksOf(verification: unknown): HTMLElement | false {
  const { checks } = (verification ?? {}) as { checks?: unknown };
  return Array.isArray(checks) && checkList(checks as Checked[]);
}

/** What was asked of a provider, and how each of it went. */
export function checkList(checks: readonly Checked[]): HTMLElement {
  const items = checks.map(({ name, outcome, detail }) =>
    make('li', {}, badge(outcome), make('span', {}, make('b', {}, name), detail === '' ? '' : ` ${detail}`)),
  );
  return make('ul', { class: 'checks' }, ...items);
}
