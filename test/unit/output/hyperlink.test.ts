import { expect, test } from 'vitest';
import { hyperlink, takesHyperlinks } from '../../../src/output/hyperlink.ts';
import { renderLines } from '../../../src/output/table.ts';

const terminal = { isTTY: true };

test.each<[string, Record<string, string>, boolean]>([
  ['an unknown terminal', { TERM: 'xterm-256color' }, false],
  ['kitty', { TERM: 'xterm-kitty' }, true],
  ['iTerm', { TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, true],
  ['VTE', { TERM: 'xterm-256color', VTE_VERSION: '7600' }, true],
  ['VTE before links', { TERM: 'xterm-256color', VTE_VERSION: '4600' }, false],
  ['tmux inside VTE', { TERM: 'tmux-256color', VTE_VERSION: '7600' }, false],
  ['a CI that shows colours', { TERM: 'xterm-kitty', CI: 'true' }, false],
  ['a dumb one', { TERM: 'dumb', FORCE_HYPERLINK: '1' }, false],
  ['one that is said to', { TERM: 'xterm-256color', FORCE_HYPERLINK: '1' }, true],
  ['one that is said not to', { TERM: 'xterm-kitty', FORCE_HYPERLINK: '0' }, false],
])('%s', (_, env, takes) => {
  expect(takesHyperlinks(env, terminal)).toBe(takes);
  expect(takesHyperlinks(env, {})).toBe(false);
});

test('an address is one line however narrow the screen is, and a link where that is shown', async () => {
  const address = `https://acme.test/${'a'.repeat(60)}`;
  const lines = [['Token', `Where: ${'word '.repeat(12).trim()}`] as const, ['', address] as const];
  const plain = await renderLines(lines, { width: 40, color: false });
  expect(plain.split('\n')).toContain(`       ${address}`);
  const linked = await renderLines(lines, { width: 40, color: false, links: true });
  expect(linked).toBe(plain.replace(address, `\x1b]8;;${address}\x1b\\${address}\x1b]8;;\x1b\\`));
});

test('an address moves no cursor, and ends no link', () => {
  expect(hyperlink('https://acme.test/\x1b\\\x07x')).toBe(
    '\x1b]8;;https://acme.test/\\u001b\\\\u0007x\x1b\\https://acme.test/\\u001b\\\\u0007x\x1b]8;;\x1b\\',
  );
});
