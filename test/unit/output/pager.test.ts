import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { page, pagerOf } from '../../../src/output/pager.ts';
import { write } from '../../../src/output/streams.ts';

const folder = mkdtempSync(join(tmpdir(), 'pager-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const long = Array.from({ length: 50 }, (_, index) => `line ${index}\n`).join('');

/** Shows a text on a screen of ten lines. */
async function shown(command: string, ...texts: string[]) {
  let screen = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      screen += chunk;
      done();
    },
  });
  const streams = {
    stdin: Readable.from([]),
    stdout: Object.assign(stdout, { isTTY: true, rows: 10, columns: 80 }),
    stderr: stdout,
  };
  const turns: string[] = [];
  const paged = page(command, streams, () => {
    turns.push('theirs');
    return () => void turns.push('ours');
  });
  for (const text of texts) await write(paged.stdout, text);
  await paged.end();
  return { screen, turns };
}

const into = (name: string) => `sh -c 'cat > "$0"' ${join(folder, name)}`;
const kept = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('a pager', () => {
  test('gets all that is longer than the screen, and Ctrl-C as long as it is there', async () => {
    expect(await shown(into('all'), long, 'the end\n')).toEqual({ screen: '', turns: ['theirs', 'ours'] });
    expect(kept('all')).toBe(`${long}the end\n`);
  });

  test('is not started for what fits', async () => {
    expect(await shown(into('none'), 'one\n', 'two\n')).toEqual({ screen: 'one\ntwo\n', turns: [] });
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  test('counts the lines that a terminal makes of a long one', async () => {
    await shown(into('wide'), `${'x'.repeat(800)}\n`);
    expect(kept('wide')).toHaveLength(801);
  });

  test.each(['nonesuch-pager', "it's not quoted"])('that cannot be started (%s) is none', async (command) => {
    expect((await shown(command, long, 'the end\n')).screen).toBe(`${long}the end\n`);
  });

  test('that is quit early is no error', async () => {
    expect((await shown("sh -c 'exit 0'", ...Array.from({ length: 200 }, () => long))).screen).toBe('');
  });
});

describe('which one', () => {
  const terminal = { isTTY: true } as never;

  test.each([
    ['less, where none is chosen', {}, 'less -FRX'],
    ['the chosen one', { PAGER: 'more -s' }, 'more -s'],
    ['none, where it is empty', { PAGER: '' }, undefined],
    ['none, where it is cat', { PAGER: 'cat' }, undefined],
    ['none on a dumb terminal', { TERM: 'dumb' }, undefined],
  ])('%s', (_, env, pager) => expect(pagerOf(env, terminal, false)).toBe(pager));

  test('none with --no-pager, and none where nobody looks', () => {
    expect(pagerOf({}, terminal, true)).toBeUndefined();
    expect(pagerOf({}, {} as never, false)).toBeUndefined();
  });
});
