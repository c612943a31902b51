import { firstOf, verdictReason } from '../../app/verdict.ts';
import { AppError } from '../../core/error.ts';
import { plural, quotable } from '../../core/text.ts';
import { type Data, type ManyView, manyOf } from '../../output/view.ts';
import type { Verified } from '../../verify/verify.ts';
import { cancelled } from '../confirm.ts';

/** One line for people: what it is, how it ended, why. */
export function lineOf({ subject: { category, row }, verdict }: Verified): string {
  const reason = verdictReason(verdict);
  const unproven = verdict.checks.filter(({ outcome }) => outcome === 'unproven').map(({ name }) => name);
  const note = reason ?? (unproven.length > 0 ? `unproven: ${unproven.join(', ')}` : '');
  return `${verdict.outcome.padEnd(9)}  ${category.name} ${quotable(row.displayName)}${note ? `  ${note}` : ''}`;
}

/** Every key of an item. */
export const reportKeys = [
  'id',
  'displayName',
  'category',
  'type',
  'outcome',
  'status',
  'previousStatus',
  'checks',
  'errorCode',
  'hint',
  'expiresAt',
  'account',
  'latencyMs',
];

/** The report, and the failure that it tells. */
export function reportView(items: readonly Data[], interrupted: boolean): ManyView {
  return {
    ...manyOf(items, {
      columns: [
        { title: 'Name', text: (data) => quotable(String(data['displayName']), 255) },
        { title: 'Category', text: (data) => String(data['category']), whole: true },
        { title: 'Type', text: (data) => String(data['type']), whole: true },
        { title: 'Outcome', text: (data) => String(data['outcome']), whole: true },
        { title: 'Status', text: (data) => String(data['status']), whole: true },
        { title: 'Found', text: found },
      ],
      keys: reportKeys,
      name: (data) => String(data['id']),
      empty: 'Nothing to verify.',
    }),
    failure: () => (interrupted ? cancelled() : failureOf(items)),
  };
}

function found(data: Data): string {
  const checks = data['checks'] as { name: string; outcome: string; detail: string }[];
  const told = firstOf(checks, 'failed', 'undecided', 'unproven');
  const text = told ? `${told.name} ${told.outcome}: ${told.detail}` : (checks.at(-1)?.detail ?? '');
  return data['hint'] ? `${text}. ${data['hint']}` : text;
}

export function failureOf(items: readonly Data[]): AppError | undefined {
  const refused = items.filter(({ outcome }) => outcome === 'invalid' || outcome === 'expired');
  const undecided = items.filter(({ outcome }) => outcome === 'undecided');
  const hint = 'The report names each reason, and what to do.';
  if (refused.length > 0) {
    return new AppError(
      'VERIFICATION_FAILED',
      `${plural(refused.length, 'integration')} of ${items.length} ${refused.length === 1 ? 'is' : 'are'} refused by the provider`,
      { hint },
    );
  }
  if (undecided.length === 0) return undefined;
  return new AppError(
    'UNDECIDED',
    `${plural(undecided.length, 'integration')} of ${items.length} could not be decided; what is stored stays`,
    { hint },
  );
}
