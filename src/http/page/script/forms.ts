import type { Answered } from './api.ts';
import { type Desk, openPanel, say } from './desk.ts';
import { make, named } from './dom.ts';
import { formOf, type Values } from './form.ts';
import type { CategoryName, Integration, ProviderDescription } from './shapes.ts';
import { categoryOf, statusWords } from './words.ts';

/** A new integration: which provider, and then its fields. */
export function showCreation(desk: Desk, category: CategoryName): void {
  const offered = desk.seen.providers.filter((each) => each.category === category);
  const fields = make('div', {});
  const select = make(
    'select',
    { id: 'provider', autocomplete: 'off', change: () => fill() },
    ...offered.map(({ name, title }) => make('option', { value: name }, title)),
  );
  const fill = () => {
    const provider = offered.find(({ name }) => name === select.value);
    if (provider) fields.replaceChildren(creationForm(desk, category, provider));
  };
  fill();
  const chooser = make('div', { class: 'field' }, make('label', { for: 'provider' }, 'Provider'), select);
  openPanel([`Add a ${categoryOf(category).one} integration`], chooser, fields);
}

function creationForm(desk: Desk, category: CategoryName, provider: ProviderDescription): HTMLFormElement {
  const { path } = categoryOf(category);
  const verify = make('input', { type: 'checkbox', id: 'verify-first', checked: true });
  const words = make('label', { for: verify.id }, `Ask ${provider.title} first, and store nothing that it refuses`);
  return formOf(desk, {
    provider,
    fields: provider.fields,
    does: 'Add it',
    extra: [make('div', { class: 'field of-box' }, verify, words)],
    send: (values, key) => {
      const body = { [typeColumnOf(category)]: provider.type, ...values };
      return desk.api.send('POST', desk.path(`${path}${verify.checked ? '?verify=true' : ''}`), { body, key });
    },
    done: (stored) => showStored(desk, category, stored, 'Added '),
  });
}

/** The column that says which provider an integration is of. */
export function typeColumnOf(category: CategoryName): string {
  return category === 'ticket' ? 'ticketSystemType' : `${category}Type`;
}

/** What of an integration may be changed. */
export function showChange(desk: Desk, category: CategoryName, stored: Answered<Integration>): void {
  const provider = providerOf(desk, category, stored.body);
  const { path, read } = rowOf(desk, category, stored);
  const form = formOf(desk, {
    provider,
    fields: provider.fields,
    stored,
    does: 'Store the changes',
    send: (body) => desk.api.send('PATCH', path, { body, ifMatch: read.etag }),
    readAnew: read.anew,
    done: (now) => showStored(desk, category, now, 'Changed '),
  });
  openPanel(['Change ', named(stored.body.displayName)], form);
}

/** New credentials in the place of the stored ones, which stay where the provider refuses the new ones. */
export function showRotation(desk: Desk, category: CategoryName, stored: Answered<Integration>): void {
  const provider = providerOf(desk, category, stored.body);
  const { path, read } = rowOf(desk, category, stored);
  const form = formOf(desk, {
    provider,
    fields: provider.fields.filter(({ name, credential }) => credential || name === 'credentialExpiresAt'),
    stored,
    does: 'Verify and rotate',
    send: (body: Values, key) => desk.api.send('POST', `${path}/rotate`, { body, key, ifMatch: read.etag }),
    readAnew: read.anew,
    done: (now) => showStored(desk, category, now, 'Rotated the credentials of '),
  });
  const intro = `${provider.title} is asked about the new ones first. Where it does not accept them, the stored ones stay.`;
  openPanel(['Rotate the credentials of ', named(stored.body.displayName)], make('p', {}, intro), form);
}

/** Where a row is reached, and the version that a change has to meet. */
function rowOf(desk: Desk, category: CategoryName, { body: { id }, etag }: Answered<Integration>) {
  const path = desk.path(`${categoryOf(category).path}/${id}`);
  const read = {
    etag,
    anew: async () => {
      const now = await desk.api.get<Integration>(path);
      read.etag = now.etag;
      return now;
    },
  };
  return { path, read };
}

export function providerOf(desk: Desk, category: CategoryName, row: Integration): ProviderDescription {
  const type = row[typeColumnOf(category)];
  const found = desk.seen.providers.find((each) => each.category === category && each.type === type);
  if (!found) throw new Error('the API does not describe this provider');
  return found;
}

async function showStored(desk: Desk, category: CategoryName, row: Integration, did: string): Promise<void> {
  try {
    await desk.reload();
    await desk.show.integration({ id: row.id, category });
    say(did, named(row.displayName), `: ${statusWords[row.verificationStatus].toLowerCase()}.`);
  } catch (error) {
    desk.failed(error, () => showStored(desk, category, row, did));
  }
}
