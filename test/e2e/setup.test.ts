import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { findProvider } from '../../src/providers/index.ts';
import { bareEnvironment, productBin, type Sandbox, sandbox } from '../support/cli.ts';
import { choose, type Person, personAt, type Reply } from '../support/conversation.ts';
import { freshDatabase } from '../support/databases.ts';
import { sqlite } from '../support/engines.ts';
import { faulty } from '../support/provider-server.ts';
import { providerWorld, type World } from '../support/provider-world.ts';
import { sampleOf } from '../support/samples.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { addSample, done, eachOf, workspace } from '../support/workspace.ts';

let world: World;

beforeAll(async () => {
  world = await providerWorld();
});

const enter = '';
const again = (text: string) => text.replaceAll('\n', '\r');

/** Answers beside the sample's, by provider and label; what is not named here is picked or taken by Enter. */
const own: Readonly<Record<string, Readonly<Record<string, (url: string) => Reply>>>> = {
  github: { 'Repository URL': () => choose('acme/ci') },
  gitlab: { Server: (url) => `\x15${url}/code` },
  jenkins: { 'Jenkins URL': (url) => `${url}/jenkins` },
  jira: { 'Jira URL': (url) => `${url}/jira` },
};

/** What a person who has the provider's sample at hand answers. */
function answerFor(provider: string, question: string): Reply {
  const label = question.replace(/[:(].*$/s, '').trim();
  // All events, as it is offered.
  if (label === 'Notify on') return enter;
  const mine = own[provider]?.[label];
  if (mine) return mine(world.server.url);
  const sample = sampleOf(provider);
  const field = findProvider(sample.category, provider)?.fields.find((each) => each.label === label);
  if (!field || field.kind === 'reference' || field.name === 'displayName') return enter;
  const { value } = sample.credentials.find(({ column }) => column === field.name) ?? {};
  if (value !== undefined) return field.kind === 'private-key' ? (asked) => asked.send(`${again(value)}\r`) : value;
  if (field.name in (findProvider(sample.category, provider)?.listings ?? {})) return enter;
  const stored = sample.stored[field.name];
  return stored === null || stored === undefined ? enter : Array.isArray(stored) ? stored.join(', ') : String(stored);
}

interface Stop {
  category: string;
  provider: string;
  title: string;
}

function stop(provider: string): Stop {
  const { category } = sampleOf(provider);
  return { category, provider, title: findProvider(category, provider)?.title ?? '' };
}

function openSetup(box: Sandbox, size = { cols: 100, rows: 40 }): { terminal: Terminal; person: Person } {
  const terminal = openTerminal(['setup'], { env: { ...box.env, ...world.env }, cwd: box.root, ...size });
  return { terminal, person: personAt(terminal) };
}

const foundation: Readonly<Record<string, Reply>> = {
  'Database:': choose('A file'),
  'Keep the key in:': choose('A file'),
  'Copy of the key to:': enter,
  'First tenant:': ' Acme ',
  'Your e-mail:': 'ops@acme.test',
};

/** From the first question to the menu of the first category. */
async function toCategories(person: Person): Promise<void> {
  await throughFoundation(person, 'What now:');
}

async function toFirstTenant(person: Person): Promise<void> {
  await throughFoundation(person, 'First tenant:');
}

async function throughFoundation({ answer }: Person, last: string): Promise<void> {
  await answer((question) => {
    const known = Object.entries(foundation).find(([start]) => question.startsWith(start));
    if (!known) throw new Error(`not expected: ${question}`);
    return known[1];
  }, last);
}

/** At a category's menu: adds an integration, and stands at the menu again. */
async function addHere(person: Person, { provider, title }: Stop): Promise<void> {
  await person.reply(choose(`Add ${title}`));
  await person.answer((question) => answerFor(provider, question), 'What now:');
}

async function statusOf(box: Sandbox) {
  return (await done(box.run('status', '--json'))).json();
}

function allCredentials(stops: readonly Stop[]) {
  return stops.flatMap(({ provider }) => sampleOf(provider).credentials);
}

describe('the whole way, from nothing to green', () => {
  const routes = [
    ['github', 'app-store', 'github-actions', 'slack', 'jira'],
    ['gitlab', 'play-store', 'gitlab-ci', 'email', 'linear'],
    ['bitbucket', 'app-store', 'jenkins', 'teams', 'azure-devops'],
  ];

  test.each(routes)('%s, %s, %s, %s, %s', async (...names) => {
    const box = sandbox();
    const stops = names.map(stop);
    const { terminal, person } = openSetup(box);
    await toCategories(person);
    for (const [index, each] of stops.entries()) {
      await addHere(person, each);
      const isLast = index === stops.length - 1;
      await person.reply(choose(isLast ? 'Finish' : 'Go on'));
      if (!isLast) expect(await person.nextQuestion()).toBe('What now:');
    }
    const forms = [choose('Show it as commands'), choose('Show it as a manifest'), choose('Not now')];
    for (const form of forms) {
      expect(await person.nextQuestion()).toBe('The same for a script or CI:');
      await person.reply(form);
    }
    expect(await terminal.exit).toBe(0);

    const { integrations, pipelines } = await statusOf(box);
    expect(integrations.map(({ type }: { type: string }) => type)).toEqual(names);
    for (const { verificationStatus } of integrations) expect(verificationStatus).toBe('VALID');
    expect(pipelines).toMatchObject([{ canRun: true, stoppedBy: [] }]);
    expect(terminal.transcript).toContain('Nothing known stops a release.');
    expect(existsSync(join(box.configDir, 'setup.json'))).toBe(false);
    const left = [box.configDir, box.dataDir].flatMap((folder) =>
      readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1')),
    );
    for (const { core } of allCredentials(stops)) {
      expect(terminal.transcript).not.toContain(core);
      for (const text of left) expect(text.includes(core)).toBe(false);
    }
    await theSameByCommands(box, terminal);
  });

  /** What was printed for scripts, run by a shell on a fresh machine, gives the same tenant. */
  async function theSameByCommands(box: Sandbox, terminal: Terminal): Promise<void> {
    const printed = terminal.screen().split('\n');
    const from = printed.findIndex((line) => /^(# First set|integrations init)/.test(line));
    const to = printed.findIndex((line, index) => index > from && line.trim() === '');
    const script = printed.slice(from, to).join('\n');
    const copy = sandbox();
    const variables = [...script.matchAll(/env:(\w+)/g)].map(([, name = '']) => name);
    expect(new Set(variables).size).toBe(variables.length);
    const secrets = await secretsOf(box, script);
    const shim = join(copy.root, 'bin');
    mkdirSync(shim);
    writeFileSync(join(shim, 'integrations'), `#!/bin/sh\nexec '${process.execPath}' '${productBin}' "$@"\n`, {
      mode: 0o755,
    });
    const env = { ...copy.env, ...world.env, ...secrets, PATH: `${shim}:${process.env['PATH']}` };
    await promisify(execFile)('sh', ['-e', '-c', script], { env: bareEnvironment(env) as NodeJS.ProcessEnv });
    expect((await plainRows(copy)).map(withoutIds)).toEqual((await plainRows(box)).map(withoutIds));
  }
});

/** The values of the variables that commands name, as they are stored. */
async function secretsOf(box: Sandbox, script: string): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const command of script.split(/^(?=integrations )/m).filter((each) => / add /.test(each))) {
    const [, category = '', provider = ''] = /^integrations (\w+) add (\S+)/.exec(command) ?? [];
    const [, quoted, plain] = /--name (?:'([^']*)'|(\S+))/.exec(command) ?? [];
    const name = quoted ?? plain ?? '';
    const shown = (await done(box.run(category, 'show', name, '--reveal', '--yes', '--json'))).json();
    for (const [, flag, variable = ''] of command.matchAll(/--([\w-]+) env:(\w+)/g)) {
      const field = findProvider(sampleOf(provider).category, provider)?.fields.find((each) => each.flag === flag);
      secrets[variable] = shown.credentials[field?.name ?? ''];
    }
  }
  return secrets;
}

