import { button, byId, type Child, make, present } from './dom.ts';

/**
 * Asks before something is changed that is not taken back. Escape and the focused button leave all as it is.
 * @param what names what it is about, and its tenant
 */
export function ask(title: string, what: readonly Child[], yes: string): Promise<boolean> {
  const dialog = byId('question', HTMLDialogElement);
  const from = document.activeElement;
  const no = button('Cancel', () => dialog.close('no'), { autofocus: true });
  dialog.replaceChildren(
    make('h2', { id: 'question-title' }, title),
    make('div', { class: 'about' }, ...present(what)),
    make(
      'p',
      { class: 'actions' },
      no,
      button(yes, () => dialog.close('yes'), { class: 'first harm' }),
    ),
  );
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        dialog.replaceChildren();
        if (from instanceof HTMLElement) from.focus();
        resolve(dialog.returnValue === 'yes');
      },
      { once: true },
    );
  });
}
