import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Field, isNeeded } from '../../src/core/field.ts';
import type { Provider } from '../../src/core/provider.ts';
import { providers } from '../../src/providers/index.ts';
import { productBin, type Sandbox, sandbox } from '../support/cli.ts';
import { sqlite } from '../support/engines.ts';
import { providerServer } from '../support/provider-server.ts';
import { credentialFlags, type Sample, sampleOf } from '../support/samples.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { addSample, done, workspace } from '../support/workspace.ts';

/** What a person reads, and what they do then: the text of an answer, or keys. */
type Step = readonly [question: string, reply: string | ((terminal: Terminal) => void)];

const enter = '';

/** Wide enough that no line is parted. */
function open(box: Sandbox, ...args: string[]): Terminal {
  return openTerminal(args, { env: box.env, cwd: box.root, cols: 160 });
}

async function talk(terminal: Terminal, steps: readonly Step[]): Promise<void> {
  for (const [question, reply] of steps) {
    await terminal.waitFor(question);
    if (typeof reply === 'string') terminal.answer(reply);
    else reply(terminal);
  }
}

/** As terminals paste: each line end is a carriage return. */
function paste(text: string): (terminal: Terminal) => void {
  return (terminal) => terminal.send(text.replaceAll('\n', '\r'));
}

/** The questions of `add` where no flag is given, with the sample's answers. */
function dialogueOf(provider: Provider, name: string): Step[] {
  const sample = sampleOf(provider.name);
  const answered = new Set<string>();
  return provider.fields.flatMap((field): Step[] => {
    const bundle = provider.bundles.find(({ fills }) => fills[0] === field.name);
    const first: Step[] = bundle ? [[`? ${bundle.label}:`, enter]] : [];
    if (!isNeeded(field, (column) => answered.has(column)) && !field.asked) return first;
    answered.add(field.name);
    if (field.kind === 'reference') return [...first, [`? ${field.label} (`, enter]];
    const answer = field.name === 'displayName' ? `  ${name} ` : answerTo(field, sample);
    return [...first, [`? ${field.label}:`, field.kind === 'private-key' ? paste(answer) : answer]];
  });
}

function answerTo(field: Field, sample: Sample): string {
  const credential = sample.credentials.find(({ column }) => column === field.name);
  const stored = sample.stored[field.name];
  return credential?.value ?? (Array.isArray(stored) ? stored.join(', ') : String(stored));
}

async function listed(box: Sandbox, category: string): Promise<{ id: string; displayName: string }[]> {
  return (await done(box.run(category, 'list', '--json'))).json();
}

async function revealed(box: Sandbox, category: string, ref: string) {
  return (await done(box.run(category, 'show', ref, '--reveal', '--yes', '--json'))).json();
}

/** A left dialogue: one line says so, and nothing else follows. */
async function cancelled(terminal: Terminal): Promise<void> {
  expect(await terminal.exit).toBe(130);
  expect(terminal.transcript).toMatch(/\nCancelled\.\n$/);
  expect(terminal.transcript.match(/Cancelled/g)).toHaveLength(1);
}