async function plainRows(box: Sandbox): Promise<Record<string, unknown>[]> {
  const categories = ['scm', 'target', 'pipeline', 'communication', 'ticket'];
  const lists = await eachOf(categories, async (name) => (await done(box.run(name, 'list', '--json'))).json());
  return lists.flat();
}

function withoutIds(row: Record<string, unknown>) {
  const own = /^(id|tenantId|.*IntegrationId|configuredByAccountId|.*At|verification.*|lastVerified.*)$/;
  return Object.fromEntries(Object.entries(row).filter(([key]) => !own.test(key)));
}

describe('at a category', () => {
  test('it can be skipped, gone back to, repeated, and left in the middle', async () => {
    const box = sandbox();
    const { terminal, person } = openSetup(box);
    await toCategories(person);
    for (const step of [choose('Skip for now'), choose('Go back'), choose('Skip for now'), 'back'] as const) {
      await (step === 'back' ? person.back() : person.reply(step));
      expect(await person.nextQuestion()).toBe('What now:');
    }
    await addHere(person, stop('github'));
    await addHere(person, stop('bitbucket'));
    await person.reply(choose('Finish'));
    expect(await person.nextQuestion()).toBe('The same for a script or CI:');
    await person.back();
    expect(await person.nextQuestion()).toBe('What now:');
    await person.reply(choose('Finish'));
    await person.nextQuestion();
    await person.reply(choose('Not now'));
    expect(await terminal.exit).toBe(0);
    expect(terminal.transcript).toContain('there is no target integration yet: integrations target add');
    const { integrations } = await statusOf(box);
    expect(integrations.map(({ type }: { type: string }) => type)).toEqual(['github', 'bitbucket']);
  });

  test('a pipeline waits for what it needs', async () => {
    const { person, terminal } = openSetup(sandbox());
    await toCategories(person);
    for (let step = 0; step < 2; step += 1) {
      await person.reply(choose('Skip for now'));
      await person.nextQuestion();
    }
    for (const needs of [
      'GitHub Actions (needs a GitHub SCM)',
      'GitLab CI (needs a GitLab SCM)',
      'Jenkins (needs an SCM)',
    ]) {
      expect(terminal.screen()).toContain(needs);
    }
  });

  test('run again, it shows what is there and changes only what is changed', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'github', 'mobile');
    await addSample(box, 'app-store', 'app');
    const before = await plainRows(box);
    const { terminal, person } = openSetup(box);
    expect(await person.nextQuestion()).toBe('What now:');
    expect(terminal.screen()).toContain('Working in the tenant "Acme".');
    await person.reply(choose('Go back'));
    await person.nextQuestion();
    // What could not be stored is shown, and cannot be chosen.
    expect(terminal.screen()).toContain('- Add App Store Connect (there already: "app")');
    await person.reply(choose('Go back'));
    await person.nextQuestion();
    expect(terminal.screen()).toContain('  mobile (GitHub) NOT_VERIFIED');
    await person.reply(choose('Change "mobile"'));
    expect(await person.nextQuestion()).toBe('What to change:');
    await person.reply(choose('Name: mobile'));
    expect(await person.nextQuestion()).toBe('Name: (mobile)');
    await person.reply('mobile-app');
    expect(await person.nextQuestion()).toBe('What now:');
    await person.reply((at) => at.key('ctrl-c'));
    expect(await terminal.exit).toBe(130);
    const after = await plainRows(box);
    const [changed, ...rest] = after;
    const [old, ...others] = before;
    expect(rest).toEqual(others);
    expect(changed).toMatchObject({ ...withoutIds(old ?? {}), displayName: 'mobile-app', verificationStatus: 'VALID' });
  });
});

