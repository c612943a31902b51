import { getSystemErrorMap } from 'node:util';
import { expect, test } from 'vitest';
import { lastWords } from '../../../src/cli/last-words.ts';
import { systemHint, systemReason } from '../../../src/files/system-error.ts';

test('every error of the system has words, not a code alone', () => {
  for (const [errno, [code]] of getSystemErrorMap()) {
    const error = Object.assign(new Error(`${code}: secret, open '/secret'`), { errno, code });
    expect(systemReason(error)).toMatch(/^[a-z]/);
    expect(systemReason(error)).not.toMatch(/secret|^E[A-Z]+$/);
  }
});

test.each([
  ['EMFILE', 'too many files are open', /ulimit -n/],
  ['ENOMEM', 'there is too little memory', /programs/],
  ['ERR_DLOPEN_FAILED', /another version of Node/, /Install it again/],
  ['MODULE_NOT_FOUND', 'a part of it is missing', /Install it again/],
])('%s says what to do', (code, reason, hint) => {
  const error = Object.assign(new Error('secret'), { code });
  expect(systemReason(error)).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
  expect(systemHint(error)).toMatch(hint);
});

test('last words: the kind of an error and no more, for people and for scripts', () => {
  const error = Object.assign(new Error('secret'), { code: 'EMFILE' });
  expect(lastWords(error, ['scm', 'list'])).toBe(
    'error: the program had to end: too many files are open\nhint:  Raise the limit: ulimit -n 1024\n',
  );
  for (const args of [['--json'], ['-o', 'json'], ['-ojsonl'], ['--output=json']]) {
    expect(JSON.parse(lastWords(error, args))).toMatchObject({ error: { code: 'INTERNAL', field: null } });
  }
  const bug = new TypeError('secret');
  expect(lastWords(bug, [])).toMatch(/^error: the program had to end: TypeError\nhint: {2}Run it again with --debug/);
  expect(lastWords(bug, ['--debug'])).toMatch(/^debug: +at /);
  expect(lastWords(bug, ['--debug'])).not.toContain('secret');
});
