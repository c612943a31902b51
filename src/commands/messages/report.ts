import type { MessageOutcome, MessageReport } from '../../app/messages/report.ts';
import { AppError } from '../../core/error.ts';
import { plural, quotable } from '../../core/text.ts';
import { cell } from '../../output/render.ts';
import { toneOf } from '../../output/tone.ts';
import { type Data, type ManyView, manyOf, type TextLine } from '../../output/view.ts';
import { cancelled } from '../confirm.ts';

/** Every key of a report. */
export const messageKeys = [
  'id',
  'displayName',
  'type',
  'destination',
  'outcome',
  'runId',
  'providerId',
  'url',
  'errorCode',
  'detail',
  'hint',
];

interface Ending {
  interrupted: boolean;
  unopened: AppError | undefined;
}

/** What came of a message at each destination, and the failure that it tells. */
export function messageView(reports: readonly MessageReport[], ending: Ending): ManyView {
  return manyOf(reports, {
    columns: [
      { title: 'Name', text: (data) => quotable(cell(data['displayName']), 255) },
      { title: 'Type', text: (data) => cell(data['type']), whole: true, spare: 1 },
      { title: 'To', text: (data) => quotable(cell(data['destination']), 255) },
      { title: 'Outcome', text: outcomeText, tone: ({ outcome }) => toneOf(outcome), whole: true },
      { title: 'Found', text: (data) => (isWell(data) ? quotable(cell(data['detail']), 300) : ''), wraps: true },
      { title: 'Address', text: (data) => quotable(cell(data['url']), 2048), beneath: true },
    ],
    keys: messageKeys,
    name: (data) => cell(data['id']),
    empty: 'Nobody listens to this event.',
    block: blockOf,
    failure: () => failureOf(reports, ending),
  });
}

const well: readonly unknown[] = ['delivered', 'accepted', 'duplicate'] satisfies MessageOutcome[];

function isWell({ outcome }: Data | MessageReport): boolean {
  return well.includes(outcome);
}

function outcomeText({ outcome }: Data): string {
  return cell(outcome).replaceAll('_', ' ');
}

const ends: Readonly<Record<string, string>> = {
  refused: 'was refused',
  uncertain: 'may have arrived or not; it was not sent again',
  not_sent: 'was not sent',
  skipped: 'was skipped',
};

/** Why it did not go well, and what to do. */
function blockOf(data: Data): TextLine[] | undefined {
  if (isWell(data)) return undefined;
  const { type, displayName, destination, outcome, detail, hint } = data;
  const what = `The message of "${quotable(cell(displayName), 255)}" (${cell(type)}) to ${quotable(cell(destination), 255)}`;
  return [
    { text: `${what} ${ends[cell(outcome)]}.`, tone: toneOf(outcome) },
    ...(detail ? [{ text: `  ${quotable(cell(detail), 500)}` }] : []),
    ...(hint ? [{ text: `  remedy: ${quotable(cell(hint), 1000)}` }] : []),
  ];
}

/** What stands against the credential, whatever the message was. */
const ofCredential: readonly (string | null)[] = ['INVALID', 'EXPIRED', 'REVOKED', 'INSUFFICIENT'];

function failureOf(reports: readonly MessageReport[], { interrupted, unopened }: Ending): AppError | undefined {
  if (interrupted && reports.some(({ outcome }) => outcome === 'skipped')) return cancelled();
  if (unopened) return unopened;
  const of = (outcome: MessageOutcome) => reports.filter((report) => report.outcome === outcome);
  const told = (some: readonly MessageReport[]) =>
    `${some.length} of ${plural(reports.length, 'message')} ${some.length === 1 ? 'was' : 'were'}`;
  const hint = 'The report says of each what was found and what to do.';
  const [refused, uncertain, unsent] = [of('refused'), of('uncertain'), of('not_sent')];
  const isCredential = refused.some(({ errorCode }) => ofCredential.includes(errorCode));
  if (refused.length > 0) {
    const code = isCredential ? 'VERIFICATION_FAILED' : 'FAILED';
    const others = uncertain.length > 0 ? `, and nobody knows whether ${told(uncertain)} sent` : '';
    const why = isCredential ? ', some for their credential' : '';
    return new AppError(code, `${told(refused)} refused${why}${others}`, { hint });
  }
  if (uncertain.length > 0) return new AppError('UNDECIDED', `nobody knows whether ${told(uncertain)} sent`, { hint });
  return unsent.length > 0 ? new AppError('UNDECIDED', `${told(unsent)} not sent`, { hint }) : undefined;
}
