import { chainOf } from './chain.ts';
import { type Desk, refresh } from './desk.ts';
import { button, type Child, make, named, whileBusy } from './dom.ts';
import type { CategoryName, Scope, Status, Summary } from './shapes.ts';
import { verifyAll, verifyOne } from './verification.ts';
import { badge, categories, ending, plural, statusWords, when } from './words.ts';

/** A tenant's integrations by category, with what can be done with them. */
export function overview(desk: Desk): Child[] {
  const { tenant } = desk.seen;
  const actions = [
    desk.may('verify') && pressable('Verify all', 'verify-all', () => verifyAll(desk)),
    desk.may('read') && button('Plan a manifest', () => desk.show.manifest(), { id: 'plan' }),
    pressable('Reload', 'reload', () => refresh(desk)),
  ];
  return [
    make(
      'header',
      {},
      make('h2', { tabindex: -1, id: 'tenant-name' }, named(tenant.name)),
      make('p', { class: 'actions' }, ...actions),
    ),
    make('p', { class: 'totals' }, ...totals(desk)),
    ...categories.map(({ name }) => section(desk, name)),
  ];
}

function pressable(text: string, id: string, work: () => Promise<void>): HTMLButtonElement {
  const pressed = button(text, () => whileBusy(pressed, work), { id });
  return pressed;
}

function totals({ seen: { status } }: Desk): Child[] {
  const { integrations, pipelines } = status;
  if (integrations.length === 0) return ['There are no integrations yet.'];
  const words = (Object.keys(statusWords) as Status[]).flatMap((word): Child[] => {
    const count = integrations.filter(({ verificationStatus }) => verificationStatus === word).length;
    return count === 0 ? [] : [badge(word, `${count} ${statusWords[word].toLowerCase()}`)];
  });
  const off = integrations.filter(({ isActive }) => !isActive).length;
  const stopped = pipelines.filter(({ canRun }) => !canRun).length;
  return [
    `${plural(integrations.length, 'integration')}:`,
    ...words,
    off > 0 && badge('off', `${off} switched off`),
    pipelines.length > 0 && make('span', {}, `${stopped} of ${plural(pipelines.length, 'pipeline')} stopped`),
  ];
}

function section(desk: Desk, category: CategoryName): HTMLElement {
  const { title, one } = categories.find(({ name }) => name === category) as (typeof categories)[number];
  const rows = desk.seen.status.integrations.filter((each) => each.category === category);
  const id = `category-${category}`;
  return make(
    'section',
    { 'aria-labelledby': id },
    make(
      'header',
      {},
      make('h3', { id }, title, ' ', make('span', { class: 'count' }, String(rows.length))),
      desk.may('write') &&
        button('Add', () => desk.show.creation(category), {
          id: `add-${category}`,
          'aria-label': `Add a ${one} integration`,
        }),
    ),
    rows.length === 0 ? make('p', { class: 'none' }, 'None yet.') : table(desk, rows, id),
  );
}

function table(desk: Desk, rows: readonly Summary[], labelledBy: string): HTMLElement {
  const titles = ['Name', 'Provider', 'Status', 'Verified', 'Credential ends'];
  // Its parts are said to be what they are: on a narrow screen they are laid out as cards.
  return make(
    'table',
    { role: 'table', 'aria-labelledby': labelledBy },
    make(
      'thead',
      { role: 'rowgroup' },
      make(
        'tr',
        { role: 'row' },
        ...titles.map((title) => make('th', { scope: 'col', role: 'columnheader' }, title)),
        desk.may('verify') &&
          make('th', { scope: 'col', role: 'columnheader' }, make('span', { class: 'heard' }, 'Action')),
      ),
    ),
    make('tbody', { role: 'rowgroup' }, ...rows.flatMap((row) => rowsOf(desk, row))),
  );
}

function rowsOf(desk: Desk, row: Summary): HTMLElement[] {
  const { id, displayName, lastVerifiedAt, credentialExpiresAt: ends } = row;
  const provider = desk.seen.providers.find(({ name }) => name === row.type);
  const opening = button(named(displayName), () => whileBusy(opening, () => desk.show.integration(row)), {
    id: `open-${id}`,
    class: 'opening',
  });
  const verifying = button('Verify', () => whileBusy(verifying, () => verifyOne(desk, row)), {
    id: `verify-${id}`,
    'aria-label': `Verify ${displayName}`,
  });
  const main = make(
    'tr',
    { role: 'row' },
    make('th', { scope: 'row', role: 'rowheader' }, opening),
    cell('Provider', provider?.title ?? row.type),
    cell('Status', ...standing(desk, row)),
    cell('Verified', lastVerifiedAt === null ? quiet('never') : when(lastVerifiedAt)),
    cell('Credential ends', ends === null ? quiet('not known') : ending(ends)),
    desk.may('verify') && make('td', { role: 'cell', class: 'action' }, verifying),
  );
  const chain = row.category === 'pipeline' ? chainOf(desk.seen, row) : undefined;
  if (!chain) return [main];
  main.className = 'chained';
  const columns = desk.may('verify') ? 6 : 5;
  return [
    main,
    make('tr', { role: 'row' }, make('td', { role: 'cell', class: 'chain-cell', colspan: columns }, chain)),
  ];
}

function cell(title: string, ...content: readonly Child[]): HTMLElement {
  return make('td', { role: 'cell', 'data-title': title }, make('div', {}, ...content));
}

function quiet(text: string): HTMLElement {
  return make('span', { class: 'quiet' }, text);
}

/** How an integration stands: its word, the reason, and what to do. */
export function standing(
  desk: Desk,
  row: Pick<Summary, 'verificationStatus' | 'verificationError' | 'isActive'>,
): Child[] {
  const { verificationStatus: word, verificationError: reason, isActive } = row;
  return [
    badge(word, statusWords[word]),
    !isActive && badge('off', 'Switched off'),
    reason !== null && make('p', { class: 'reason' }, reason),
    make('p', { class: 'remedy' }, remedyOf(desk, word)),
  ];
}

/** What a stored status asks for; a verification tells more. What the token does not allow is for somebody else to do. */
function remedyOf(desk: Desk, word: Status): string {
  const remedy = remedies[word];
  if (remedy === undefined) return '';
  return desk.may(remedy.scope) ? remedy.own : remedy.others;
}

const remedies: Partial<Record<Status, { scope: Scope; own: string; others: string }>> = {
  INVALID: {
    scope: 'verify',
    own: 'Verify it to see what to do.',
    others: 'Somebody whose token may verify it sees what to do.',
  },
  EXPIRED: {
    scope: 'write',
    own: 'Make a new credential and rotate it.',
    others: 'Somebody whose token may write has to rotate it.',
  },
};
