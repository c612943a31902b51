import type { Context } from '../../context.ts';
import { AppError, type ErrorCode } from '../../core/error.ts';
import { capital } from '../../core/text.ts';
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

/** Says what went wrong and what to do, where a person can mend it here. @throws the error where it is another one */
export function tellError(context: Context, error: unknown, ...mendable: ErrorCode[]): void {
  if (!(error instanceof AppError) || !mendable.includes(error.code)) throw error;
  say(context, `${capital(error.message)}.`);
  if (error.hint !== undefined) say(context, error.hint);
}