describe('add asks for what is missing', () => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(sqlite);
    await done(box.run('tenant', 'add', 'Pipes'));
    for (const [sample, name] of [
      ['github', 'code'],
      ['gitlab', 'lab code'],
      ['app-store', 'app'],
    ] as const) {
      await addSample(box, sample, name, '--tenant', 'Pipes');
    }
  });

  test.each(providers)('$name: its questions in order, nothing of a credential on the screen', async (provider) => {
    const { credentials, stored } = sampleOf(provider.name);
    const { name: category, noun } = provider.category;
    const home = category === 'pipeline' ? 'Pipes' : 'Acme';
    const tenant = ['--tenant', home];
    const terminal = open(box, category, 'add', provider.name, ...tenant);
    const steps = dialogueOf(provider, provider.name);
    await talk(terminal, steps);
    await terminal.waitFor(`Added the ${noun} "${provider.name}" in tenant "${home}".`);
    expect(await terminal.exit).toBe(0);

    const answered = terminal
      .screen()
      .split('\n')
      .filter((line) => line.startsWith('✔ '));
    expect(answered.map((line) => line.replace(/^✔ ([^:(]+[:(]).*$/, '? $1'))).toEqual(
      steps.map(([question]) => question),
    );
    const ref = [provider.name, ...tenant];
    const show = (await done(box.run(category, 'show', ...ref, '--reveal', '--yes', '--json'))).json();
    const asked = provider.fields.filter(({ label }) => steps.some(([question]) => question.startsWith(`? ${label}:`)));
    for (const field of asked.filter(({ name, credential }) => !credential && name !== 'displayName')) {
      expect(show[field.name], field.name).toEqual(stored[field.name]);
    }
    const { transcript } = terminal;
    for (const { column, value, core } of credentials.filter(({ column }) =>
      asked.some(({ name }) => name === column),
    )) {
      expect(show.credentials[column]).toBe(value);
      expect(transcript).not.toContain(core);
      expect(transcript).not.toContain(value.slice(-8).trim());
    }
    for (const { whereToGet } of asked) if (whereToGet) expect(transcript).toContain(`Where: ${whereToGet}`);
  });

  test('an optional credential that is asked for may be left out', async () => {
    const other = await workspace(sqlite);
    const terminal = open(other, 'communication', 'add', 'slack');
    const webhook = sampleOf('slack').credentials[1]?.value ?? '';
    await talk(terminal, [
      ['? Name:', 'hook'],
      ['? Bot token: (optional)', enter],
      ['? Webhook URL:', webhook],
      ['Added the communication integration "hook".', () => {}],
    ]);
    expect(terminal.transcript).toContain('✔ Bot token: none');
    expect(terminal.transcript).not.toContain('Channels:');
    expect((await revealed(other, 'communication', 'hook')).credentials).toEqual({
      slackBotToken: null,
      slackWebhookUrl: webhook,
    });
  });
});

test('a provider is chosen from a list', async () => {
  const box = await workspace(sqlite);
  const terminal = open(box, 'scm', 'add', '--name', 'lab', '--organization', 'acme');
  await terminal.waitFor('? Provider:');
  await terminal.waitFor(/❯ GitHub\n {2}GitLab\n {2}Bitbucket/);
  terminal.key('down');
  await terminal.waitFor('❯ GitLab');
  terminal.key('enter');
  await talk(terminal, [
    ['? Repository URL:', 'https://gitlab.com/acme/mobile'],
    ['? Access token:', 'env:GITLAB_TOKEN'],
  ]);
  await terminal.waitFor('> Access token: the environment variable GITLAB_TOKEN is not set');
  expect(terminal.screen()).toMatch(/GITLAB_TOKEN is not set\n {2}.*\n {2}Where: /);
  terminal.answer(sampleOf('gitlab').credentials[0]?.value ?? '');
  expect(await terminal.exit).toBe(0);
  expect(await listed(box, 'scm')).toMatchObject([{ scmType: 'GITLAB', displayName: 'lab', defaultBranch: 'main' }]);
});

describe('an answer that does not fit', () => {
  test('is refused with the reason beneath the question, and asked for again', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'github', 'taken');
    const token = sampleOf('github').credentials[0]?.value ?? '';
    const terminal = open(box, 'scm', 'add', 'github');
    const clear = '\x15';
    await talk(terminal, [
      ['? Name:', '   '],
      ['> Name is needed', 'taken '],
      ['> A name is unique among the scm integrations of a tenant; "taken" (scm_', `${clear}other`],
      ['? Organization:', 'acme corp'],
      ['> Organization must be a name of letters, digits, "-" and "_", for example acme', `${clear}ACME`],
      ['> A tenant has one SCM integration for each type and organization; "taken"', `${clear}rival`],
      ['? Repository URL:', 'https://gitlab.com/rival/mobile'],
      ['> Repository URL is on gitlab.com, which is another provider', `${clear}https://github.com/rival/mobile`],
      ['? Default branch:', 'a..b'],
      ['> Default branch is not a name that git accepts for a branch or tag', `${clear}next`],
      ['? Access token:', enter],
      ['> Access token is needed', sampleOf('github').credentials[1]?.value ?? ''],
      ['> Access token is a refresh token (ghr_); it belongs in "Refresh token"', token],
      ['Added the scm integration "other".', () => {}],
    ]);
    expect(await terminal.exit).toBe(0);
    expect(await revealed(box, 'scm', 'other')).toMatchObject({
      organization: 'rival',
      repositoryUrl: 'https://github.com/rival/mobile',
      defaultBranch: 'next',
      credentials: { accessToken: token, refreshToken: null },
    });
  });

  test('is told before the next question where it does not go with the others', async () => {
    const box = await workspace(sqlite);
    const terminal = open(box, 'ticket', 'add', 'jira', '--name', 'board', '--url', 'https://acme.atlassian.net');
    await talk(terminal, [
      ['? E-mail:', enter],
      ['> E-mail is needed on Jira Cloud: its API tokens belong to an account', 'ops@acme.test'],
      ['? API token:', (asked) => asked.key('ctrl-c')],
    ]);
    await cancelled(terminal);
  });

  test('cannot be given where no answer would do: that is told before the first question', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'app-store', 'ios');
    for (const [args, reason] of [
      ['target add app-store', 'error: a tenant has one target integration of each type; "ios" (target_'],
      ['pipeline add gitlab-ci', 'error: a GitLab CI pipeline needs a GitLab scm integration, and there is none yet'],
    ] as const) {
      const terminal = open(box, ...args.split(' '));
      await terminal.waitFor(reason);
      expect(await terminal.exit).not.toBe(0);
      expect(terminal.transcript).not.toContain('?');
    }
  });
});

