import { type Api, createApi } from './api.ts';
import { closePanel, type Desk, openPanel, say } from './desk.ts';
import { byId, make, named, present, whileBusy } from './dom.ts';
import { showCreation } from './forms.ts';
import { showIntegration } from './integration.ts';
import { showManifest } from './manifest.ts';
import { overview } from './overview.ts';
import type { Page, Pipeline, ProviderDescription, Scope, Seen, TenantName, TenantStatus } from './shapes.ts';
import { problemOf, trouble } from './trouble.ts';
import { showReport } from './verification.ts';

/** What a token that was typed allows. It lives here, and goes with it. */
interface Session {
  api: Api;
  scopes: ReadonlySet<Scope>;
  providers: readonly ProviderDescription[];
  tenants: readonly TenantName[];
}

let session: Session | undefined;

const typed = byId('token', HTMLInputElement);
const select = byId('tenant', HTMLSelectElement);
const list = byId('list', HTMLElement);
const signIn = byId('sign-in', HTMLFormElement);

signIn.addEventListener('submit', (event) => {
  event.preventDefault();
  const pressed = signIn.querySelector('button');
  if (pressed) void whileBusy(pressed, start);
});
byId('forget', HTMLElement).addEventListener('click', () => forget('The token is forgotten.'));
byId('close-panel', HTMLElement).addEventListener('click', closePanel);
byId('panel', HTMLElement).addEventListener('keydown', (event) => {
  if (event.key === 'Escape') closePanel();
});
select.addEventListener('change', async () => {
  await showTenant();
  if (shown) say('Showing ', named(shown.seen.tenant.name), '.');
});

/** Takes the token out of its field and sees what it opens. */
async function start(): Promise<void> {
  const refused = byId('refused', HTMLElement);
  refused.replaceChildren();
  const token = typed.value.trim();
  typed.value = '';
  if (!/^[!-~]+$/.test(token)) {
    refused.replaceChildren(make('p', {}, 'Type the token, or paste it.'));
    typed.focus();
    return;
  }
  say('Loading …');
  const api = createApi(token);
  try {
    const { body: own } = await api.get<{ scopes: Scope[] }>('token');
    const { body: described } = await api.get<Page<ProviderDescription>>('providers');
    const tenants = await api.all<TenantName>('tenants');
    session = { api, scopes: new Set(own.scopes), providers: described.items, tenants };
    await enter(session);
  } catch (error) {
    api.end();
    if (problemOf(error).status === 401) return forget('This token is unknown, or it has expired.');
    say();
    refused.replaceChildren(trouble(error));
    typed.focus();
  }
}

async function enter({ scopes, tenants }: Session): Promise<void> {
  signIn.hidden = true;
  byId('session', HTMLElement).hidden = false;
  byId('rights', HTMLElement).textContent = `May ${[...scopes].join(', ')}`;
  select.replaceChildren(...tenants.map(({ id, displayName }) => make('option', { value: id }, displayName ?? id)));
  if (tenants.length > 0) {
    await showTenant();
    return toHeading();
  }
  list.hidden = false;
  list.replaceChildren(
    make('h2', { tabindex: -1 }, 'No tenants'),
    make('p', {}, 'This token sees no tenant. Ask an administrator for one of your tenant.'),
  );
  say();
  toHeading();
}

function toHeading(): void {
  list.querySelector('h2')?.focus();
}

let shown: Desk | undefined;

/** Reads the chosen tenant and shows it. */
async function showTenant(): Promise<void> {
  const now = session;
  const tenant = now?.tenants.find(({ id }) => id === select.value);
  if (!now || !tenant) return;
  closePanel();
  shown = undefined;
  list.hidden = false;
  list.replaceChildren(make('p', { class: 'none' }, 'Loading …'));
  say('Loading …');
  const name = tenant.displayName ?? tenant.id;
  const desk = deskFor(now, { id: tenant.id, name });
  try {
    await desk.reload();
    if (desk.isShown()) say();
  } catch (error) {
    if (!desk.isShown()) return;
    if (problemOf(error).status === 401) return forget(ended);
    say();
    const again = async () => {
      await showTenant();
      toHeading();
    };
    list.replaceChildren(make('h2', { tabindex: -1 }, named(name)), trouble(error, again));
  }
}

const ended = 'The token is no longer accepted: it has expired, or was removed.';

function deskFor(of: Session, tenant: Seen['tenant']): Desk {
  const path = (rest: string) => `${encodeURIComponent(tenant.id)}/integrations/${rest}`;
  const { api, providers } = of;
  let seen: Seen | undefined;
  const desk: Desk = {
    api,
    path,
    get seen() {
      if (!seen) throw new Error('nothing was read yet');
      return seen;
    },
    may: (scope) => of.scopes.has(scope),
    isShown: () => session === of && select.value === tenant.id,
    async reload() {
      const [{ body: status }, pipelines] = await Promise.all([
        api.get<TenantStatus>(path('status')),
        api.all<Pipeline>(path('pipelines')),
      ]);
      if (!desk.isShown()) return;
      seen = { tenant, status, pipelines, providers };
      shown = desk;
      const focused = list.contains(document.activeElement) ? document.activeElement?.id : undefined;
      list.replaceChildren(...present(overview(desk)));
      if (focused) (document.getElementById(focused) ?? list.querySelector('h2'))?.focus();
    },
    failed(error, again) {
      if (!desk.isShown()) return;
      if (problemOf(error).status === 401) return forget(ended);
      say();
      openPanel(['That did not work'], trouble(error, again));
    },
    show: {
      integration: (row) => showIntegration(desk, row),
      creation: (category) => showCreation(desk, category),
      report: (title, items) => showReport(desk, title, items),
      manifest: () => showManifest(desk),
    },
  };
  return desk;
}

/** Lets go of the token and of all that it showed. */
function forget(why: string): void {
  session?.api.end();
  session = undefined;
  shown = undefined;
  closePanel();
  select.replaceChildren();
  byId('session', HTMLElement).hidden = true;
  list.hidden = true;
  list.replaceChildren();
  say();
  signIn.hidden = false;
  byId('refused', HTMLElement).replaceChildren(make('p', {}, why));
  typed.value = '';
  typed.focus();
}
