export type Child = Node | string | null | undefined | false;

type Listener = (event: Event) => unknown;
type Attributes = Readonly<Record<string, string | number | boolean | undefined | Listener>>;

/**
 * An element. Text goes in as text, so that nothing that the API answers is ever read as HTML.
 * @param attributes by name; a function listens to the event of that name
 */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, (event) => void value(event));
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...present(children));
  return element;
}

/** Those that there are. */
export function present(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => child || []);
}

/** An element of the page itself. */
export function byId<Of extends HTMLElement>(id: string, of: abstract new () => Of): Of {
  const found = document.getElementById(id);
  if (!(found instanceof of)) throw new Error(`the page has no such element: ${id}`);
  return found;
}

export function button(text: Child, press: () => unknown, attributes: Attributes = {}): HTMLButtonElement {
  return make('button', { type: 'button', ...attributes, click: press }, text);
}

/** What people call something: it may run from right to left, and does not turn round what stands beside it. */
export function named(name: string): HTMLElement {
  return make('bdi', { class: 'named' }, name);
}

/** An address to follow, where it is one of the web; else its text. */
export function linkTo(address: string, text = address): Node {
  if (!isOfTheWeb(address)) return document.createTextNode(text);
  return make('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, text);
}

function isOfTheWeb(address: string): boolean {
  try {
    return /^https?:$/.test(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** Runs what a button is for, and takes no second press before that has ended. */
export async function whileBusy(pressed: HTMLElement, work: () => Promise<void>): Promise<void> {
  if (pressed.ariaDisabled === 'true') return;
  pressed.ariaDisabled = 'true';
  try {
    await work();
  } finally {
    pressed.ariaDisabled = null;
  }
}
