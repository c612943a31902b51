import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { shellWord } from '../../src/core/text.ts';
import { atEnd } from '../support/at-end.ts';
import type { CliOptions, Sandbox } from '../support/cli.ts';
import { type Engine, mysql, sqlite } from '../support/engines.ts';
import { sampleOf } from '../support/samples.ts';
import { openTerminal } from '../support/terminal.ts';
import { tracer } from '../support/traces.ts';
import { addSample, done, refused, workspace } from '../support/workspace.ts';

/*
 * The command that is run writes what it got to a file: its streams are those of this process where it runs in process.
 */

/** Writes the environment and the files that it leads to into the folder of its first argument. */
const witness = 'env -0 >"$1/env"; [ -z "$API_PRIVATE_KEYS_DIR" ] || cp -pr "$API_PRIVATE_KEYS_DIR" "$1/keys"';

/** With a place of its own for folders with keys: other tests look at the machine's. */
async function ready(engine: Engine): Promise<Sandbox & { place: string }> {
  const place = mkdtempSync(join(tmpdir(), 'exec-'));
  atEnd(() => rmSync(place, { recursive: true, force: true }));
  const box = await workspace(engine, { XDG_RUNTIME_DIR: place });
  await addSample(box, 'github', 'code');
  await addSample(box, 'app-store', 'app');
  await addSample(box, 'github-actions', 'ios');
  return { ...box, place };
}

interface Seen {
  status: number | null;
  stderr: string;
  env: Record<string, string>;
}

let runs = 0;

/** Runs the witness, with flags of ours, and answers what it got. */
async function seen(
  box: Sandbox,
  flags: readonly string[],
  options: CliOptions = {},
): Promise<Seen & { keys: string }> {
  runs += 1;
  const folder = join(box.root, `seen-${runs}`);
  const command = ['sh', '-c', `mkdir "$1"; ${witness}`, 'sh', folder];
  const { status, stderr, stdout } = await box.runWith(options, 'exec', ...flags, '--', ...command);
  expect(stdout).toBe('');
  const text = existsSync(join(folder, 'env')) ? readFileSync(join(folder, 'env'), 'utf8') : '';
  const entries = text.split('\0').filter(Boolean);
  const env = Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s).slice(0, 2)));
  return { status, stderr, env, keys: join(folder, 'keys') };
}

const secretOf = (provider: string, column: string) =>
  sampleOf(provider).credentials.find((each) => each.column === column)?.value ?? '';

describe.each([['SQLite', sqlite] as const, ['MySQL', mysql] as const])('%s', (_, engine) => {
  let box: Awaited<ReturnType<typeof ready>>;
  beforeAll(async () => {
    box = await ready(engine);
  });

  test('a command gets the credentials under the names that tools read, and nothing of ours', async () => {
    const given = { INTEGRATIONS_NO_INPUT: '1', MINE: 'stays' };
    const { status, stderr, env, keys } = await seen(box, ['ios'], { env: given });
    expect([status, stderr]).toEqual([0, '']);
    const token = secretOf('github', 'accessToken');
    expect(env).toMatchObject({
      ...{ MINE: 'stays', LANE: 'release', NOTE: 'a=b', GH_TOKEN: token, GITHUB_TOKEN: token, GH_REPO: 'acme/mobile' },
      APP_STORE_CONNECT_API_KEY_KEY_ID: secretOf('app-store', 'appleApiKeyId'),
      BUNDLE_ID: 'com.acme.app',
    });
    const names = Object.keys(env).join(' ');
    expect(names).not.toMatch(/INTEGRATIONS_/i);
    const folder = env['API_PRIVATE_KEYS_DIR'] ?? '';
    expect(folder.startsWith(box.place)).toBe(true);
    expect(readdirSync(box.place)).toEqual([]);
    const files = readdirSync(keys).sort();
    expect(files).toEqual([`AuthKey_${env['EXPO_ASC_KEY_ID']}.p8`, 'app_store_connect_api_key.json']);
    expect(env['APP_STORE_CONNECT_API_KEY_PATH']).toBe(join(folder, 'app_store_connect_api_key.json'));
    expect((statSync(keys).mode & 0o777).toString(8)).toBe('700');
    for (const file of files) expect((statSync(join(keys, file)).mode & 0o777).toString(8)).toBe('600');
    expect(readFileSync(join(keys, files[0] ?? ''), 'utf8').trim()).toBe(
      secretOf('app-store', 'applePrivateKey').trim(),
    );
  });

  test('the history tells of it before the command begins: what was run, for what, and under which names', async () => {
    const secret = 'sentinel-of-an-argument-0123456789';
    const listing = join(box.root, 'during.json');
    // The command is our own program, with the settings that it does not inherit.
    const settings = Object.entries(box.env).map(([name, value]) => `${name}=${shellWord(value ?? '')}`);
    const inner = [...settings, shellWord(process.execPath), 'bin/integrations.cjs history --json >"$0"'].join(' ');
    await done(
      box.runWith(
        { cwd: process.cwd() },
        'exec',
        'ios',
        '--only',
        'scm',
        '--',
        '/bin/sh',
        '-c',
        inner,
        listing,
        secret,
      ),
    );
    const rows = JSON.parse(readFileSync(listing, 'utf8')).slice(0, 2);
    expect(rows).toMatchObject([
      { action: 'exec', category: 'scm', displayName: 'code' },
      {
        action: 'exec',
        category: 'pipeline',
        displayName: 'ios',
        fields: [{ name: 'command', before: null, after: 'sh' }],
      },
    ]);
    const names = rows[0].fields.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['command', 'GH_TOKEN', 'GH_REPO']));
    const find = tracer([
      { name: 'an argument', value: secret },
      ...sampleOf('github').credentials.map(({ column, core }) => ({ name: column, value: core })),
    ]);
    expect(find(readFileSync(listing))).toEqual([]);
    expect(find(await engine.dump(box))).toEqual([]);
  });

  test('a credential whose row was led elsewhere goes to no command', async () => {
    const other = await ready(engine);
    await engine.sql(other, "UPDATE tenant_scm_integrations SET repositoryUrl = 'https://evil.test/acme/mobile'");
    const { env, status, stderr } = await seen(other, ['ios']);
    expect([status, env]).toEqual([4, {}]);
    expect(stderr).toMatch(
      /accessToken of the scm integration "code" is meant for https:\/\/api\.github\.com, but its row leads to https:\/\/evil\.test/,
    );
    expect((await seen(other, ['ios', '--only', 'target,pipeline'])).status).toBe(0);
  });
});

