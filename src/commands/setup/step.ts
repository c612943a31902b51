import type { Context } from '../../context.ts';
import { hanging } from '../../output/width.ts';

/** The steps of the way, in the order in which they depend on each other. */
const titles = [
  'Database',
  'Key',
  'Tenant',
  'Account',
  'SCM',
  'Targets',
  'Pipelines',
  'Communication',
  'Tickets',
] as const;

export type StepTitle = (typeof titles)[number];

/** Tells which step comes, and in a line what it is for. */
export function announce(context: Context, title: StepTitle, purpose: string): void {
  context.note(`\nStep ${titles.indexOf(title) + 1} of ${titles.length}: ${title}`);
  context.note(purpose);
}

/** A line of what was found or done, as wide as the screen at most. */
export function say(context: Context, text: string): void {
  for (const line of hanging('  ', text, context.streams.stderr.columns ?? 80)) context.note(line);
}