describe('a private key', () => {
  const [, , { value: pem = '', core = '' } = {}] = sampleOf('app-store').credentials;
  const windows = pem.replaceAll('\n', '\r\n');
  const base64 = Buffer.from(pem).toString('base64');

  test.each<[string, string]>([
    ['pasted whole', pem.replaceAll('\n', '\r')],
    ['pasted without its last line end', `${pem.trimEnd().replaceAll('\n', '\r')}\r`],
    ['pasted with CRLF', windows],
    ['pasted with CRLF as some terminals send it', windows.replaceAll('\n', '\r')],
    ['pasted with empty lines around it', `\r\r${pem.replaceAll('\n', '\r')}\r\r`],
    ['as one line with \\n', `${pem.replaceAll('\n', '\\n')}\r`],
    ['as base64', `${base64}\r`],
    ['as base64 of several lines', `${base64.replace(/.{64}/g, '$&\r')}\r`],
    ['by path', 'keys/AuthKey.p8\r'],
    ['by a path in the home folder', '~/AuthKey.p8\r'],
    ['by a path in the home folder, in quotation marks', '"~/AuthKey.p8"\r'],
    ['as file:PATH', 'file:keys/AuthKey.p8 \r'],
  ])('%s', async (_, typed) => {
    const box = await workspace(sqlite);
    mkdirSync(join(box.root, 'keys'));
    for (const path of [join(box.root, 'keys', 'AuthKey.p8'), join(box.home, 'AuthKey.p8')])
      writeFileSync(path, windows);
    const terminal = open(box, 'target', 'add', 'app-store', '--name', 'ios', '--bundle-id', 'com.acme.app');
    await talk(terminal, [
      ['? API key id:', 'ABC123DEFG'],
      ['? Private key:', (asked) => asked.send(typed)],
    ]);
    await terminal.waitFor('Added the target integration "ios".');
    expect((await revealed(box, 'target', 'ios')).credentials).toMatchObject({ applePrivateKey: pem });
    expect(terminal.transcript).not.toContain(core);
    expect(terminal.transcript).not.toContain(base64.slice(100, 120));
  });

  test('that is none is refused with the reason; one that is cut off ends with two empty lines', async () => {
    const box = await workspace(sqlite);
    const [first = '', second = ''] = pem.split('\n');
    const terminal = open(box, 'target', 'add', 'app-store', '--name', 'ios', '--bundle-id', 'com.acme.app');
    await talk(terminal, [
      ['? API key id:', 'ABC123DEFG'],
      ['? Private key:', './nowhere.p8'],
      ['> Private key: cannot read the file ./nowhere.p8: there is no such file', `\x15${core}`],
      ['> Private key: cannot read the file that it names', (asked) => asked.send(`${first}\r${second}\r`)],
      ['[2 lines]', (asked) => asked.send('\r\r')],
      ['> Private key is cut off or damaged', paste(sampleOf('play-store').credentials[0]?.value ?? '')],
      ['> Private key is of the kind rsa; App Store Connect keys are EC P-256', paste(pem)],
      ['Added the target integration "ios".', () => {}],
    ]);
    expect(await terminal.exit).toBe(0);
    expect(terminal.transcript).not.toContain(core);
  });

  test('comes out of the JSON file of a service account, pasted or by path, with its e-mail', async () => {
    const [{ value = '' } = {}] = sampleOf('play-store').credentials;
    const file = { type: 'service_account', client_email: 'release@acme.iam.gserviceaccount.com', private_key: value };
    const json = JSON.stringify(file, null, 2);
    for (const typed of [`${json.replaceAll('\n', '\r')}\r`, `${JSON.stringify(file)}\r`, './sa.json\r']) {
      const box = await workspace(sqlite);
      writeFileSync(join(box.root, 'sa.json'), json);
      const terminal = open(box, 'target', 'add', 'play-store');
      await talk(terminal, [
        ['? Name:', 'android'],
        ['? Service account JSON: (optional)', (asked) => asked.send('{"type": "user"}\r')],
        ['> Service account JSON is a JSON file of another kind', (asked) => asked.send(typed)],
        ['? Package name:', 'com.acme.app'],
        ['Added the target integration "android".', () => {}],
      ]);
      expect(await revealed(box, 'target', 'android')).toMatchObject({
        googleServiceAccountEmail: 'release@acme.iam.gserviceaccount.com',
        credentials: { googlePrivateKey: value },
      });
      expect(terminal.transcript).not.toContain(value.split('\n')[2]);
    }
  });
});