describe('Escape goes one question back', () => {
  const token = sampleOf('github').credentials[0]?.value ?? '';

  test('from the first category to the database, and what was mistyped is nowhere', async () => {
    const box = sandbox();
    const { terminal, person } = openSetup(box);
    await toFirstTenant(person);
    await person.reply('Acem');
    expect(await person.nextQuestion()).toBe('Your e-mail:');
    expect(terminal.screen()).toContain('Esc goes one question back');
    await person.back();
    expect(await person.nextQuestion()).toBe('First tenant: (Acem)');
    await person.reply((at) => at.send('\x7fAcme\r'));
    expect(await person.nextQuestion()).toBe('Your e-mail:');
    await person.reply('ops@acme.test');
    for (const question of ['What now:', 'Which account:', 'Which tenant:', 'Copy of the key to:', 'Database:']) {
      expect(await person.nextQuestion()).toMatch(new RegExp(`^${question}`));
      await person.back();
    }
    expect(await person.nextQuestion()).toBe('Database:');
    expect(terminal.screen()).toContain('There is no question before this one: Ctrl-C leaves.');
    await person.reply(choose('A file'));
    expect(await person.nextQuestion()).toMatch(/^Copy of the key to:/);
    await person.reply(enter);
    expect(await person.nextQuestion()).toBe('What now:');
    await person.reply((at) => at.key('ctrl-c'));
    expect(await terminal.exit).toBe(130);
    expect(terminal.transcript).toMatch(/\nCancelled\. "integrations setup" goes on from there\.\n$/);
    expect((await done(box.run('tenant', 'list', '--json'))).json()).toMatchObject([{ displayName: 'Acme' }]);
  });

  test('through an integration, which keeps what was answered, its credential too', async () => {
    const box = sandbox();
    const { terminal, person } = openSetup(box);
    await toCategories(person);
    await person.reply(choose('Add GitHub'));
    expect(await person.nextQuestion()).toBe('Server: (https://github.com)');
    await person.reply(enter);
    expect(await person.nextQuestion()).toBe('Access token:');
    expect(terminal.screen()).toContain('https://github.com/settings/tokens/new?description=integrations&scopes=repo');
    await person.reply(token);
    expect(await person.nextQuestion()).toMatch(/^Repository URL:/);
    for (const question of [/^Access token: \(Enter keeps it\)/, /^Server:/, /^What now:/]) {
      await person.back();
      expect(await person.nextQuestion()).toMatch(question);
    }
    await person.reply(choose('Go on adding GitHub'));
    expect(await person.nextQuestion()).toMatch(/^Server:/);
    await person.reply(enter);
    expect(await person.nextQuestion()).toBe('Access token: (Enter keeps it)');
    await person.reply(enter);
    await person.answer((question) => answerFor('github', question), 'Name:');
    await person.back();
    expect(await person.nextQuestion()).toMatch(/^Repository URL:/);
    await person.reply(choose('Keep https://github.com/acme/ci'));
    await person.answer((question) => answerFor('github', question), 'What now:');
    expect(terminal.screen()).toContain('Added the');
    await person.reply((at) => at.key('ctrl-c'));
    const [{ displayName }] = (await done(box.run('scm', 'list', '--json'))).json();
    const shown = (await done(box.run('scm', 'show', displayName, '--reveal', '--yes', '--json'))).json();
    expect(shown.credentials.accessToken).toBe(token);
    expect(terminal.transcript).not.toContain(token);
  });

  test('what is half answered stays, whatever else is done meanwhile', async () => {
    const box = sandbox();
    const { terminal, person } = openSetup(box);
    await toCategories(person);
    await addHere(person, stop('github'));
    await person.reply(choose('Add Bitbucket'));
    await person.answer((question) => answerFor('bitbucket', question), 'Repository URL:');
    for (let question = ''; question !== 'What now:'; question = (await person.nextQuestion()) ?? '')
      await person.back();
    await person.reply(choose('Ask the providers again'));
    expect(await person.nextQuestion()).toBe('What now:');
    expect(terminal.screen()).toMatch(/^ {2}All valid\.$/m);

    // What is refused is changed no further, and is offered again.
    world.mishaps({ answers: { 'github user': { status: 401, json: { message: 'Bad credentials' } } } });
    await person.reply(choose('Change "'));
    await person.nextQuestion();
    await person.reply(choose('Name:'));
    expect(await person.nextQuestion()).toMatch(/^Name:/);
    await person.reply('\x15renamed');
    expect(await person.nextQuestion()).toBe('What now:');
    expect(terminal.screen()).toMatch(/credential {2}failed/);
    await person.back();
    expect(await person.nextQuestion()).toBe('What now:');
    expect(terminal.screen()).toContain('Go on adding Bitbucket');
    world.mishaps();
    await person.reply(choose('Change "'));
    await person.nextQuestion();
    await person.reply(choose('Name:'));
    expect(await person.nextQuestion()).toBe('Name: (renamed)');
    await person.reply(enter);
    expect(await person.nextQuestion()).toBe('What now:');
    expect(terminal.screen()).toContain('Changed the scm integration "renamed"');
    expect(terminal.screen()).toContain('Go on adding Bitbucket');
    await person.reply((at) => at.key('ctrl-c'));
    expect(await terminal.exit).toBe(130);
    expect((await statusOf(box)).integrations).toMatchObject([{ displayName: 'renamed' }]);
  });

  test('out of a correction to what was refused', async () => {
    const { terminal, person } = openSetup(sandbox());
    await toCategories(person);
    world.mishaps({ answers: { 'github repository': { status: 404, json: { message: 'Not Found' } } } });
    await person.reply(choose('Add GitHub'));
    await person.answer(
      (question) => (question.startsWith('Repository URL') ? choose('acme/mobile') : answerFor('github', question)),
      'What now:',
    );
    await person.reply(choose('Correct it'));
    expect(await person.nextQuestion()).toBe('What to change:');
    // A repository that is not there is not the token's fault.
    expect(terminal.screen()).toMatch(/❯ Repository URL:/);
    await person.reply(enter);
    expect(await person.nextQuestion()).toMatch(/^Repository URL:/);
    for (const question of ['What to change:', 'What now:', 'Name:']) {
      await person.back();
      expect(await person.nextQuestion()).toMatch(new RegExp(`^${question}`));
    }
    world.mishaps();
  });
});

