import { newKey } from './api.ts';
import { type Desk, openPanel, say } from './desk.ts';
import { button, type Child, make, named, whileBusy } from './dom.ts';
import { ask } from './question.ts';
import type { AppliedItem, PlanItem } from './shapes.ts';
import { trouble } from './trouble.ts';
import { badge, categoryOf, plural } from './words.ts';

/** What a manifest would change; and after a question, changes it. */
export function showManifest(desk: Desk): void {
  const result = make('div', {});
  const text = make('textarea', {
    id: 'manifest',
    rows: 14,
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-describedby': 'manifest-help',
    // What was planned is no longer what would be applied.
    input: () => result.replaceChildren(),
  });
  const pressed = make('button', { class: 'first' }, 'Show the plan');
  const form = make(
    'form',
    {
      novalidate: true,
      submit: (event) => {
        event.preventDefault();
        return whileBusy(pressed, () => plan(desk, text, result));
      },
    },
    make(
      'div',
      { class: 'field' },
      make('label', { for: 'manifest' }, 'Manifest, YAML or JSON'),
      make(
        'div',
        { class: 'help', id: 'manifest-help' },
        make('p', {}, 'A credential is “keep”, or “value:” and the credential itself. The plan writes nothing.'),
      ),
      text,
    ),
    make('p', { class: 'actions' }, pressed),
  );
  openPanel(['Plan a manifest for ', named(desk.seen.tenant.name)], form, result);
}

async function plan(desk: Desk, text: HTMLTextAreaElement, result: HTMLElement): Promise<void> {
  const manifest = text.value;
  say('Comparing …');
  try {
    const { body } = await desk.api.send<PlanItem[]>(
      'POST',
      desk.path(desk.may('write') ? 'plan' : 'plan?credentials=false'),
      sendingOf(manifest),
    );
    const changes = body.filter(({ action }) => action !== 'none');
    const title = make('h3', { tabindex: -1 }, changes.length === 0 ? 'No changes' : plural(changes.length, 'change'));
    result.replaceChildren(
      title,
      changes.length === 0 ? make('p', {}, 'What is stored is what the manifest says.') : changeTable(desk, changes),
      ...(desk.may('write') ? [] : [make('p', {}, 'Credentials are not compared: your token may not write.')]),
      ...(changes.length > 0 && desk.may('write') ? [applying(desk, { manifest, changes, text, result })] : []),
    );
    say(title.textContent, '.');
    title.focus();
  } catch (error) {
    say();
    result.replaceChildren(trouble(error, () => plan(desk, text, result)));
  }
}

function sendingOf(body: string) {
  return { body, type: /^\s*[{[]/.test(body) ? 'application/json' : 'application/yaml' };
}

interface Planned {
  manifest: string;
  changes: readonly PlanItem[];
  text: HTMLTextAreaElement;
  result: HTMLElement;
}

function applying(desk: Desk, planned: Planned): HTMLElement {
  const { tenant } = desk.seen;
  const key = newKey();
  const pressed = button(make('span', {}, 'Apply to ', named(tenant.name)), () =>
    whileBusy(pressed, async () => {
      const what: Child[] = [
        make(
          'p',
          {},
          `${plural(planned.changes.length, 'change')} to the integrations of the tenant `,
          named(tenant.name),
          ':',
        ),
        make('ul', {}, ...planned.changes.map(({ action, name }) => make('li', {}, `${action} `, named(name)))),
      ];
      if (await ask('Apply this plan?', what, 'Apply it')) await apply(desk, planned, key);
    }),
  );
  return make('p', { class: 'actions' }, pressed);
}

async function apply(desk: Desk, planned: Planned, key: string): Promise<void> {
  const { manifest, text, result } = planned;
  say('Applying …');
  try {
    const sending = { ...sendingOf(manifest), key };
    const { body } = await desk.api.send<AppliedItem[]>('POST', desk.path('apply'), sending);
    await desk.reload();
    // It may have held credentials.
    text.value = '';
    const done = body.filter((item) => item.result === 'done' && item.action !== 'none').length;
    const title = make('h3', { tabindex: -1 }, `Applied ${plural(done, 'change')}`);
    result.replaceChildren(title, make('p', {}, 'Verify what is new: a manifest says nothing about whether it works.'));
    say(title.textContent, '.');
    title.focus();
  } catch (error) {
    say();
    result.replaceChildren(trouble(error, () => apply(desk, planned, key)));
  }
}

function changeTable(desk: Desk, changes: readonly PlanItem[]): HTMLElement {
  const items = changes.map(({ action, category, name, type, fields }) => {
    const provider = desk.seen.providers.find((each) => each.name === type)?.title ?? type;
    const described = fields.map(({ name: field, before, after }) =>
      make(
        'li',
        {},
        make('code', {}, field),
        ' ',
        action === 'create' ? told(after) : `${told(before)} → ${told(after)}`,
      ),
    );
    return make(
      'li',
      {},
      make(
        'h4',
        {},
        badge(action),
        ' ',
        named(name),
        ' ',
        make('small', {}, `${categoryOf(category).title}, ${provider}`),
      ),
      action !== 'delete' && described.length > 0 && make('ul', {}, ...described),
    );
  });
  return make('ul', { class: 'changes' }, ...items);
}

function told(value: unknown): string {
  return value === null || value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
}
