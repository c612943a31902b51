import { isUnresolved } from '../../app/runs/look-up.ts';
import { runKeys } from '../../app/runs/present.ts';
import type { Closed } from '../../app/tickets/close.ts';
import type { Created } from '../../app/tickets/request.ts';
import { trashedFailure } from '../../app/tickets/trashed.ts';
import type { Context } from '../../context.ts';
import { type AppError, usage } from '../../core/error.ts';
import { readRunKey } from '../../core/run-key.ts';
import { quotable } from '../../core/text.ts';
import type { Run } from '../../db/stores/run-row.ts';
import type { OneView } from '../../output/view.ts';
import { type Input, textFlag } from '../command.ts';
import { unknownFate } from '../runs/failures.ts';
import { oneRun } from '../runs/view.ts';
import type { When } from '../when.ts';

/** Every key of a ticket's answer. */
export const ticketKeys: readonly string[] = ['result', ...runKeys];

/** The key that a ticket was created with. @throws AppError USAGE */
export function keyOf(input: Input): string {
  const key = textFlag(input, 'key')?.trim() ?? '';
  if (key === '')
    throw usage('--key names the ticket: the key or the version that it was created with', { field: 'key' });
  return readRunKey(key, 'key', '--key');
}

interface Told {
  run: Run;
  result: Created['result'] | Closed['result'];
  /** Such as ` in tenant "Acme"`. */
  where: string;
  when: When;
}

const endings = {
  created: 'is created',
  existing: 'is there already',
  closed: 'is closed',
  unchanged: 'was closed before',
} as const;

/** A ticket, and a line that says what became of it. */
export function oneTicket(context: Pick<Context, 'note'>, { run, result, where, when }: Told): OneView {
  const failure = failureOf(run);
  if (!failure) {
    const state = result === 'closed' && run.providerState ? `: ${quotable(run.providerState)}` : '';
    context.note(`The ticket ${nameOf(run)}${where} ${endings[result]}${state}.`);
  }
  const view = oneRun(run, when, failure);
  if (isUnresolved(run)) return view;
  const ticket = run.providerRunId === null ? '-' : quotable(run.providerRunId, 255);
  return { ...view, data: { result, ...view.data }, lines: [['Ticket', ticket], ...view.lines] };
}

function nameOf({ providerRunId, key }: Run): string {
  return providerRunId === null
    ? `for "${quotable(key ?? '')}"`
    : `${quotable(providerRunId, 255)} for "${quotable(key ?? '')}"`;
}

function failureOf(run: Run): AppError | undefined {
  if (isUnresolved(run)) return unknownFate(run);
  return trashedFailure(run);
}