test('a database that does not answer any more is chosen anew', async () => {
  const box = sandbox();
  await done(box.run('context', 'add', 'far', '--database-url', 'mysql://u@127.0.0.1:9/platform'));
  const { terminal, person } = openSetup(box);
  expect(await person.nextQuestion()).toBe('Database:');
  expect(terminal.screen()).toContain('127.0.0.1:9/platform, as set before');
  await person.reply(choose('A file'));
  await person.answer((question) => {
    const known = Object.entries(foundation).find(([start]) => question.startsWith(start));
    return known?.[1] ?? enter;
  }, 'What now:');
  await person.reply((at) => at.key('ctrl-c'));
  expect(await terminal.exit).toBe(130);
  expect((await done(box.run('context', 'show', '--json'))).json()).toMatchObject({ databaseUrl: null });
});

describe('what the provider refuses', () => {
  const bad: Reply = 'ghp_wrongwrongwrongwrongwrongwrongwrongwr';
  const unauthorized = { answers: { 'github user': { status: 401, json: { message: 'Bad credentials' } } } };

  test('a wrong token, then the right one', async () => {
    const box = sandbox();
    const { terminal, person } = openSetup(box);
    await toCategories(person);
    world.mishaps({ answers: { ...unauthorized.answers, 'github repositories': unauthorized.answers['github user'] } });
    await person.reply(choose('Add GitHub'));
    await person.answer((question) => (question.startsWith('Access token') ? bad : enter), 'What now:');
    expect(terminal.screen()).toMatch(/GitHub lists nothing to pick from: .*401/s);
    world.mishaps();
    await person.reply(choose('Give the access token again'));
    await person.answer((question) => answerFor('github', question), 'What now:');
    expect(terminal.screen()).toMatch(/credential {2}passed/);
    await person.reply((at) => at.key('ctrl-c'));
    expect(await terminal.exit).toBe(130);
    expect((await statusOf(box)).integrations).toMatchObject([{ type: 'github', verificationStatus: 'VALID' }]);
    expect(terminal.transcript).not.toContain('wrongwrong');
  });

  test('a repository that is gone: corrected, and asked again', async () => {
    const box = sandbox();
    const { terminal, person } = openSetup(box);
    await toCategories(person);
    world.mishaps({ answers: { 'github repository': { status: 404, json: { message: 'Not Found' } } } });
    await person.reply(choose('Add GitHub'));
    const first = (question: string) =>
      question.startsWith('Repository URL') ? choose('acme/mobile') : answerFor('github', question);
    await person.answer(first, 'What now:');
    expect(terminal.screen()).toMatch(/resource {4}failed/);
    await person.reply(choose('Correct it'));
    expect(await person.nextQuestion()).toBe('What to change:');
    await person.reply(choose('Repository URL'));
    await person.answer((question) => answerFor('github', question), 'What now:');
    world.mishaps();
    expect(terminal.screen()).toContain('Added the scm integration');
    expect((await statusOf(box)).integrations).toMatchObject([{ verificationStatus: 'VALID' }]);
  });

  test.each([
    ['Keep it, as NOT_VERIFIED', [{ verificationStatus: 'NOT_VERIFIED', lastVerifiedAt: null }]],
    ['Skip it', []],
  ])('%s', async (way, stored) => {
    const box = sandbox();
    const { person } = openSetup(box);
    await toCategories(person);
    world.mishaps({ answers: { 'github repository': { status: 404, json: { message: 'Not Found' } } } });
    await person.reply(choose('Add GitHub'));
    const first = (question: string) =>
      question.startsWith('Repository URL') ? choose('acme/mobile') : answerFor('github', question);
    await person.answer(first, 'What now:');
    await person.reply(choose(way));
    expect(await person.nextQuestion()).toBe('What now:');
    world.mishaps();
    expect((await statusOf(box)).integrations).toMatchObject(stored);
  });

  test('a provider that is down: everything is typed, and kept', async () => {
    const box = sandbox();
    const down = { ...box.env, ...world.env, INTEGRATIONS_GITHUB_API_URL: 'http://127.0.0.1:9' };
    const terminal = openTerminal(['setup'], { env: down, cwd: box.root });
    const person = personAt(terminal);
    await toCategories(person);
    await person.reply(choose('Add GitHub'));
    const typed: Readonly<Record<string, Reply>> = {
      'Repository URL': 'https://github.com/acme/mobile',
      Organization: 'acme',
      Name: 'mobile',
    };
    await person.answer(
      (question) => typed[question.replace(/:.*$/s, '')] ?? answerFor('github', question),
      'What now:',
    );
    expect(terminal.screen()).toContain('nothing answers at 127.0.0.1');
    expect(terminal.screen()).toMatch(/credential {2}undecided/);
    await person.reply(choose('Keep it'));
    await person.nextQuestion();
    expect((await statusOf(box)).integrations).toMatchObject([
      { displayName: 'mobile', verificationStatus: 'NOT_VERIFIED', lastVerifiedAt: null },
    ]);
  });

  test('one that never answers ends in time, and Ctrl-C while it is asked leaves', async () => {
    const box = sandbox();
    world.mishaps({ answers: { 'github repositories': faulty.silence } });
    const { terminal, person } = openSetup(box);
    await toCategories(person);
    await person.reply(choose('Add GitHub'));
    await person.answer((question) => answerFor('github', question), 'Access token:');
    await person.reply(answerFor('github', 'Access token:'));
    await terminal.waitFor('Asking GitHub');
    terminal.key('ctrl-c');
    expect(await terminal.exit).toBe(130);
    world.mishaps();
  });
});

