import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli, sandbox } from '../support/cli.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

describe('what it prints', () => {
  test.each(['bash', 'zsh', 'fish'])('%s: a script, without a database or a key', async (shell) => {
    const { status, stdout, stderr } = await runCli(['completion', shell]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^# Completion of integrations in ${shell}\\. `, 'm'));
  });

  test.each([
    [[], 'error: missing: the shell, one of bash, zsh, fish\n'],
    [['tcsh'], 'error: there is no script for that shell; it is one of bash, zsh, fish\n'],
  ])('%j is a usage error that names the three', async (args, message) => {
    const { status, stdout, stderr } = await runCli(['completion', ...args]);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('in a bash at a terminal', () => {
  let bash: Terminal;
  const prompt = 'ready> ';

  beforeAll(async () => {
    const box = sandbox();
    writeFileSync(join(box.root, 'completion.bash'), (await box.run('completion', 'bash')).stdout);
    const folder = join(box.root, 'work');
    mkdirSync(join(folder, 'keys'), { recursive: true });
    for (const name of ['keys/one.pem', 'keys/two words.pem', 'ring.json']) writeFileSync(join(folder, name), '');
    bash = openTerminal(['--noprofile', '-i'], {
      node: 'bash',
      bin: '--norc',
      cwd: folder,
      env: { ...box.env, PS1: prompt, HISTFILE: undefined, ACME_ONE: '1', ACME_TWO: '2' },
    });
    await bash.waitFor(prompt);
    await say('bind "set enable-bracketed-paste off"');
    await say('integrations() { local IFS=\'|\'; echo "got: $*."; }');
    await say('source ../completion.bash');
  });

  async function say(line: string): Promise<void> {
    bash.answer(line);
    await bash.waitFor(`\n${prompt}`);
  }

  /** Types a line, presses keys, and returns the words that bash made of it; the program's own name is left out. */
  async function words(line: string, keys: string): Promise<string[]> {
    bash.send(`${line}${keys}\r`);
    await bash.waitFor(/\ngot: .*\.\nready> /);
    const got = bash.transcript.split('\ngot: ').at(-1) ?? '';
    return got.slice(0, got.indexOf('.\n')).split('|');
  }

  const completed = async (typed: string) => (await words(`integrations ${typed}`, '\t')).join(' ');
  /** All that fits, by readline's `insert-completions`; what stood before the word is cut off. */
  const offered = async (typed: string) => {
    const before = typed.split(' ').length - 1;
    return (await words(`integrations ${typed}`, '\x1b*')).slice(before).filter(Boolean);
  };

  test.each([
    ['the commands', 'sta', 'status'],
    ['a verb', 'scm li', 'scm list'],
    ['a verb behind an alias', 'targets li', 'targets list'],
    ['a provider', 'comm add sl', 'comm add slack'],
    ['a flag', 'scm add github --access', 'scm add github --access-token'],
    ['the twin of a flag', 'pipeline update ios --no-tr', 'pipeline update ios --no-trigger-on-release'],
    ['a flag of every command', 'db status --no-c', 'db status --no-color'],
    ['a choice', 'scm list --type gitl', 'scm list --type gitlab'],
    ['an event', 'comm add slack --notify-on rollout_h', 'comm add slack --notify-on rollout_halted'],
    ['a choice behind =', 'scm list --type=gitl', 'scm list --type=gitlab'],
    ["the command's own formats", 'graph -o mer', 'graph -o mermaid'],
    ['a file', 'key export --file ri', 'key export --file ring.json'],
    ['a file behind =', 'key export --file=ri', 'key export --file=ring.json'],
    ['the file of a source', 'scm add --access-token file:keys/o', 'scm add --access-token file:keys/one.pem'],
    ['a name with a blank', 'scm add --access-token file:keys/t', 'scm add --access-token file:keys/two words.pem'],
    ['the variable of a source', 'scm add --access-token env:ACME_T', 'scm add --access-token env:ACME_TWO'],
    ['both behind =', 'scm add --access-token=env:ACME_T', 'scm add --access-token=env:ACME_TWO'],
    ['a source as an argument', 'key import file:ri', 'key import file:ring.json'],
    ['what help explains', 'help scm rem', 'help scm remove'],
  ])('it completes %s', async (_, typed, whole) => expect(await completed(typed)).toBe(whole));

  test.each([
    ['a flag', '--tenant scm pipe', '--tenant scm pipeline'],
    ['a short flag', '-o json scm sh', '-o json scm show'],
    ['a flag with =', '--tenant=scm pipe', '--tenant=scm pipeline'],
    ["a verb's flag", 'scm add --name list gith', 'scm add --name list github'],
  ])('it takes the value of %s for no verb', async (_, typed, whole) => expect(await completed(typed)).toBe(whole));

  test('it offers all that can stand there', async () => {
    expect(await offered('scm ')).toEqual([
      'add',
      'disable',
      'enable',
      'list',
      'remove',
      'rotate',
      'show',
      'update',
      'verify',
    ]);
    expect(await offered('completion ')).toEqual(['bash', 'fish', 'zsh']);
    expect(await offered('scm add --access-token ')).toEqual(['-', 'env:', 'file:']);
    expect(await offered('scm add --access-token env:ACME')).toEqual(['env:ACME_ONE', 'ACME_TWO']);
    expect(await offered('scm remove mobile --d')).toEqual(['--debug', '--dry-run']);
  });

  test('it offers flags where nothing else is left, and nothing for a name that only the database knows', async () => {
    expect(await offered('db status ')).toContain('--tenant');
    expect(await offered('scm show ')).toEqual([]);
    expect(await offered('scm list --tenant ')).toEqual([]);
    expect(await offered('scm frobnicate ')).toEqual([]);
  });

  test('it knows the end of the flags and redirections', async () => {
    expect(await offered('scm show -- --re')).toEqual(['--re']);
    expect(await completed('2>/dev/null scm sh')).toBe('scm show');
    expect(await completed('2> /dev/null scm sh')).toBe('scm show');
    await say('integrations scm list > ri\t');
    await say('echo "[$(< ring.json)]"');
    expect(bash.transcript).toContain('\n[got: scm|list.]\n');
  });

  test('it does so where ":" and "=" end no word', async () => {
    await say('COMP_WORDBREAKS=" "');
    expect(await completed('scm add --access-token=env:ACME_T')).toBe('scm add --access-token=env:ACME_TWO');
    expect(await completed('scm add --access-token file:keys/o')).toBe('scm add --access-token file:keys/one.pem');
    expect(await completed('scm list --type=gitl')).toBe('scm list --type=gitlab');
  });
});

describe.each([
  ['as it comes', ['true']],
  ['without compopt', ['enable -n compopt']],
  ['where only blanks end a word', ['COMP_WORDBREAKS=" "']],
  ['where blanks and "=" end one', ["COMP_WORDBREAKS=$' \\t\\n='"]],
  ['where much more ends one, without compopt', ["COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:/~@{}'", 'enable -n compopt']],
])('files with the names of attacks, in a bash %s', (_, settings) => {
  let bash: Terminal;
  let folder: string;
  const names = [
    'a$(touch ran)',
    'b`touch ran`',
    'c;touch ran;',
    "d'e;touch ran;'",
    'f"g;touch ran;"',
    'h$IFS',
    'i\\j',
    '~',
  ];

  beforeAll(async () => {
    const box = sandbox();
    writeFileSync(join(box.root, 'completion.bash'), (await box.run('completion', 'bash')).stdout);
    folder = join(box.root, 'work');
    mkdirSync(folder);
    for (const name of names) writeFileSync(join(folder, name), '');
    bash = openTerminal(['--noprofile', '-i'], {
      node: 'bash',
      bin: '--norc',
      cwd: folder,
      env: { ...box.env, PS1: 'ready> ', HISTFILE: undefined },
    });
    await bash.waitFor('ready> ');
    const lines = ['bind "set enable-bracketed-paste off"', 'integrations() { local IFS=\'|\'; echo "got: $*."; }'];
    for (const line of [...lines, 'source ../completion.bash', ...settings]) {
      bash.answer(line);
      await bash.waitFor('\nready> ');
    }
  });

  /** Completes a word, closes the quotation mark that is left open, and says what bash made of the word. */
  async function last(typed: string, quote = ''): Promise<string | undefined> {
    bash.send(`integrations ${typed}\t\r`);
    await bash.waitFor(/\n(ready)?> $/);
    if (bash.transcript.endsWith('\n> ')) {
      bash.answer(quote);
      await bash.waitFor('\nready> ');
    }
    return /\ngot: .*\|(.*)\.\r?\n/.exec(bash.transcript.slice(bash.transcript.lastIndexOf('integrations ')))?.[1];
  }

  test.each([
    'key export --file ',
    'key export --file=',
    'scm add --access-token file:',
    'scm add --access-token=file:',
  ])('nothing of what is completed behind %s is run', async (before) => {
    for (const name of names) {
      const found = await last(`${before}${name[0]}`);
      if (name !== '~') expect(found?.replace(/^.*[=:]/, '')).toBe(name);
      for (const quote of ['"', "'"]) await last(`${before}${quote}${name[0]}`, quote);
    }
    expect(readdirSync(folder).sort()).toEqual([...names].sort());
  });
});

test('files with the names of attacks, in a zsh', async () => {
  const box = sandbox();
  writeFileSync(join(box.root, '_integrations'), (await box.run('completion', 'zsh')).stdout);
  const folder = join(box.root, 'work');
  mkdirSync(folder);
  const names = ['a$(touch ran)', 'b`touch ran`', 'c;touch ran;', "d'e;touch ran;'", 'f"g;touch ran;"'];
  for (const name of names) writeFileSync(join(folder, name), '');
  const zsh = openTerminal(['-i'], {
    node: 'zsh',
    bin: '-f',
    cwd: folder,
    env: { ...box.env, PS1: 'ready> ', ZDOTDIR: box.root, TERM: 'dumb' },
  });
  await zsh.waitFor('ready> ');
  const lines = ['autoload -Uz compinit; compinit -u', 'integrations() { local IFS=\'|\'; echo "got: $*."; }'];
  for (const line of [...lines, 'source ../_integrations']) {
    zsh.answer(line);
    await zsh.waitFor(/\n.*ready> /);
  }
  for (const before of ['key export --file ', 'key export --file=', 'scm add --access-token=file:']) {
    for (const name of names) {
      zsh.send(`integrations ${before}${name[0]}\t\r`);
      await zsh.waitFor(/got: .*\.\r?\n/);
      expect(zsh.transcript.slice(zsh.transcript.lastIndexOf('got: '))).toContain(`${name}.`);
    }
  }
  expect(readdirSync(folder).sort()).toEqual([...names].sort());
});

test('files with the names of attacks, in fish, which quotes what it is offered itself', async () => {
  const box = sandbox();
  writeFileSync(join(box.root, 'integrations.fish'), (await box.run('completion', 'fish')).stdout);
  const folder = join(box.root, 'work');
  mkdirSync(folder);
  const names = ['a$(touch ran)', 'b(touch ran)', 'c;touch ran;', "d'e;touch ran;'"];
  for (const name of names) writeFileSync(join(folder, name), '');
  for (const before of ['key export --file ', 'key export --file=', 'scm add --access-token=file:']) {
    for (const name of names) {
      const line = `integrations ${before}${name[0]}`;
      const { stdout } = spawnSync(
        'fish',
        ['--no-config', '-c', `source ../integrations.fish; complete -C --escape '${line}'`],
        { cwd: folder, env: { ...process.env, ...box.env }, encoding: 'utf8' },
      );
      // Read by fish again, an offer is the name and nothing else.
      const offer = stdout.split(/[\t\n]/)[0] ?? '';
      const read = spawnSync('fish', ['--no-config', '-c', `printf '%s' ${offer}`], { cwd: folder, encoding: 'utf8' });
      expect(read.stdout.replace(/^.*[=:]/, '')).toBe(name);
    }
  }
  expect(readdirSync(folder).sort()).toEqual([...names].sort());
});