test('what else was pasted with a key reaches no other question', async () => {
  const box = await workspace(sqlite);
  const [{ value = '', core = '' } = {}] = sampleOf('play-store').credentials;
  const file = { type: 'service_account', client_email: 'release@acme.iam.gserviceaccount.com', private_key: value };
  const terminal = open(box, 'target', 'add', 'play-store', '--name', 'android');
  await terminal.waitFor('? Service account JSON: (optional)');
  // An empty line first would leave the question out, and give the key to the next one, which shows what is typed.
  for (const part of ['\r\r', JSON.stringify(file, null, 2).replaceAll('\n', '\r'), '\r\r', `${core}\r`])
    terminal.send(part);
  await terminal.waitFor('? Package name:');
  terminal.answer('com.acme.app');
  await terminal.waitFor('Added the target integration "android".');
  expect(terminal.transcript).not.toContain(core.slice(0, 6));
  expect(await revealed(box, 'target', 'android')).toMatchObject({ googlePackageName: 'com.acme.app' });
});

describe('update without a flag', () => {
  test('shows what is stored, and Enter keeps it, credentials too', async () => {
    const box = await workspace(sqlite);
    const before = await addSample(box, 'github', 'mobile', '--organization', 'acme');
    const { credentials } = await revealed(box, 'scm', 'mobile');
    const terminal = open(box, 'scm', 'update', 'mobile');
    await talk(terminal, [
      ['? Name: (mobile)', enter],
      ['? Organization: (acme)', enter],
      ['? Repository URL: (https://github.com/acme/mobile)', enter],
      ['? Default branch: (trunk)', enter],
      ['? Access token: (Enter keeps it)', enter],
      ['? Refresh token: (Enter keeps it)', enter],
      ['Nothing was changed', () => {}],
    ]);
    expect(await terminal.exit).toBe(0);
    expect(await revealed(box, 'scm', 'mobile')).toEqual({ ...before, credentials });
    expect(terminal.screen().match(/: unchanged$/gm)).toHaveLength(2);
  });

  test('changes what is typed, edits with Tab, empties with Backspace', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'github', 'code');
    await addSample(box, 'app-store', 'app');
    await addSample(box, 'github-actions', 'release');
    const terminal = open(box, 'pipeline', 'update', 'release');
    await talk(terminal, [
      ['? Name: (release)', (asked) => asked.key('tab')],
      ['? Name: release', '-ios  '],
      ['? SCM (what it builds from):', enter],
      ['? Target (what it releases to):', enter],
      ['? Workflow: (.github/workflows/release.yml)', 'ios.yml'],
      ['? Branch or tag: (main)', (asked) => asked.key('backspace', 'enter')],
      ['? Description: (Builds what is released)', enter],
      ['? Start it when a release is made? (y/N)', 'y'],
      ['? Build timeout: (900)', 'soon'],
      ['> Build timeout must be a whole number from 1', '\x151200'],
      ['? Environment: (LANE=release, NOTE=a=b)', 'LANE=beta, EMPTY=, X'],
      ['> Environment must have text as its values (entry 3)', '\x15LANE=beta, EMPTY='],
      ['? Credential ends: (optional)', 'tomorrow'],
      ['> Credential ends must be a day such as 2026-12-31', '\x152031-06-30'],
      // Its SCM's provider does not answer here.
      ['? What now:', (asked) => asked.key('down', 'down', 'enter')],
      ['Changed the pipeline integration "release-ios".', () => {}],
    ]);
    expect(await terminal.exit).toBe(0);
    expect(await revealed(box, 'pipeline', 'release-ios')).toMatchObject({
      githubWorkflowPath: '.github/workflows/ios.yml',
      githubWorkflowRef: null,
      description: 'Builds what is released',
      triggerOnRelease: true,
      buildTimeout: 1200,
      environmentVariables: { LANE: 'beta', EMPTY: '' },
      credentialExpiresAt: '2031-06-30T00:00:00Z',
    });
  });

  test('shows nothing that would move the cursor, however it came to be stored', async () => {
    const box = await workspace(sqlite);
    const { id } = await addSample(box, 'email', 'mail');
    await sqlite.sql(box, 'UPDATE tenant_communication_integrations SET emailFromAddress = ?', ['a\x1b[2J\nb']);
    const terminal = open(box, 'communication', 'update', id);
    await talk(terminal, [
      ['? Name:', enter],
      ['? Recipients: (team@acme.test, boss@acme.test)', enter],
      ['? From: (a\\u001b[2J\\u000ab)', enter],
      ['? Notify on:', (asked) => asked.key('ctrl-c')],
    ]);
    await cancelled(terminal);
  });
});

