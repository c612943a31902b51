import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { promptTheme } from '../../../src/input/prompt-theme.ts';
import { usesColor } from '../../../src/output/color.ts';
import { createWait } from '../../../src/output/progress.ts';
import { cut, measureOf, wrapped } from '../../../src/output/width.ts';

describe('colours', () => {
  const screen = { isTTY: true };
  const file = { isTTY: false };

  test.each<[string, Record<string, string>, typeof screen, boolean, boolean]>([
    ['on a terminal', {}, screen, false, true],
    ['not in a file', {}, file, false, false],
    ['not with NO_COLOR', { NO_COLOR: '1' }, screen, false, false],
    ['with an empty NO_COLOR', { NO_COLOR: '' }, screen, false, true],
    ['not with --no-color', { FORCE_COLOR: '1' }, screen, true, false],
    ['not on a dumb terminal', { TERM: 'dumb' }, screen, false, false],
    ['in a file with FORCE_COLOR', { FORCE_COLOR: '1' }, file, false, true],
    ['in a file with an empty FORCE_COLOR', { FORCE_COLOR: '' }, file, false, true],
    ['not with FORCE_COLOR=0', { FORCE_COLOR: '0' }, screen, false, false],
    ['not with NO_COLOR and FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, screen, false, false],
  ])('%s', (_, env, stream, refused, expected) => {
    expect(usesColor(env, stream, refused)).toBe(expected);
  });

  test('are absent from questions where they are refused', () => {
    const { prefix, spinner, style } = promptTheme(false);
    const drawn = [
      ...Object.values(prefix),
      ...spinner.frames,
      style.keysHelpTip([['a', 'b']]),
      ...[style.answer, style.message, style.error, style.help, style.highlight].map((paint) => paint('x')),
    ];
    expect(drawn.join('')).not.toContain('\u001b');
    expect(promptTheme(true).style.error('x')).toBe('\u001b[31mx\u001b[39m');
  });
});

describe('a wait', () => {
  /** A terminal that remembers. */
  function terminal() {
    let text = '';
    const stream = new Writable({
      write(chunk, _, done) {
        text += chunk;
        done();
      },
    });
    const clearLine = () => stream.write('<clear>');
    const moves = { cursorTo: () => true, moveCursor: () => true, clearLine };
    return { stream: Object.assign(stream, { isTTY: true, columns: 80, ...moves }), read: () => text };
  }

  test('that is short shows nothing', async () => {
    const { stream, read } = terminal();
    const wait = createWait(stream, { isWatched: true, color: false });
    expect(await wait('Connecting', async () => 1)).toBe(1);
    await sleep(200);
    expect(read()).toBe('');
  });

  test('that is long says what for, and leaves nothing behind', async () => {
    const { stream, read } = terminal();
    const wait = createWait(stream, { isWatched: true, color: false });
    const failure = wait('Connecting', () =>
      wait('Asking', () => sleep(600).then(() => Promise.reject(new Error('no')))),
    );
    await expect(failure).rejects.toThrow('no');
    expect(read()).toContain('Connecting');
    expect(read()).not.toContain('Asking');
    expect(read().slice(read().lastIndexOf('Connecting'))).toContain('<clear>');
    const before = read();
    await sleep(200);
    expect(read()).toBe(before);
  });

  test('that nobody watches is only done', async () => {
    const { stream, read } = terminal();
    const wait = createWait(stream, { isWatched: false, color: false });
    await wait('Connecting', () => sleep(300));
    expect(read()).toBe('');
  });
});

describe('widths', () => {
  test('of plain letters need no table of wide characters, and agree with it', async () => {
    const measure = await measureOf(['Zoë…', 'Größe', 'Привет', 'αβγ', '®©']);
    expect(['Zoë…', 'Größe', 'Привет', 'αβγ', '®©'].map(measure)).toEqual([4, 5, 6, 3, 2]);
    const wide = await measureOf(['日']);
    for (const text of ['Zoë…', 'Größe', 'Привет', 'αβγ', '®©']) expect(wide(text)).toBe(measure(text));
    expect(wide('日本')).toBe(4);
  });

  test('cut, pad and wrap', async () => {
    const measure = await measureOf(['日']);
    expect(cut('日本語', 6, measure)).toBe('日本語');
    expect(cut('日本語', 5, measure)).toBe('日本…');
    expect(cut('日本語', 4, measure)).toBe('日…');
    expect(wrapped('a bb  ccc', 4, measure)).toEqual(['a bb', 'ccc']);
    expect(wrapped('日本語', 4, measure)).toEqual(['日本', '語']);
    expect(wrapped('a\n\nb', 4, measure)).toEqual(['a', '', 'b']);
  });
});