test('Ctrl-C at every question: it goes on there, and nothing that was accepted is lost', async () => {
  const box = sandbox();
  const stops = ['github', 'app-store', 'github-actions', 'slack', 'jira'].map(stop);
  const stateFile = join(box.configDir, 'setup.json');
  let most = 0;
  let isDone = false;
  // Each time one question more is answered than the last time anything came of it.
  for (let patience = 0; !isDone; patience += 1) {
    const { terminal, person } = openSetup(box);
    for (let answered = 0; ; answered += 1) {
      const question = await person.nextQuestion();
      if (question === undefined) {
        isDone = true;
        break;
      }
      if (answered === patience) {
        await person.reply((at) => at.key('ctrl-c'));
        break;
      }
      await person.reply(replyOnTheWay(terminal, question, stops));
    }
    expect(await terminal.exit, terminal.screen()).toBe(isDone ? 0 : 130);
    if (!isDone) expect(terminal.transcript.match(/Cancelled\./g)).toHaveLength(1);
    const state = existsSync(stateFile) ? readFileSync(stateFile, 'utf8') : '';
    for (const { core } of allCredentials(stops)) expect(state + terminal.transcript).not.toContain(core);
    const count = existsSync(join(box.dataDir, 'integrations.db')) ? await countOf(box) : 0;
    expect(count).toBeGreaterThanOrEqual(most);
    if (count > most) patience = Math.max(0, patience - 4);
    most = count;
  }
  const { integrations } = await statusOf(box);
  expect(integrations.map(({ type }: { type: string }) => type)).toEqual(stops.map(({ provider }) => provider));
}, 300_000);

