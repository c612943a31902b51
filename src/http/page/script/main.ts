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
select.addEventListener('change', () => void showTenant());

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
    if (problemOf(error).status === 401) return forget('This token is not known, or it has ended.');
    say('');
    refused.replaceChildren(trouble(error));
    typed.focus();
  }
}

async function enter({ scopes, tenants }: Session): Promise<void> {
  signIn.hidden = true;
  byId('session', HTMLElement).hidden = false;
  byId('rights', HTMLElement).textContent = `May ${[...scopes].join(', ')}`;
  select.replaceChildren(...tenants.map(({ id, displayName }) => make('option', { value: id }, displayName ?? id)));
  if (tenants.length > 0) return await showTenant();
  list.hidden = false;
  list.replaceChildren(
    make('h2', { tabindex: -1 }, 'No tenants'),
    make('p', {}, 'This token sees no tenant. Ask an administrator for one of your tenant.'),
  );
  say('');
  list.querySelector('h2')?.focus();
}

/** Reads the chosen tenant, shows it, and goes to its heading. */
async function showTenant(): Promise<void> {
  const now = session;
  const tenant = now?.tenants.find(({ id }) => id === select.value);
  if (!now || !tenant) return;
  closePanel();
  list.hidden = false;
  list.replaceChildren(make('p', { class: 'none' }, 'Loading …'));
  say('Loading …');
  try {
    const desk = deskFor(now, { id: tenant.id, name: tenant.displayName ?? tenant.id });
    await desk.reload();
    if (!isShown(desk)) return;
    say('');
    list.querySelector('h2')?.focus();
  } catch (error) {
    if (session !== now || select.value !== tenant.id) return;
    if (problemOf(error).status === 401)
      return forget('The token is not taken any more: it has ended, or was removed.');
    say('');
    const title = make('h2', { tabindex: -1 }, named(tenant.displayName ?? tenant.id));
    list.replaceChildren(title, trouble(error, showTenant));
    title.focus();
  }
}

let shown: Desk | undefined;

function isShown(desk: Desk): boolean {
  return shown === desk;
}

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
    async reload() {
      const [{ body: status }, pipelines] = await Promise.all([
        api.get<TenantStatus>(path('status')),
        api.all<Pipeline>(path('pipelines')),
      ]);
      // Somebody may have gone on to another tenant meanwhile, or forgotten the token.
      if (session !== of || select.value !== tenant.id) return;
      seen = { tenant, status, pipelines, providers };
      shown = desk;
      const focused = list.contains(document.activeElement) ? document.activeElement?.id : undefined;
      list.replaceChildren(...present(overview(desk)));
      if (focused) document.getElementById(focused)?.focus();
    },
    failed(error, again) {
      if (session !== of) return;
      if (problemOf(error).status === 401)
        return forget('The token is not taken any more: it has ended, or was removed.');
      say('');
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
