import type { TenantNames } from '../../app/tenant-names.ts';
import { AppError } from '../../core/error.ts';
import { plural, quotable } from '../../core/text.ts';
import type { Check } from '../../core/verification.ts';
import { toneOf } from '../../output/tone.ts';
import type { Data, ManyView, TextLine } from '../../output/view.ts';
import { cancelled } from '../confirm.ts';
import { tenantColumn } from '../tenant-column.ts';

/** Every key of an item of one tenant. */
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

/** And of an item among those of all tenants. */
export const allTenantsKeys = [...reportKeys, 'tenantId', 'tenantName'];

interface Reporting {
  /** The verification was cut short. */
  interrupted: boolean;
  /** Where they are those of all tenants. */
  names?: TenantNames | undefined;
  /** Whether the answer tells reasons: `-o name` does not. */
  tellsReasons?: boolean;
}

/** The report, and the failure that it tells. What passed is a row; what did not says why, and what to do. */
export function reportView(items: Iterable<Data>, { interrupted, names, tellsReasons = true }: Reporting): ManyView {
  const where = (data: Data) => (names ? ` in tenant "${names.told(String(data['tenantId']))}"` : '');
  return {
    kind: 'many',
    pages: { [Symbol.iterator]: () => pagesOf(items) },
    columns: [
      ...tenantColumn(names),
      { title: 'Name', text: (data) => quotable(String(data['displayName']), 255) },
      { title: 'Category', text: (data) => String(data['category']), whole: true },
      { title: 'Type', text: (data) => String(data['type']), whole: true, spare: 1 },
      {
        title: 'Outcome',
        text: (data) => String(data['outcome']),
        tone: ({ outcome }) => toneOf(outcome),
        whole: true,
      },
      { title: 'Found', text: passed, wraps: true },
    ],
    keys: names ? allTenantsKeys : reportKeys,
    name: (data) => String(data['id']),
    empty: 'Nothing to verify.',
    block: (data) => blockOf(data, where(data)),
    failure: () => (interrupted ? cancelled() : failureOf(items, tellsReasons)),
  };
}

const pageSize = 500;

function* pagesOf(items: Iterable<Data>): Generator<readonly Data[]> {
  let page: Data[] = [];
  for (const item of items) {
    page.push(item);
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** What one that passed is worth telling of. */
function passed(data: Data): string {
  const checks = checksIn(data);
  const unproven = checks.find(({ outcome }) => outcome === 'unproven');
  return unproven ? `${unproven.name} unproven: ${unproven.detail}` : (checks.at(-1)?.detail ?? '');
}

/** What was found of one that did not pass, and what to do; undefined for one that did. */
export function blockOf(data: Data, where = ''): TextLine[] | undefined {
  const { outcome, hint, status } = data;
  if (outcome === 'valid' && hint === null) return undefined;
  const what = `${data['category']} "${quotable(String(data['displayName']), 255)}" (${data['type']})${where}`;
  const ended = outcome === 'undecided' ? `could not be decided; it stays ${status}` : `is ${outcome}`;
  return [
    { text: `${what} ${ended}.`, tone: toneOf(outcome) },
    ...reasonLines(data).map((text) => ({ text: `  ${text}` })),
  ];
}

/** What stands against it, and what to do about it. */
export function reasonLines(data: Data): string[] {
  const { hint } = data;
  const broken = checksIn(data).filter(({ outcome }) => outcome === 'failed' || outcome === 'undecided');
  return [
    ...broken.map(({ name, outcome, detail }) => `${name} ${outcome}: ${detail}`),
    ...(typeof hint === 'string' ? remedyLines(hint) : []),
  ];
}

/** A command at the end stands in a line of its own, to be copied. */
function remedyLines(hint: string): string[] {
  const [, text, command] =
    /^(.*) "(integrations [^"]+)"\.$/.exec(hint) ?? /^(.*) The command: (integrations .*)$/.exec(hint) ?? [];
  return command === undefined ? [`remedy: ${hint}`] : [`remedy: ${text}`, `  ${command}`];
}

function checksIn({ checks }: Data): Check[] {
  return checks as unknown as Check[];
}

/** @param tellsReasons whether the answer does: else the hint says which one would */
export function failureOf(items: Iterable<Data>, tellsReasons = true): AppError | undefined {
  let [all, refused, undecided] = [0, 0, 0];
  for (const { outcome } of items) {
    all += 1;
    if (outcome === 'invalid' || outcome === 'expired') refused += 1;
    else if (outcome === 'undecided') undecided += 1;
  }
  const hint = tellsReasons
    ? 'The report says of each what was found and what to do.'
    : '--json says of each what was found and what to do.';
  if (refused > 0) {
    return new AppError(
      'VERIFICATION_FAILED',
      `${plural(refused, 'integration')} of ${all} ${refused === 1 ? 'is' : 'are'} refused by the provider`,
      { hint },
    );
  }
  if (undecided === 0) return undefined;
  return new AppError(
    'UNDECIDED',
    `${plural(undecided, 'integration')} of ${all} could not be decided; what is stored stays`,
    { hint },
  );
}