describe('what it is given', () => {
  let box: Awaited<ReturnType<typeof ready>>;
  beforeAll(async () => {
    box = await ready(sqlite);
    await addSample(box, 'jira', 'board');
    await addSample(box, 'slack', 'releases');
    await addSample(box, 'teams', 'chat');
  });

  test('--only leaves parts out, --with adds others, --map adds names', async () => {
    const { env } = await seen(box, [
      'ios',
      '--only',
      'target',
      '--with',
      'ticket,communication=releases',
      '--map',
      'PW=ticket.jiraApiToken',
    ]);
    expect(env).toMatchObject({
      PW: env['JIRA_API_TOKEN'],
      FL_JIRA_PASSWORD: env['JIRA_API_TOKEN'],
      BUNDLE_ID: 'com.acme.app',
    });
    expect(env['JIRA_API_TOKEN']).toBe(secretOf('jira', 'jiraApiToken'));
    expect(env['SLACK_BOT_TOKEN']).toBe(secretOf('slack', 'slackBotToken'));
    for (const name of ['GH_TOKEN', 'LANE', 'TEAMS_WEBHOOK_URL']) expect(env).not.toHaveProperty(name);
  });

  test('--map takes a variable as well, its file with it', async () => {
    const { env } = await seen(box, ['ios', '--only', 'target', '--map', 'MY_KEY=EXPO_ASC_API_KEY_PATH']);
    expect(env['MY_KEY']).toBe(env['EXPO_ASC_API_KEY_PATH']);
    expect(env['MY_KEY']).toMatch(/\.p8$/);
  });

  test('--pristine and --keep', async () => {
    const options = { env: { MINE: 'a', OTHER: 'b' } };
    const { env } = await seen(box, ['ios', '--pristine', '--keep', 'MINE'], options);
    expect(env).toMatchObject({ MINE: 'a', GH_TOKEN: secretOf('github', 'accessToken') });
    expect(env).not.toHaveProperty('OTHER');
  });

  test('what was set is replaced with a word, and what stands against it is named', async () => {
    const theirs = {
      GH_TOKEN: 'theirs',
      GITHUB_TOKEN: 'theirs',
      APP_STORE_CONNECT_API_KEY_KEY: 'theirs',
      FASTLANE_USER: 'me',
    };
    const { env, stderr } = await seen(box, ['ios'], { env: theirs });
    expect(env).toMatchObject({
      GITHUB_TOKEN: 'theirs',
      GH_TOKEN: secretOf('github', 'accessToken'),
      FASTLANE_USER: 'me',
    });
    expect(env).not.toHaveProperty('APP_STORE_CONNECT_API_KEY_KEY');
    expect(stderr).toMatch(/GH_TOKEN is set from the pipeline; the value you had set is not used/);
    expect(stderr).toMatch(/APP_STORE_CONNECT_API_KEY_KEY is left out/);
    expect(stderr).toMatch(/GITHUB_TOKEN stays as you have set it/);
    expect(stderr).toMatch(/FASTLANE_USER is set: a tool may go by it/);
    expect(stderr).not.toContain('theirs');
  });

  test('what stays as the caller has it is told so, and stands in no history', async () => {
    const options = { env: { GITHUB_TOKEN: 'theirs' } };
    const noteOf = async (...flags: string[]) => {
      const { json } = await done(box.runWith(options, 'exec', 'ios', '--only', 'scm', '--names', '--json', ...flags));
      return json().find(({ variable }: { variable: string }) => variable === 'GITHUB_TOKEN').note;
    };
    expect(await noteOf()).toBe('not set: yours stays');
    expect(await noteOf('--pristine')).toBeNull();
    await seen(box, ['ios', '--only', 'scm'], options);
    const [told] = (await done(box.run('history', '--json'))).json();
    const names = told.fields.map(({ name }: { name: string }) => name);
    expect([names.includes('GH_TOKEN'), names.includes('GITHUB_TOKEN')]).toEqual([true, false]);
  });

  test('--names shows names, and no value; nothing is opened or told the history', async () => {
    const before = (await done(box.run('history', '--json'))).json().length;
    const env = { INTEGRATIONS_KEYRING: '{"keys":[]}' };
    const { json } = await done(box.runWith({ env }, 'exec', 'ios', '--names', '--json'));
    expect(json()).toContainEqual({
      variable: 'APP_STORE_CONNECT_API_KEY_PATH',
      category: 'target',
      integrationId: expect.stringMatching(/^target_/),
      displayName: 'app',
      fields: ['appleApiKeyId', 'appleIssuerId', 'applePrivateKey'],
      inFile: true,
      note: null,
    });
    expect((await done(box.run('history', '--json'))).json()).toHaveLength(before);
  });

  test.each<[string, string[], number, RegExp]>([
    ['no command', ['ios'], 64, /missing: the command, behind --/],
    ['no dashes', ['ios', 'true'], 64, /"--" is missing before the command/],
    ['no part at all', ['ios', '--only', '', '--', 'true'], 64, /--only takes scm, target, pipeline/],
    ['an unknown part', ['ios', '--only', 'scm,store', '--', 'true'], 64, /--only takes scm, target, pipeline/],
    [
      'several to choose from',
      ['ios', '--with', 'communication', '--', 'true'],
      64,
      /several communication integrations: "releases" and "chat"|"chat" and "releases"/,
    ],
    [
      'another that there is not',
      ['ios', '--with', 'ticket=none', '--', 'true'],
      7,
      /no ticket integration named "none"/,
    ],
    [
      'a mapping to nothing',
      ['ios', '--map', 'A=scm.nothing', '--', 'true'],
      64,
      /nothing that is set is called "scm.nothing"/,
    ],
    [
      'a mapping of ours',
      ['ios', '--map', 'INTEGRATIONS_KEYRING=GH_TOKEN', '--', 'true'],
      64,
      /--map takes NAME=SOURCE/,
    ],
    [
      'a mapping of what the system reads',
      ['ios', '--map', 'PATH=GH_TOKEN', '--', 'true'],
      64,
      /--map cannot set PATH/,
    ],
    [
      'a mapping of what a linker reads',
      ['ios', '--map', 'LD_PRELOAD=GH_TOKEN', '--', 'true'],
      64,
      /cannot set LD_PRE/,
    ],
    ['a variable to keep where all stay', ['ios', '--keep', 'MINE', '--', 'true'], 64, /--keep goes with --pristine/],
    ['names of a command', ['ios', '--names', '--', 'true'], 64, /--names runs nothing/],
    [
      'two for one variable',
      ['ios', '--map', 'LANE=GH_TOKEN', '--', 'true'],
      64,
      /LANE would be set twice: by the pipeline integration "ios" \(environmentVariables\) and by the scm integration "code"/,
    ],
    ['no such pipeline', ['android', '--', 'true'], 7, /no pipeline integration named "android"/],
    ['no such command', ['ios', '--', 'no-such-command-here'], 127, /there is no command "no-such-command-here"/],
    ['no such file', ['ios', '--', './no/such-file'], 127, /there is no file ".\/no\/such-file"/],
    ['a folder', ['ios', '--', '/tmp'], 126, /cannot run "\/tmp": permission denied/],
    ['too much', ['ios', '--', 'true', 'x'.repeat(140_000)], 126, /too large/],
  ])('%s is refused in words', async (_, line, status, message) => {
    const refusal = await refused(box.run('exec', '--json', ...line));
    expect([refusal.status, refusal.message]).toEqual([status, expect.stringMatching(message)]);
    expect(readdirSync(box.place)).toEqual([]);
  });

  test('a pipeline that is switched off, or what it uses, runs nothing', async () => {
    const other = await ready(sqlite);
    await done(other.run('scm', 'disable', 'code'));
    const refusal = await refused(other.run('exec', 'ios', '--json', '--', 'true'));
    expect(refusal).toMatchObject({ status: 64, message: 'the scm integration "code" is switched off' });
    expect((await seen(other, ['ios', '--only', 'target'])).status).toBe(0);
    await done(other.run('pipeline', 'disable', 'ios'));
    expect((await refused(other.run('exec', 'ios', '--json', '--', 'true'))).status).toBe(64);
  });

  test('a pipeline whose variable is one of a credential is refused, and ours are left out', async () => {
    const other = await ready(sqlite);
    await done(other.run('pipeline', 'update', 'ios', '--env', 'INTEGRATIONS_DATABASE_URL=sqlite:/evil'));
    expect((await seen(other, ['ios'])).env).not.toHaveProperty('INTEGRATIONS_DATABASE_URL');
    await done(other.run('pipeline', 'update', 'ios', '--env', 'GH_TOKEN=mine'));
    const refusal = await refused(other.run('exec', 'ios', '--json', '--', 'true'));
    expect(refusal.message).toMatch(/^GH_TOKEN would be set twice: by the pipeline integration "ios"/);
    expect((await seen(other, ['ios', '--only', 'scm,target'])).status).toBe(0);
  });

  test('a variable of a pipeline by which programs are found or loaded reaches no command', async () => {
    const other = await ready(sqlite);
    const evil = join(other.root, 'evil.cjs');
    writeFileSync(evil, `require('node:fs').writeFileSync(${JSON.stringify(join(other.root, 'ran'))}, '')`);
    const stored = ['PATH=/evil', `NODE_OPTIONS=--require=${evil}`, 'LANE=beta'];
    await done(other.run('pipeline', 'update', 'ios', ...stored.flatMap((each) => ['--env', each])));
    const { env, stderr } = await seen(other, ['ios'], { env: { NODE_OPTIONS: '--no-warnings' } });
    expect(env).toMatchObject({ LANE: 'beta', NODE_OPTIONS: '--no-warnings' });
    expect(env['PATH']).not.toBe('/evil');
    expect(existsSync(join(other.root, 'ran'))).toBe(false);
    expect(stderr).toMatch(
      /PATH and NODE_OPTIONS of the pipeline are left out: programs are found, loaded or trusted by/,
    );
    expect(stderr).not.toContain('evil');
    const { json } = await done(other.run('exec', 'ios', '--names', '--json'));
    const notes = json().flatMap(({ variable, note }: Record<string, string>) =>
      variable === 'PATH' || variable === 'LANE' ? [[variable, note]] : [],
    );
    expect(notes).toEqual([
      ['LANE', null],
      ['PATH', 'not set: programs are run by it'],
    ]);
    // Nor by another name of theirs.
    expect((await refused(other.run('exec', 'ios', '--json', '--map', 'X=PATH', '--', 'true'))).status).toBe(64);
    expect((await seen(other, ['ios', '--only', 'scm,target'])).stderr).not.toContain('left out');
  });

  test('flags behind -- are the command’s own', async () => {
    const file = join(box.root, 'words');
    const script = 'printf "%s\\n" "$@" >"$0"';
    const words = ['--help', '--json', '-o', 'yaml', '--tenant', 'Other', '--', '-y', '$HOME *', ''];
    await done(box.run('exec', 'ios', '--', 'sh', '-c', script, file, ...words));
    expect(readFileSync(file, 'utf8')).toBe(`${words.join('\n')}\n`);
    const { stderr } = await box.run('exec', 'ios', '--', 'no-such-command-here', '--json');
    expect(stderr).toMatch(/^error: there is no command/);
  });

  test('NODE_DEBUG does not make Node print what a command gets', async () => {
    const { result } = box.start({ env: { NODE_DEBUG: 'http,child_process' } }, 'exec', 'ios', '--', 'true');
    const { status, stderr, stdout } = await result;
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^error: NODE_DEBUG is set so that Node would print the credentials/m);
  });
});