async function countOf(box: Sandbox): Promise<number> {
  const result = await box.run('status', '--json');
  return result.status === 0 ? result.json().integrations.length : 0;
}

/** One integration a category, then on. */
function replyOnTheWay(terminal: Terminal, question: string, stops: readonly Stop[]): Reply {
  const known = Object.entries(foundation).find(([start]) => question.startsWith(start));
  if (known) return known[1];
  if (question.startsWith('The same for a script')) return choose('Not now');
  const step = terminal
    .screen()
    .match(/Step (\d) of 9/g)
    ?.at(-1);
  const here = stops[Number(step?.[5]) - 5];
  if (!here) throw new Error(`not expected: ${question}`);
  if (question !== 'What now:') return answerFor(here.provider, question);
  const menu = terminal.screen().slice(terminal.screen().lastIndexOf(String(step)));
  const isThere = menu.includes(`(${here.title}) `);
  if (!isThere) return choose(menu.includes('Go on adding') ? 'Go on adding' : `Add ${here.title}`);
  return choose(here === stops.at(-1) ? 'Finish' : 'Go on, to');
}

test('24 rows and 80 columns hold every question', async () => {
  const box = sandbox();
  const size = { cols: 80, rows: 24 };
  const { terminal, person } = openSetup(box, size);
  const stops = ['github', 'app-store', 'github-actions', 'slack', 'jira'].map(stop);
  for (;;) {
    const question = await person.nextQuestion();
    if (question === undefined) break;
    const lines = terminal.screen().trimEnd().split('\n');
    const block = lines.slice(lines.findLastIndex((line) => line.startsWith('? ')));
    expect(block.length, block.join('\n')).toBeLessThan(size.rows);
    await person.reply(replyOnTheWay(terminal, question, stops));
  }
  expect(await terminal.exit).toBe(0);
  // Where a question is drawn anew its lines run together in the transcript.
  const told = terminal.drawn.split('\n').filter((line) => !/[?❯✔│└├┌]/.test(line));
  expect(told.some((line) => line.includes('"ci" is valid'))).toBe(true);
  for (const line of told) expect(line.length, line).toBeLessThanOrEqual(size.cols);
});

