import { describe, expect, test } from 'vitest';
import { messageText, noteText } from '../../../src/output/message.ts';
import { toneOf } from '../../../src/output/tone.ts';

const plain = { color: false, width: undefined };

describe('a message', () => {
  test('is one line where nobody looks', () => {
    const text = 'no scm integration named "acme" in the tenant "Acme"';
    expect(messageText('error', text, plain)).toBe(`error: ${text}\n`);
    expect(messageText('hint', text, plain)).toBe(`hint:  ${text}\n`);
    expect(messageText('warning', text, plain)).toBe(`warning: ${text}\n`);
  });

  test('goes on beneath its beginning at the end of the terminal', () => {
    expect(
      messageText('error', 'no scm integration named "acme" in the tenant "Acme"', { color: false, width: 40 }),
    ).toBe('error: no scm integration named "acme"\n       in the tenant "Acme"\n');
  });

  test('keeps an address whole, which people click at', () => {
    const address = 'https://github.com/settings/personal-access-tokens';
    expect(messageText('hint', `Make one at ${address} then`, { color: false, width: 40 })).toBe(
      `hint:  Make one at\n       ${address}\n       then\n`,
    );
  });

  test('keeps a command one that can be copied', () => {
    const command = 'integrations scm update mobile --organization acme';
    expect(messageText('hint', command, { color: false, width: 40 })).toBe(
      'hint:  integrations scm update mobile \\\n           --organization acme\n',
    );
  });

  test('has a colour in its first word alone', () => {
    const style = { color: true, width: undefined };
    expect(messageText('error', 'no', style)).toBe('\u001b[31merror:\u001b[39m no\n');
    expect(messageText('warning', 'no', style)).toBe('\u001b[33mwarning:\u001b[39m no\n');
    expect(messageText('hint', 'no', style)).toBe('\u001b[36mhint:\u001b[39m  no\n');
  });
});

test('a note goes on beneath the beginning of each of its lines', () => {
  expect(noteText('Two steps:\n  the first of them is a long one', { color: false, width: 24 })).toBe(
    'Two steps:\n  the first of them is a\n  long one\n',
  );
});

test.each([
  ['green', ['VALID', 'valid', 'passed', 'ok', 'create']],
  ['red', ['INVALID', 'EXPIRED', 'invalid', 'expired', 'failed', 'error', 'delete']],
  ['yellow', ['NOT_VERIFIED', 'undecided', 'unproven', 'warning', 'update']],
])('%s means the same everywhere', (tone, words) => {
  for (const word of words) expect(toneOf(word), word).toBe(tone);
});
