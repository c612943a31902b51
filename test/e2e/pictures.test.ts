import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../support/cli.ts';
import { choose, personAt, type Reply } from '../support/conversation.ts';
import { pictureOf } from '../support/picture.ts';
import { checkout } from '../support/programs.ts';
import { mishapOf } from '../support/provider-answers.ts';
import { addThere, providerWorld, type World } from '../support/provider-world.ts';
import { sampleOf } from '../support/samples.ts';
import type { Cell } from '../support/screen.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { done } from '../support/workspace.ts';

/*
 * The README's pictures, taken of the program at work on a terminal. Where a screen changed, `npm run pictures` takes
 * them anew; look at them then.
 */

const size = { cols: 80, rows: 24 };

let world: World;
let box: Sandbox;

beforeEach(async () => {
  world = await providerWorld();
  // What a screen shows of its folders is the same in each run.
  const folders = {
    INTEGRATIONS_CONFIG_DIR: '.config/integrations',
    INTEGRATIONS_DATA_DIR: '.local/share/integrations',
  };
  box = sandbox({ ...world.env, ...folders });
  await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file'));
});

test('setup', async () => {
  const terminal = openTerminal(['setup'], { env: box.env, cwd: box.root, ...size });
  const replies: Readonly<Record<string, Reply>> = {
    'What now:': choose('Add GitHub'),
    'Access token:': sampleOf('github').credentials[0]?.value ?? '',
    'Server:': '',
    'Repository URL:': choose('acme/mobile'),
    'Default branch:': choose('main'),
    'Name:': 'mobile',
  };
  const person = personAt(terminal);
  for (let isAdded = false; ; ) {
    const question = (await person.nextQuestion()) ?? '';
    const [start, reply] = Object.entries(replies).find(([each]) => question.startsWith(each)) ?? [];
    if (reply === undefined) throw new Error(`not expected: ${question}`);
    if (start === 'What now:' && isAdded) break;
    if (start === 'Name:') isAdded = true;
    await person.reply(reply);
  }
  await terminal.waitFor('select');
  await isTaken('setup', 'integrations setup', terminal, /^Step \d of \d: SCM/);
});

test('status', async () => {
  await add('github', 'mobile', '--repository-url', 'https://github.com/acme/ci');
  await add('app-store', 'ios');
  await add('play-store', 'android');
  await add('github-actions', 'ios-release', '--scm', 'mobile', '--target', 'ios');
  await add('github-actions', 'android-release', '--scm', 'mobile', '--target', 'android');
  await add('slack', 'releases');
  await add('jira', 'board');
  world.mishaps(mishapOf('INVALID', 'play-store'));
  expect((await box.run('verify', '-q')).status).toBe(3);
  const terminal = openTerminal(['status'], { env: box.env, cwd: box.root, ...size });
  expect(await terminal.exit).toBe(0);
  await isTaken('status', 'integrations status', terminal);
});

async function add(provider: string, name: string, ...more: string[]): Promise<void> {
  const { args, env } = addThere(world, provider, name, ...more);
  await done(box.runWith({ env }, ...args, '-q'));
}

/** Compares what the terminal shows, from the row that begins so, with the pictures that are kept. */
async function isTaken(name: string, command: string, terminal: Terminal, from = /^/): Promise<void> {
  const rows = terminal.cells();
  const first = rows.findIndex((row) => from.test(textOf(row)));
  const last = rows.findLastIndex((row) => textOf(row).trim() !== '');
  const typed = [...`$ ${command}`].map((char): Cell => ({ char, style: { bold: true } }));
  const before = first > 0 ? [[{ char: '…', style: { dim: true } }]] : [];
  const shown = [typed, ...before, ...rows.slice(first, last + 1)];
  for (const theme of ['light', 'dark'] as const) {
    const picture = pictureOf(shown, { ...size, theme, title: `A terminal that shows ${command}` });
    await expect(picture).toMatchFileSnapshot(join(checkout, '.pictures', `${name}-${theme}.svg`));
  }
}

function textOf(row: readonly Cell[]): string {
  return row.map(({ char }) => char).join('');
}