test('pipeline link asks what to use, and Enter keeps it', async () => {
  const box = await workspace(sqlite);
  const { id: mobile } = await addSample(box, 'github', 'mobile');
  const { id: web } = await addSample(box, 'github', 'web', '--organization', 'web');
  const { id: app } = await addSample(box, 'app-store', 'app');
  await addSample(box, 'github-actions', 'release', '--scm', mobile, '--target', app);
  const terminal = open(box, 'pipeline', 'link', 'release');
  await talk(terminal, [
    ['❯ mobile (GitHub)', (asked) => asked.key('down')],
    ['❯ web (GitHub)', enter],
    ['? Target (what it releases to):', enter],
    ['Linked the pipeline "release".', () => {}],
  ]);
  expect(await terminal.exit).toBe(0);
  expect(await listed(box, 'pipeline')).toMatchObject([{ scmIntegrationId: web, targetIntegrationId: app }]);
});

describe('leaving', () => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(sqlite);
    await addSample(box, 'github', 'code');
    await addSample(box, 'app-store', 'app');
  });

  const dialogues: [string, string, () => Step[]][] = [
    [
      'pipeline add jenkins',
      'pipeline',
      () => dialogueOf(providers.find(({ name }) => name === 'jenkins') as Provider, 'left'),
    ],
    [
      'target add play-store',
      'target',
      () => dialogueOf(providers.find(({ name }) => name === 'play-store') as Provider, 'left'),
    ],
  ];

  test.each(dialogues)(
    'Ctrl-C at each question of %s stores nothing',
    { timeout: 60_000 },
    async (line, category, stepsOf) => {
      const before = await listed(box, category);
      const steps = stepsOf();
      for (const [index, [question]] of steps.entries()) {
        const terminal = open(box, ...line.split(' '));
        await talk(terminal, [...steps.slice(0, index), [question, (asked) => asked.key('ctrl-c')]]);
        await cancelled(terminal);
      }
      expect(await listed(box, category)).toEqual(before);
    },
  );

  test.each<[string, string[], Step[]]>([
    ['a text', ['scm', 'add', 'github'], []],
    ['a choice', ['scm', 'add'], []],
    ['a hidden text', ['ticket', 'add', 'linear', '--name', 'x'], []],
    ['a pasted key', ['target', 'add', 'play-store', '--name', 'x'], []],
    [
      'a key half pasted',
      ['target', 'add', 'play-store', '--name', 'x'],
      [['?', (asked) => asked.send('{\r"a": 1,\r')]],
    ],
    ['a yes or no', ['key', 'export'], []],
    ['a name to be typed', ['tenant', 'remove', 'Acme'], []],
  ])('the end of input ends %s', async (_, args, before) => {
    const terminal = open(box, ...args);
    await talk(terminal, [...before, ['?', () => {}]]);
    terminal.key('ctrl-d');
    await cancelled(terminal);
  });

  test('init asks before it makes anything', async () => {
    const fresh = sandbox();
    const first = open(fresh, 'init');
    await talk(first, [['? First tenant:', (asked) => asked.key('ctrl-c')]]);
    await cancelled(first);
    const second = open(fresh, 'init');
    await talk(second, [
      ['? First tenant:', ' Acme '],
      ['? Your e-mail:', 'nobody'],
      ['> The e-mail of an account looks like ops@acme.test', (asked) => asked.key('ctrl-c')],
    ]);
    await cancelled(second);
    expect((await done(fresh.run('db', 'status', '--json'))).json()).toMatchObject({ migrations: { applied: [] } });

    const third = open(fresh, 'init', '--key-store', 'file');
    await talk(third, [
      ['? First tenant:', ' Acme '],
      ['? Your e-mail:', ' ops@acme.test '],
    ]);
    expect(await third.exit).toBe(0);
    expect((await done(fresh.run('tenant', 'list', '--json'))).json()).toMatchObject([
      { displayName: 'Acme', current: true },
    ]);
    expect((await done(fresh.run('account', 'list', '--json'))).json()).toMatchObject([{ email: 'ops@acme.test' }]);
  });

  test('of several tenants init lets choose one', async () => {
    const fresh = await sqlite.sandbox();
    await done(fresh.run('tenant', 'add', 'Acme'));
    await done(fresh.run('tenant', 'add', 'Beta'));
    const terminal = open(fresh, 'init', '--account', 'ops@acme.test', '--key-store', 'file');
    await terminal.waitFor('? Which tenant:');
    terminal.key('down');
    await terminal.waitFor('❯ Beta');
    terminal.key('enter');
    expect(await terminal.exit).toBe(0);
    expect((await done(fresh.run('tenant', 'show', '--json'))).json()).toMatchObject({ displayName: 'Beta' });
  });
});

