import type { Answered } from './api.ts';
import { closePanel, type Desk, openPanel, refresh, say } from './desk.ts';
import { button, type Child, make, named, whileBusy } from './dom.ts';
import { providerOf, showChange, showRotation } from './forms.ts';
import { standing } from './overview.ts';
import { ask } from './question.ts';
import type { CategoryName, FieldDescription, Integration, Pipeline, Seen, Summary } from './shapes.ts';
import { verifyOne } from './verification.ts';
import { categoryOf, ending, when } from './words.ts';

/** All of one integration, and what can be done with it. */
export async function showIntegration(desk: Desk, { id, category }: Pick<Summary, 'id' | 'category'>): Promise<void> {
  try {
    const stored = await desk.api.get<Integration>(desk.path(`${categoryOf(category).path}/${id}`));
    const { body: row } = stored;
    if (!desk.isShown()) return;
    openPanel(
      [named(row.displayName)],
      make('div', { class: 'standing' }, ...standing(desk, row)),
      make('p', { class: 'actions' }, ...actions(desk, category, stored)),
      make('dl', {}, ...lines(desk, category, row)),
    );
  } catch (error) {
    desk.failed(error, () => showIntegration(desk, { id, category }));
  }
}

function actions(desk: Desk, category: CategoryName, stored: Answered<Integration>): Child[] {
  const { body: row } = stored;
  const mayWrite = desk.may('write');
  const hasCredentials = Object.keys(row.credentials).length > 0;
  const act = (text: string, work: () => Promise<void>) => {
    const pressed = button(text, () => whileBusy(pressed, work));
    return pressed;
  };
  return [
    desk.may('verify') && act('Verify', () => verifyOne(desk, { ...row, category })),
    mayWrite && button('Change', () => showChange(desk, category, stored)),
    mayWrite && hasCredentials && button('Rotate credentials', () => showRotation(desk, category, stored)),
    mayWrite && act(row.isActive ? 'Switch off' : 'Switch on', () => switchTo(desk, category, stored, !row.isActive)),
    mayWrite && act('Remove', () => remove(desk, category, stored)),
  ];
}

function lines(desk: Desk, category: CategoryName, row: Integration): HTMLElement[] {
  const provider = providerOf(desk, category, row);
  const own = provider.fields.filter(({ name }) => name !== 'displayName' && name !== 'credentialExpiresAt');
  const time = (value: string | null) => (value === null ? '-' : when(value));
  return [
    ...entry('Provider', provider.title),
    ...own.flatMap((field) => entry(field.label, ...shown(desk.seen, field, row))),
    ...entry('Verified', row.lastVerifiedAt === null ? 'never' : time(row.lastVerifiedAt)),
    ...entry('Credential ends', row.credentialExpiresAt === null ? 'not known' : ending(row.credentialExpiresAt)),
    ...entry('Created', time(row.createdAt)),
    ...entry('Changed', time(row.updatedAt)),
    ...entry('Id', make('code', {}, row.id)),
  ];
}

function entry(label: string, ...content: readonly Child[]): HTMLElement[] {
  return [make('dt', {}, label), make('dd', {}, ...content)];
}

function shown(
  { status }: Seen,
  { name, credential, references, inWords }: FieldDescription,
  row: Integration,
): Child[] {
  if (credential) return [row.credentials[name] === true ? 'set' : 'not set'];
  const value = row[name] ?? null;
  if (inWords && value === null) return [inWords.unset];
  if (inWords && Array.isArray(value) && value.length === 0) return [inWords.empty];
  if (value === null) return ['-'];
  if (references !== null)
    return [named(status.integrations.find(({ id }) => id === value)?.displayName ?? String(value))];
  if (typeof value === 'boolean') return [value ? 'yes' : 'no'];
  if (Array.isArray(value)) return [value.join(', ')];
  if (typeof value === 'object') return [make('pre', {}, JSON.stringify(value, null, 2))];
  return [named(String(value))];
}

async function switchTo(
  desk: Desk,
  category: CategoryName,
  { body: row, etag }: Answered<Integration>,
  isActive: boolean,
): Promise<void> {
  const path = desk.path(`${categoryOf(category).path}/${row.id}`);
  await changing(desk, category, row, async () => {
    await desk.api.send('PATCH', path, { body: { isActive }, ifMatch: etag });
    await refresh(desk);
    await showIntegration(desk, { id: row.id, category });
    say(named(row.displayName), isActive ? ' is switched on.' : ' is switched off.');
  });
}

async function remove(desk: Desk, category: CategoryName, { body: row, etag }: Answered<Integration>): Promise<void> {
  const { one, path } = categoryOf(category);
  await changing(desk, category, row, async () => {
    const users = (await desk.api.all<Pipeline>(desk.path('pipelines'))).filter(
      ({ scmIntegrationId, targetIntegrationId }) => scmIntegrationId === row.id || targetIntegrationId === row.id,
    );
    const others: Child[] =
      users.length === 0
        ? []
        : [
            make(
              'p',
              {},
              users.length === 1
                ? 'A pipeline uses it and is removed with it:'
                : 'Pipelines use it and are removed with it:',
            ),
            make('ul', {}, ...users.map(({ displayName }) => make('li', {}, named(displayName)))),
          ];
    const what = [
      make(
        'p',
        {},
        `The ${one} integration `,
        named(row.displayName),
        ' of the tenant ',
        named(desk.seen.tenant.name),
        ' goes, with its credentials. It cannot be brought back.',
      ),
      ...others,
    ];
    if (!(await ask('Remove it?', what, users.length === 0 ? 'Remove it' : 'Remove all of these'))) return;
    const query = users.length === 0 ? '' : '?cascade=true';
    await desk.api.send('DELETE', desk.path(`${path}/${row.id}${query}`), { ifMatch: etag });
    closePanel();
    await refresh(desk);
    say('Removed ', named(row.displayName), '.');
  });
}

/** Shows the integration as it is now where somebody else changed it meanwhile. */
async function changing(
  desk: Desk,
  category: CategoryName,
  row: Integration,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    desk.failed(error, () => showIntegration(desk, { id: row.id, category }));
  }
}
