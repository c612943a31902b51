import { type Desk, openPanel, say } from './desk.ts';
import { type Child, make, named } from './dom.ts';
import type { CategoryName, VerificationItem } from './shapes.ts';
import { checkList } from './trouble.ts';
import { badge, categoryOf, ending, hintHere, namesChange, plural, statusWords } from './words.ts';

/** Asks the provider of one integration, and shows what it found. */
export async function verifyOne(
  desk: Desk,
  row: { id: string; category: CategoryName; displayName: string },
): Promise<void> {
  say('Asking the provider about ', named(row.displayName), ' …');
  const path = desk.path(`${categoryOf(row.category).path}/${row.id}/verify`);
  await verify(desk, path, () => verifyOne(desk, row));
}

/** Asks the providers of all of them. */
export async function verifyAll(desk: Desk): Promise<void> {
  say(`Asking the providers of ${plural(desk.seen.status.integrations.length, 'integration')} …`);
  await verify(desk, desk.path('verify'), () => verifyAll(desk));
}

async function verify(desk: Desk, path: string, again: () => Promise<void>): Promise<void> {
  try {
    const { body } = await desk.api.send<VerificationItem[]>('POST', path);
    await desk.reload();
    const [only] = body;
    desk.show.report(body.length === 1 && only ? `Verification of ${only.displayName}` : 'Verification', body);
  } catch (error) {
    desk.failed(error, again);
  }
}

/** What providers answered, what is wrong first. */
export function showReport(desk: Desk, title: string, items: readonly VerificationItem[]): void {
  if (!desk.isShown()) return;
  const order = ['invalid', 'expired', 'undecided', 'valid'];
  const sorted = [...items].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  const counts = order.flatMap((outcome) => {
    const count = items.filter((each) => each.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcome}`];
  });
  openPanel([title], make('ul', { class: 'report' }, ...sorted.map((item) => reportItem(desk, item))));
  say(items.length === 0 ? 'There was nothing to verify.' : `Verified: ${counts.join(', ')}.`);
}

const forWriters = 'Your token may not change integrations: ask somebody whose token may write.';

function reportItem(desk: Desk, item: VerificationItem): HTMLElement {
  const { displayName, outcome, status, hint, expiresAt, account, checks } = item;
  const provider = desk.seen.providers.find(({ name }) => name === item.type);
  const remedy = hintHere(hint);
  const facts: Child[] = [
    account !== null && make('span', {}, 'Account ', named(account)),
    expiresAt !== null && make('span', {}, 'Credential ends ', ending(expiresAt)),
    outcome === 'undecided' && make('span', {}, `Stored as before: ${statusWords[status].toLowerCase()}`),
  ];
  return make(
    'li',
    {},
    make('h3', {}, named(displayName), ' ', make('small', {}, provider?.title ?? item.type), ' ', badge(outcome)),
    checkList(checks),
    remedy !== undefined && make('p', { class: 'remedy' }, make('b', {}, 'What to do: '), remedy),
    remedy !== undefined && namesChange(remedy) && !desk.may('write') && make('p', {}, forWriters),
    facts.some(Boolean) && make('p', { class: 'facts' }, ...facts),
  );
}