describe('the process', () => {
  let box: Awaited<ReturnType<typeof ready>>;
  beforeAll(async () => {
    box = await ready(sqlite);
  });

  const start = (...command: string[]) => box.start({}, 'exec', 'ios', '--', ...command);
  const script = (text: string) => start('sh', '-c', text, 'sh', join(box.root, 'began'));

  test.each([0, 3, 64, 127, 255])('ends with the exit code %i of its command', async (status) => {
    const { result } = start('sh', '-c', `echo answer; echo more >&2; exit ${status}`);
    expect(await result).toMatchObject({ status, stdout: 'answer\n', stderr: 'more\n' });
  });

  test.each([
    ['SIGTERM', null, 'SIGTERM'],
    ['SIGHUP', null, 'SIGHUP'],
    ['SIGINT', null, 'SIGINT'],
    ['SIGKILL', 137, null],
    ['SIGABRT', 134, null],
  ] as const)('of a command that %s ended it tells the truth', async (name, status, signal) => {
    const { result } = start('sh', '-c', `kill -${name.slice(3)} $$`);
    expect(await result).toMatchObject({ status, signal });
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
    'passes %s on, and waits for what the command makes of it',
    async (signal) => {
      const running = script(
        `trap 'echo got; exit 9' ${signal.slice(3)}; echo $API_PRIVATE_KEYS_DIR >"$1"; echo began; while :; do sleep 0.05; done`,
      );
      const all: string[] = [];
      running.child.stdout.on('data', (chunk) => all.push(String(chunk)));
      await new Promise<void>((resolve) => {
        running.child.stdout.on('data', () => all.join('').includes('began') && resolve());
      });
      running.child.kill(signal);
      expect(await running.result).toMatchObject({ status: 9, stdout: 'began\ngot\n' });
      expect(existsSync(readFileSync(join(box.root, 'began'), 'utf8').trim())).toBe(false);
    },
  );

  test('what a killed one leaves, doctor names and the next one removes', async () => {
    const running = script('echo $API_PRIVATE_KEYS_DIR >"$1"; echo began; exec sleep 60');
    const pid = running.child.pid ?? 0;
    await new Promise<void>((resolve) => {
      running.child.stdout.on('data', (chunk) => String(chunk).includes('began') && resolve());
    });
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    running.child.kill('SIGKILL');
    await new Promise<void>((resolve) => running.child.once('exit', () => resolve()));
    for (const child of children) process.kill(child, 'SIGKILL');
    const folder = readFileSync(join(box.root, 'began'), 'utf8').trim();
    expect(existsSync(folder)).toBe(true);
    const { stdout } = await box.run('doctor', '--json');
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ id: 'files', severity: 'warning', finding: expect.stringContaining(folder) }),
    );
    await done(box.run('exec', 'ios', '--', 'true'));
    expect(existsSync(folder)).toBe(false);
  });

  test('nothing of a credential stands in what others see of the process', async () => {
    const running = script(
      'tr "\\0" " " </proc/$PPID/cmdline; tr "\\0" " " </proc/$$/cmdline; tr "\\0" "\\n" </proc/$PPID/environ',
    );
    const { stdout, status } = await running.result;
    expect(status).toBe(0);
    const find = tracer(
      ['github', 'app-store'].flatMap((name) =>
        sampleOf(name).credentials.map(({ column, core }) => ({ name: column, value: core })),
      ),
    );
    expect(stdout).toContain('exec ios --');
    expect(find(stdout)).toEqual([]);
  });

  test('on a terminal Ctrl-C is the command’s: it gets it once, and decides', async () => {
    const program = join(box.root, 'asks.sh');
    writeFileSync(
      program,
      `count=0; trap 'count=$((count+1)); echo "interrupt $count"' INT\n[ -t 0 ] && [ -t 1 ] && echo terminal\nread answer; read answer; echo "answer $answer"; exit 7\n`,
    );
    const terminal = openTerminal(['exec', 'ios', '--', 'bash', program], { env: box.env });
    await terminal.waitFor('terminal');
    terminal.key('ctrl-c');
    await terminal.waitFor('interrupt 1');
    terminal.answer('');
    terminal.answer('yes');
    await terminal.waitFor('answer yes');
    expect(await terminal.exit).toBe(7);
    expect(terminal.transcript).not.toMatch(/interrupt 2|Cancelled/);
  });
});
