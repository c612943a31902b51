import { expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../support/cli.ts';
import { choose, type Person, personAt } from '../support/conversation.ts';
import { sqlite } from '../support/engines.ts';
import { credentialFlags, sampleOf } from '../support/samples.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { addSample, done, workspace } from '../support/workspace.ts';

/* Escape does one thing at every question: it leads to the one before, whose answer stands; before the first there is none. */

const enter = '';
const first = 'There is no question before this one: Ctrl-C leaves.';
const hint = 'Esc goes one question back';

function open(box: Sandbox, ...args: string[]): { terminal: Terminal; person: Person } {
  const terminal = openTerminal(args, { env: box.env, cwd: box.root, cols: 160 });
  return { terminal, person: personAt(terminal) };
}

/** Each is there, and has its answer. */
async function expectBack(person: Person, ...questions: RegExp[]): Promise<void> {
  for (const question of questions) {
    await person.back();
    expect(await person.nextQuestion()).toMatch(question);
  }
}

/** Each is there, and Enter takes what was answered before. */
async function expectKept(person: Person, ...questions: RegExp[]): Promise<void> {
  for (const question of questions) {
    await person.reply(enter);
    expect(await person.nextQuestion()).toMatch(question);
  }
}

/** Escape at the first question: it says how to leave, and asks again. */
async function expectFirst({ terminal, person }: { terminal: Terminal; person: Person }, question: RegExp) {
  terminal.key('escape');
  await terminal.waitFor(first);
  expect(await person.nextQuestion()).toMatch(question);
}

const secretOf = (provider: string) => sampleOf(provider).credentials[0]?.value ?? '';

test('add: what was answered stands, its credential too, also before the first question', async () => {
  const box = await workspace(sqlite);
  const { terminal, person } = open(box, 'scm', 'add', 'github');
  expect(await person.nextQuestion()).toBe('Name:');
  expect(terminal.screen()).not.toContain(hint);
  await person.reply('mobile');
  expect(await person.nextQuestion()).toBe('Organization:');
  expect(terminal.screen()).toContain(hint);
  await person.reply('acme');
  expect(await person.nextQuestion()).toBe('Repository URL:');
  await person.reply('https://github.com/acme/mobile');
  expect(await person.nextQuestion()).toBe('Default branch: (main)');
  await expectBack(person, /^Repository URL: \(https:/, /^Organization: \(acme\)/, /^Name: \(mobile\)/);
  await expectFirst({ terminal, person }, /^Name: \(mobile\)/);
  await expectKept(person, /^Organization: \(acme\)/, /^Repository URL: \(https:/, /^Default branch: \(main\)/);
  await person.reply(enter);
  expect(await person.nextQuestion()).toBe('Access token:');
  await person.reply(secretOf('github'));
  expect(await terminal.exit).toBe(0);
  const shown = (await done(box.run('scm', 'show', 'mobile', '--reveal', '--yes', '--json'))).json();
  expect(shown).toMatchObject({ organization: 'acme', credentials: { accessToken: secretOf('github') } });
});

test('add: back to the file of a service account, which Enter keeps, and to the provider', async () => {
  const box = await workspace(sqlite);
  const key = sampleOf('play-store').credentials.find(({ column }) => column === 'googlePrivateKey')?.value ?? '';
  const file = JSON.stringify({
    type: 'service_account',
    client_email: 'ci@a.iam.gserviceaccount.com',
    private_key: key,
  });
  const { terminal, person } = open(box, 'target', 'add', '--name', 'android');
  await person.answer(() => choose('Google Play'), 'Service account');
  await person.reply(file);
  expect(await person.nextQuestion()).toBe('Package name:');
  await expectBack(person, /^Service account JSON: \(Enter keeps it\)/);
  await expectKept(person, /^Package name:/);
  await expectBack(person, /^Service account JSON:/, /^Provider:/);
  await person.reply(choose('Google Play'));
  expect(await person.nextQuestion()).toBe('Service account JSON: (Enter keeps it)');
  await person.reply(enter);
  expect(await person.nextQuestion()).toBe('Package name:');
  await person.reply('com.acme.app');
  expect(await terminal.exit).toBe(0);
  const shown = (await done(box.run('target', 'show', 'android', '--reveal', '--yes', '--json'))).json();
  expect(shown).toMatchObject({ googleServiceAccountEmail: 'ci@a.iam.gserviceaccount.com' });
  expect(shown.credentials.googlePrivateKey.trim()).toBe(key.trim());
});

test('update: to the field before, with what was typed', async () => {
  const box = await workspace(sqlite);
  await addSample(box, 'github', 'mobile');
  const { terminal, person } = open(box, 'scm', 'update', 'mobile');
  expect(await person.nextQuestion()).toBe('Name: (mobile)');
  await expectFirst({ terminal, person }, /^Name: \(mobile\)/);
  await person.reply('app');
  expect(await person.nextQuestion()).toMatch(/^Organization:/);
  await expectBack(person, /^Name: \(app\)/);
  await person.reply(enter);
  await person.answer(() => enter);
  expect(await terminal.exit).toBe(0);
  expect((await done(box.run('scm', 'list', '--json'))).json()).toMatchObject([{ displayName: 'app' }]);
});

test('rotate: to the credential before, which Enter keeps', async () => {
  const box = await workspace(sqlite);
  await addSample(box, 'github', 'mobile');
  const [token, refresh] = ['a', 'b'].map((letter, at) => `gh${at === 0 ? 'p' : 'r'}_${letter.repeat(36)}`);
  const { terminal, person } = open(box, 'scm', 'rotate', 'mobile', '--no-verify');
  expect(await person.nextQuestion()).toBe('Access token:');
  await expectFirst({ terminal, person }, /^Access token:/);
  await person.reply(token ?? '');
  expect(await person.nextQuestion()).toBe('Refresh token:');
  await expectBack(person, /^Access token: \(Enter keeps it\)/);
  await expectKept(person, /^Refresh token:/);
  await person.reply(refresh ?? '');
  expect(await terminal.exit).toBe(0);
  const { credentials } = (await done(box.run('scm', 'show', 'mobile', '--reveal', '--yes', '--json'))).json();
  expect(credentials).toEqual({ accessToken: token, refreshToken: refresh });
});

test('pipeline link: to the SCM that was just chosen', async () => {
  const box = await workspace(sqlite);
  const { id: mobile } = await addSample(box, 'github', 'mobile');
  const { id: web } = await addSample(box, 'github', 'web', '--organization', 'web');
  const { id: app } = await addSample(box, 'app-store', 'app');
  await addSample(box, 'github-actions', 'release', '--scm', mobile, '--target', app);
  const { terminal, person } = open(box, 'pipeline', 'link', 'release');
  await person.answer(() => choose('web'), 'Target');
  await expectBack(person, /^SCM/);
  expect(terminal.screen()).toContain('❯ web (GitHub)');
  await person.reply(enter);
  await person.answer(() => enter);
  expect((await done(box.run('pipeline', 'list', '--json'))).json()).toMatchObject([{ scmIntegrationId: web }]);
});

test('init: back to the name of the tenant, before anything is made', async () => {
  const box = sandbox();
  const { terminal, person } = open(box, 'init', '--key-store', 'file');
  expect(await person.nextQuestion()).toBe('First tenant:');
  await expectFirst({ terminal, person }, /^First tenant:/);
  await person.reply('Acem');
  expect(await person.nextQuestion()).toBe('Your e-mail:');
  await expectBack(person, /^First tenant: \(Acem\)/);
  await person.reply((at) => at.send('\x7fAcme\r'));
  await person.answer(() => 'ops@acme.test');
  expect(await terminal.exit).toBe(0);
  expect((await done(box.run('tenant', 'list', '--json'))).json()).toMatchObject([{ displayName: 'Acme' }]);
});

test('a question that stands alone is asked again, and says nothing of a way back', async () => {
  const box = await workspace(sqlite);
  await addSample(box, 'github', 'code');
  for (const [args, question, answer] of [
    [['scm', 'remove', 'code'], /^Remove it for good\? \(y\/N\)/, 'y'],
    [['tenant', 'remove', 'Acme'], /^Type its name to go on:/, 'Acme'],
  ] as const) {
    const { terminal, person } = open(box, ...args);
    expect(await person.nextQuestion()).toMatch(question);
    await expectFirst({ terminal, person }, question);
    expect(terminal.transcript).not.toContain(hint);
    await person.reply(answer);
    expect(await terminal.exit).toBe(0);
  }
});

test('a terminal that can only print takes Esc and Enter', async () => {
  const box = await workspace(sqlite);
  const env = { ...box.env, TERM: 'dumb' };
  const terminal = openTerminal(['ticket', 'add', 'linear'], { env, cwd: box.root, cols: 160 });
  await terminal.waitFor('Name: ');
  terminal.answer('board');
  await terminal.waitFor('Esc and Enter go one question back');
  await terminal.waitFor('API key: ');
  terminal.answer('\x1b');
  await terminal.waitFor('Name: (board) ');
  terminal.answer('\x1b');
  await terminal.waitFor(first);
  await terminal.waitFor('Name: (board) ');
  terminal.answer(enter);
  await terminal.waitFor('API key: ');
  const { flags } = credentialFlags(sampleOf('linear'));
  expect(flags).toContain('--api-key');
  terminal.answer(secretOf('linear'));
  await terminal.waitFor('Team');
  terminal.key('ctrl-c');
  expect(await terminal.exit).toBe(130);
});