describe('what cannot be taken back asks first', () => {
  test('remove shows what goes, and Enter means no', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'github', 'code');
    await addSample(box, 'app-store', 'app');
    await addSample(box, 'github-actions', 'release');
    // The question stands without its lines under --quiet no more than without.
    const kept = open(box, 'scm', 'remove', 'code', '--cascade', '--quiet');
    await talk(kept, [['? Remove all 2 for good? (y/N)', enter]]);
    expect(kept.transcript).toContain(
      'This removes from tenant "Acme":\n  pipeline  release  GitHub Actions\n  scm       code     GitHub\n',
    );
    await cancelled(kept);
    expect(await listed(box, 'scm')).toHaveLength(1);

    const removed = open(box, 'scm', 'remove', 'code', '--cascade');
    await talk(removed, [
      ['? Remove all 2 for good? (y/N)', 'maybe'],
      ['> Answer with y or n', '\x15y'],
    ]);
    expect(await removed.exit).toBe(0);
    expect(await listed(box, 'scm')).toEqual([]);
  });

  test('tenant remove wants its name', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'github', 'code');
    const terminal = open(box, 'tenant', 'remove', 'Acme');
    await talk(terminal, [
      ['? Type its name to go on:', 'acme'],
      ['> That is not its name; Ctrl-C leaves everything as it is', '\x15Acme '],
    ]);
    expect(await terminal.exit).toBe(0);
    expect(terminal.transcript).toContain(
      'This removes the tenant "Acme" and its 1 integration for good.\n  scm  code  GitHub\n',
    );
    expect((await done(box.run('tenant', 'list', '--json'))).json()).toEqual([]);
  });

  test('rotate --forget names what it forgets', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'linear', 'board');
    const { flags, env } = credentialFlags(sampleOf('linear'));
    const other = Object.fromEntries(Object.keys(env).map((name) => [name, `lin_api_${'z'.repeat(40)}`]));
    await done(box.runWith({ env: other }, 'ticket', 'rotate', 'board', '--no-verify', ...flags));
    const kept = open(box, 'ticket', 'rotate', 'board', '--forget');
    await talk(kept, [['? Forget them for good? (y/N)', enter]]);
    expect(kept.transcript).toContain(
      'This forgets the previous credentials of the ticket integration "board" (Linear) in tenant "Acme".\n' +
        '--undo cannot bring them back then.\n',
    );
    await cancelled(kept);
    // In a script the flag says it all.
    expect((await done(box.run('ticket', 'rotate', 'board', '--forget'))).stderr).toBe(
      'Forgot the previous credentials of the ticket integration "board".\n',
    );
  });

  test('key remove and context remove', async () => {
    const box = await workspace(sqlite);
    const [active] = (await done(box.run('key', 'list', '--json'))).json();
    await done(box.run('key', 'rotate'));
    const ring = open(box, 'key', 'remove', active.kid);
    await talk(ring, [['? Remove it for good? (y/N)', enter]]);
    expect(ring.transcript).toContain(`This takes the key ${active.kid} out of `);
    await cancelled(ring);
    await done(box.run('context', 'add', 'other', '--tenant', 'Beta'));
    const context = open(box, 'context', 'remove', 'other');
    await talk(context, [['? Remove it? (y/N)', enter]]);
    expect(context.transcript).toContain(
      'This removes the context "other" from the configuration: database embedded, tenant Beta.\n' +
        'What is in its database stays.\n',
    );
    await cancelled(context);
    await done(box.run('context', 'remove', 'other'));
  });

  test('apply shows its plan, and writes what was shown', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'linear', 'old');
    const [credential] = sampleOf('linear').credentials;
    const tickets = [{ name: 'new', type: 'linear', linearApiKey: 'env:KEY', linearTeamId: 'MOB' }];
    writeFileSync(join(box.root, 'm.json'), JSON.stringify({ tenant: 'Acme', tickets }));
    const there: Sandbox = { ...box, env: { ...box.env, KEY: credential?.value ?? '' } };
    const apply = ['apply', '-f', 'm.json', '--prune'];
    const question = '? Apply this to tenant "Acme", and delete 1 integration for good? (y/N)';
    const shown =
      'Acme\n  + ticket  new (linear)\n      linearApiKey  new\n      linearTeamId  MOB\n  - ticket  old (linear)\n\n' +
      '1 to create, 0 to update, 1 to delete, 0 as they are.\n--prune deletes 1 integration for good: ticket "old".\n';
    const kept = open(there, ...apply);
    await talk(kept, [[question, enter]]);
    expect(kept.transcript).toContain(shown);
    await cancelled(kept);

    const overtaken = open(there, ...apply);
    await overtaken.waitFor(question);
    await done(box.run('ticket', 'update', 'old', '--name', 'older'));
    overtaken.answer('y');
    expect(await overtaken.exit).toBe(6);
    expect(overtaken.transcript).toContain('what is stored has changed since the plan was shown');

    const applied = open(there, ...apply);
    await talk(applied, [[question, 'y']]);
    expect(await applied.exit).toBe(0);
    expect(applied.transcript).toContain('1 integration was deleted: ticket "older".');
    expect((await listed(box, 'ticket')).map(({ displayName }) => displayName)).toEqual(['new']);
  });

  test('show --reveal and key export', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'linear', 'board');
    const { core } = sampleOf('linear').credentials[0] ?? { core: '' };
    const kept = open(box, 'ticket', 'show', 'board', '--reveal');
    await talk(kept, [['? Print the credentials of "board" here? (y/N)', enter]]);
    await cancelled(kept);
    expect(kept.transcript).not.toContain(core);
    const shown = open(box, 'ticket', 'show', 'board', '--reveal');
    await talk(shown, [['? Print the credentials of "board" here? (y/N)', 'y']]);
    expect(await shown.exit).toBe(0);
    expect(shown.transcript).toContain(core);
    const ring = open(box, 'key', 'export');
    await talk(ring, [['? Print the keys here in plain text? (y/N)', 'n']]);
    await cancelled(ring);
    expect(ring.transcript).not.toContain('oct');
  });
});