test('input pasted with line ends and blanks is taken as it was meant', async () => {
  const box = sandbox();
  const { person } = openSetup(box);
  await toCategories(person);
  await person.reply(choose('Add GitHub'));
  const [token] = sampleOf('github').credentials;
  await person.answer(
    (question) =>
      question.startsWith('Access token') ? (at) => at.send(`  ${token?.value}  \r\n`) : answerFor('github', question),
    'What now:',
  );
  const [{ displayName }] = (await done(box.run('scm', 'list', '--json'))).json();
  const shown = (await done(box.run('scm', 'show', displayName, '--reveal', '--yes', '--json'))).json();
  expect(shown.credentials.accessToken).toBe(token?.value);
});

// On MySQL alone: setup asks for the same, and the refusals of either server are held by the tests of the settings.
test('a server: a wrong password, then the right one; its tables are made only when that is wanted', async () => {
  const { url, password } = await freshDatabase('mysql');
  const box = sandbox();
  const { terminal, person } = openSetup(box);
  await person.nextQuestion();
  await person.reply(choose('The MySQL'));
  for (const typed of [`wrong-${password}`, password]) {
    expect(await person.nextQuestion()).toMatch(/^Address:/);
    await person.reply(typed === password ? enter : url);
    expect(await person.nextQuestion()).toMatch(/^Password:/);
    await person.reply(typed);
  }
  expect(await person.nextQuestion()).toMatch(/^Make or update the tables there/);
  expect(terminal.screen().replace(/\s+/g, ' ')).toContain('it refused the user or the password');
  await person.reply('y');
  await person.answer((question) => {
    const known = Object.entries(foundation).find(([start]) => question.startsWith(start));
    return known?.[1] ?? enter;
  }, 'What now:');
  await addHere(person, stop('github'));
  await person.reply((at) => at.key('ctrl-c'));
  expect(await terminal.exit).toBe(130);
  expect(terminal.transcript).toContain('The password is not stored');
  expect(terminal.transcript).not.toContain(password);
  expect(readFileSync(join(box.configDir, 'config.yaml'), 'utf8')).not.toContain(password);
  const later = await box.runWith({ env: { INTEGRATIONS_DATABASE_PASSWORD: password } }, 'status', '--json');
  expect(later.json().integrations).toMatchObject([{ type: 'github', verificationStatus: 'VALID' }]);
});

test('add without a provider leads the same way', async () => {
  const box = await workspace(sqlite);
  const terminal = openTerminal(['scm', 'add'], { env: { ...box.env, ...world.env }, cwd: box.root });
  const person = personAt(terminal);
  expect(await person.nextQuestion()).toBe('Provider:');
  await person.reply(choose('GitHub'));
  await person.answer((question) => answerFor('github', question));
  expect(await terminal.exit).toBe(0);
  expect((await statusOf(box)).integrations).toMatchObject([{ type: 'github', verificationStatus: 'VALID' }]);
});

describe('where nobody can answer', () => {
  test.each([['setup'], ['setup', '--no-input']])('%s says what to use instead', async (...args) => {
    const box = sandbox();
    const result = await box.run(...args, '--json');
    expect(result.status).toBe(64);
    expect(result.error()).toMatchObject({ code: 'USAGE', hint: expect.stringContaining('integrations init') });
    expect(existsSync(box.configDir)).toBe(false);
  });
});
