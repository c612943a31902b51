import type { Api } from './api.ts';
import { byId, type Child, present } from './dom.ts';
import type { CategoryName, Scope, Seen, Summary, VerificationItem } from './shapes.ts';

/** What all views of a tenant work with: the API, what was read, and the ways from one view to another. */
export interface Desk {
  readonly api: Api;
  readonly seen: Seen;
  /** What is asked of this tenant's integrations: `scm/scm_0192…`, `verify`. */
  path(rest: string): string;
  may(scope: Scope): boolean;
  /** Whether its tenant is the one that is shown, and its token not forgotten: an answer may come late. */
  isShown(): boolean;
  /** Reads the tenant anew and shows it; what has the focus keeps it. */
  reload(): Promise<void>;
  /** Shows what went wrong in the panel; without a token that is taken, asks for one. */
  failed(error: unknown, again: () => Promise<void>): void;
  readonly show: {
    integration(of: Pick<Summary, 'id' | 'category'>): Promise<void>;
    creation(category: CategoryName): void;
    report(title: string, items: readonly VerificationItem[]): void;
    manifest(): void;
  };
}

const list = () => byId('list', HTMLElement);
const panel = () => byId('panel', HTMLElement);

let openedFrom: string | undefined;

/** Puts something into the panel and the focus on its heading. */
export function openPanel(title: readonly Child[], ...content: readonly Child[]): void {
  say();
  if (panel().hidden) openedFrom = document.activeElement?.id;
  byId('panel-title', HTMLElement).replaceChildren(...present(title));
  byId('panel-body', HTMLElement).replaceChildren(...present(content));
  panel().hidden = false;
  document.body.classList.add('with-panel');
  panel().scrollTop = 0;
  byId('panel-title', HTMLElement).focus();
}

/** Empties the panel; the focus goes back to what it was opened from, or to the list. */
export function closePanel(): void {
  if (panel().hidden) return;
  const hadFocus = panel().contains(document.activeElement);
  byId('panel-title', HTMLElement).replaceChildren('Details');
  byId('panel-body', HTMLElement).replaceChildren();
  panel().hidden = true;
  document.body.classList.remove('with-panel');
  if (!hadFocus) return;
  const from = openedFrom ? document.getElementById(openedFrom) : null;
  (from ?? list().querySelector('h2'))?.focus();
}

/** Reads the tenant anew; what goes wrong stands in the panel. */
export async function refresh(desk: Desk): Promise<void> {
  try {
    await desk.reload();
  } catch (error) {
    desk.failed(error, async () => {
      closePanel();
      await refresh(desk);
    });
  }
}

let silence: ReturnType<typeof setTimeout> | undefined;

/** Says for a while what was done, and what is under way until something else is said; to all who see or hear the page. */
export function say(...what: readonly Child[]): void {
  clearTimeout(silence);
  const said = byId('said', HTMLElement);
  said.replaceChildren(...present(what));
  if (!said.textContent.endsWith('…')) silence = setTimeout(() => said.replaceChildren(), 8_000);
}