describe('add offers nothing that cannot be stored', () => {
  test('a second target of a type is shown, and cannot be chosen', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'app-store', 'ios');
    const terminal = open(box, 'target', 'add');
    await terminal.waitFor('❯ Google Play');
    expect(terminal.screen()).toContain(
      'A tenant has one target integration of each type.\n? Provider:\n- App Store Connect (there already: "ios")\n❯ Google Play',
    );
    terminal.key('ctrl-c');
    await cancelled(terminal);
    const named = open(box, 'target', 'add', 'app-store');
    expect(await named.exit).toBe(6);
    expect(named.transcript).toContain('error: a tenant has one target integration of each type; "ios" (');
  });
});

describe('what the provider refuses is corrected on the spot', () => {
  test('a typo in the repository, with what else was given', async () => {
    const server = await providerServer();
    const missing = { status: 404, json: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' } };
    server.on('GET', '/user', { json: { login: 'acme-bot' }, headers: { 'x-oauth-scopes': 'repo' } });
    server.on('GET', '/repos/acme/mobil', missing);
    const box = await workspace(sqlite, { INTEGRATIONS_GITHUB_API_URL: server.url });
    const token = `ghp_${'t'.repeat(36)}`;
    const there: Sandbox = { ...box, env: { ...box.env, TOKEN: token } };
    const flags = ['--name', 'code', '--organization', 'acme', '--access-token', 'env:TOKEN', '--verify'];
    const repository = ['--repository-url', 'https://github.com/acme/mobil'];
    const terminal = open(there, 'scm', 'add', 'github', ...flags, ...repository);
    await terminal.waitFor('? What now:');
    expect(terminal.screen()).toContain('there is no repository acme/mobil, or the token cannot see it (404)');
    terminal.key('enter');
    await terminal.waitFor('? What to change:');
    expect(terminal.screen()).toContain('❯ Repository URL: https://github.com/acme/mobil');
    terminal.key('ctrl-c');
    await cancelled(terminal);
    // Where nobody can answer it is refused.
    const result = await box.runWith({ env: { TOKEN: token } }, 'scm', 'add', 'github', ...flags, ...repository);
    expect(result.status).toBe(3);
    expect(result.stderr).toContain('hint:  Check the repository URL for a typo.');
    expect(await listed(box, 'scm')).toEqual([]);
  });
});

describe('nobody is asked', () => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(sqlite);
  });

  test.each<[string, Record<string, string>, string[]]>([
    ['under --no-input', {}, ['--no-input']],
    ['under INTEGRATIONS_NO_INPUT', { INTEGRATIONS_NO_INPUT: '1' }, []],
    ['under CI', { CI: 'true' }, []],
  ])('%s', async (_, env, flags) => {
    const terminal = openTerminal(['scm', 'add', 'github', ...flags], { env: { ...box.env, ...env } });
    expect(await terminal.exit).toBe(64);
    expect(terminal.transcript).toMatch(
      /^error: missing: --name, --organization, --repository-url and --access-token\nhint: {2}integrations scm add github --help\n$/,
    );
  });

  test.each(['stdin', 'stderr'])('where %s is not a terminal', async (stream) => {
    const stdio = ['stdin', 'stdout', 'stderr'].map((each) => (each === stream ? 'pipe' : 'inherit'));
    const terminal = openTerminal([], { env: box.env, bin: wrapper(box, ['scm', 'add', 'github'], stdio) });
    expect(await terminal.exit).toBe(64);
    expect(terminal.transcript).not.toContain('?');
  });

  test('while standard output may be a file: it holds the answer alone', async () => {
    const args = ['ticket', 'add', 'linear', '--json'];
    const terminal = openTerminal([], { env: box.env, bin: wrapper(box, args, ['inherit', 'file', 'inherit']) });
    await talk(terminal, [
      ['? Name:', 'board'],
      ['? API key:', sampleOf('linear').credentials[0]?.value ?? ''],
      ['? Team:', 'MOB'],
      ['Added the ticket integration "board".', () => {}],
    ]);
    expect(await terminal.exit).toBe(0);
    expect(JSON.parse(readFileSync(join(box.root, 'stdout'), 'utf8'))).toMatchObject({ displayName: 'board' });
  });
});

/** A program that runs the product with its streams led elsewhere; `file` is a file called `stdout`. */
function wrapper(box: Sandbox, args: string[], stdio: string[]): string {
  const path = join(box.root, 'wrapper.cjs');
  writeFileSync(
    path,
    `const { openSync } = require('node:fs');
    const stdio = ${JSON.stringify(stdio)}.map((each) => each === 'file' ? openSync(${JSON.stringify(join(box.root, 'stdout'))}, 'w') : each);
    const { spawn } = require('node:child_process');
    process.on('SIGINT', () => {});
    spawn(process.execPath, ${JSON.stringify([productBin, ...args])}, { stdio }).on('exit', (code) => process.exit(code));`,
  );
  return path;
}
