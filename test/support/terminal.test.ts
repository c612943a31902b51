import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sandbox } from './cli.ts';
import { pictureOf } from './picture.ts';
import { renderCells, renderScreen } from './screen.ts';
import { openTerminal, type TerminalOptions } from './terminal.ts';

/** Stands in for the product: a program that asks and answers. */
function open(source: string, options: TerminalOptions = {}) {
  const bin = join(sandbox().root, 'program.cjs');
  writeFileSync(bin, source);
  return openTerminal([], { ...options, bin });
}

const asker = `
  const rl = require('node:readline').createInterface({ input: process.stdin, output: process.stdout });
  rl.on('SIGINT', () => { console.log('Cancelled.'); process.exit(130); });
  rl.on('close', () => process.exit(7));
  rl.question('\\x1b[32mName?\\x1b[39m ', (name) => console.log('Hello ' + name + ' on ' + process.stdout.columns));`;

test('it waits for text, types, and sees what is printed', async () => {
  const terminal = open(asker, { cols: 61 });
  await terminal.waitFor('Name?');
  terminal.answer('Zoë');
  await terminal.waitFor(/Hello Zoë on 61/);
  expect(terminal.screen().split('\n')).toEqual(['Name? Zoë', 'Hello Zoë on 61']);
});

test('keys reach the program, and its status comes back', async () => {
  const interrupted = open(asker);
  await interrupted.waitFor('Name?');
  interrupted.key('ctrl-c');
  await interrupted.waitFor('Cancelled.');
  expect(await interrupted.exit).toBe(130);

  const closed = open(asker);
  await closed.waitFor('Name?');
  closed.key('ctrl-d');
  expect(await closed.exit).toBe(7);
});

test('what never comes is reported with the transcript', async () => {
  const terminal = open(asker);
  await terminal.waitFor('Name?');
  await expect(terminal.waitFor('Surname?', 200)).rejects.toThrow(/200 ms passed before Surname\? was seen.*Name\?/s);
  terminal.key('ctrl-d');
  await expect(terminal.waitFor('Surname?')).rejects.toThrow('It ended with 7');
});

test('closing ends the program and what it started', async () => {
  const terminal = open(`
    const child = require('node:child_process').spawn('sleep', ['60']);
    console.log('child ' + child.pid + '.');
    setInterval(() => {}, 1000);`);
  await terminal.waitFor(/child \d+\./);
  const pid = Number(/child (\d+)/.exec(terminal.transcript)?.[1]);
  terminal.close();
  expect(await terminal.exit).toBe(128 + 9);
  // An orphan that was killed stays in the process table until init has reaped it.
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
});

test('the screen is what redrawing leaves', () => {
  expect(renderScreen('? Pick\r\n> a\r\n  b\x1b[2A\x1b[G\x1b[J? Pick \x1b[36mb\x1b[39m\r\n', 20)).toBe('? Pick b');
  expect(renderScreen('abcdef', 4)).toBe('abcd\nef');
  expect(renderScreen('spin -\r\x1b[2Kdone', 20)).toBe('done');
});

test('each drawing of a line stands in a line of its own', async () => {
  const spinner = open(`
    const { default: ora } = require(${JSON.stringify(createRequire(import.meta.url).resolve('ora'))});
    const spinner = ora({ text: 'Asking GitHub', discardStdin: false }).start();
    spinner.text = 'Asking Slack';
    spinner.render();
    spinner.stop();
    console.error('asked');`);
  await spinner.waitFor('asked');
  // Which of its frames it shows depends on the clock.
  const told = linesOf(spinner.drawn).map((line) => line.replace(/^\S (?=Asking)/, ''));
  expect(told).toEqual(['Asking GitHub', 'Asking Slack', 'asked']);

  // A prompt's, a progress bar's, and what one line leaves below another.
  const others = open("process.stdout.write('one\\x1b[2K\\x1b[Gtwo\\rthree\\x1b[1Kfour\\x1b[Jfive\\r\\nsix\\x1b[3Gx')");
  await others.exit;
  expect(linesOf(others.drawn)).toEqual(['one', 'two', 'three', 'four', 'five', 'sixx']);
});

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a picture has its colours, and nothing of the text is markup', () => {
  const rows = renderCells('\x1b[1;31m<no>\x1b[39m&\x1b[0m  \x1b[2mdim\x1b[22m', 20);
  const picture = pictureOf(rows, { cols: 20, theme: 'light', title: 'A & B' });
  expect(picture.match(/<(text|title).*/g)).toEqual([
    '<title>A &amp; B</title>',
    '<text x="16" y="30" textLength="33.6" fill="#cf222e" font-weight="bold" xml:space="preserve">&lt;no&gt;</text>',
    '<text x="49.6" y="30" textLength="8.4" font-weight="bold" xml:space="preserve">&amp;</text>',
    '<text x="74.8" y="30" textLength="25.2" fill-opacity="0.65" xml:space="preserve">dim</text>',
  ]);
});
