import { describe, expect, test } from 'vitest';
import { outputOf } from '../../../src/files/program-output.ts';
import { endsWithin } from '../../support/bounds.ts';

const origin = 'INTEGRATIONS_KEYRING_COMMAND';
const node = process.execPath;
const outcome = (command: string, patienceMs?: number) =>
  outputOf(command, { origin, code: 'KEY_UNAVAILABLE', ...(patienceMs === undefined ? {} : { patienceMs }) });
/** What the program says of its arguments. */
const echo = async (words: string) =>
  JSON.parse(await outcome(`${node} -p 'JSON.stringify(process.argv.slice(1))' -- ${words}`));

describe('the words of a command are split as a shell splits them', () => {
  test.each<[string, string[]]>([
    ['a b', ['a', 'b']],
    ['  a \t b\n', ['a', 'b']],
    [`'a b' "c d"`, ['a b', 'c d']],
    [`a' b'"c "d`, ['a bc d']],
    [`a\\ b \\'`, ['a b', "'"]],
    [`"a\\"b" '\\'`, ['a"b', '\\']],
    [`'' ""`, ['', '']],
    ['--name=日本 "é à"', ['--name=日本', 'é à']],
    // No shell reads it: these mean nothing.
    ['a|b $HOME *.json ; > x & #c `d`', ['a|b', '$HOME', '*.json', ';', '>', 'x', '&', '#c', '`d`']],
  ])('%s', async (words, expected) => expect(await echo(words)).toEqual(expected));
});

test('what it prints is taken as it is, without a mark of its encoding', async () => {
  expect(await outcome(`${node} -e 'process.stdout.write("\\uFEFF s3cret\\n\\n")'`)).toBe(' s3cret\n\n');
});

test('it has no input to wait for', async () => {
  expect(await outcome(`sh -c 'cat; echo done'`)).toBe('done\n');
});

test.each<[what: string, command: string, reason: RegExp]>([
  ['fails', `sh -c 'echo s3cret; echo s3cret >&2; exit 3'`, /names ended with status 3$/],
  ['is ended', `sh -c 'echo s3cret; kill -TERM $$'`, /was ended by SIGTERM$/],
  ['is not there', '/nonexistent/s3cret --token s3cret', /cannot be run: there is no such program$/],
  ['may not be run', '/etc/passwd s3cret', /cannot be run: permission denied$/],
  ['prints nothing', 'true', /prints nothing$/],
  ['prints blanks', `printf ' \\n'`, /prints nothing$/],
  ['prints without end', 'yes s3cret', /prints more than 1024 KB$/],
  ['is half a word', `vault 's3cret`, /not written as a shell would read it/],
  ['has no name', `''`, /has no name$/],
])('one that %s: told without what it said', async (_, command, reason) => {
  const error = await outcome(command).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'KEY_UNAVAILABLE', exitStatus: 4, message: expect.stringMatching(reason) });
  const { message, hint } = error as { message: string; hint: string };
  expect(message).toMatch(/^the program that INTEGRATIONS_KEYRING_COMMAND names /);
  expect(`${message} ${hint}`).not.toContain('s3cret');
});

test('one that does not end is given up, though what it has started goes on', async () => {
  const output = outcome(`sh -c 'echo s3cret; sleep 20; echo'`, 300);
  await expect(endsWithin(5_000, output)).rejects.toMatchObject({
    message: 'the program that INTEGRATIONS_KEYRING_COMMAND names did not end within 0.3 seconds',
  });
});
