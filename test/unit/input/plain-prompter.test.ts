import { Readable, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createPlainPrompter } from '../../../src/input/plain-prompter.ts';
import type { Prompter } from '../../../src/input/prompter.ts';
import { StepBack } from '../../../src/input/step-back.ts';

/** Answers with what a person types, a line each; what was shown, beside the answer. */
async function asked<T>(question: (ask: Prompter) => Promise<T>, typed: string, answered = 0) {
  let screen = '';
  const raw: boolean[] = [];
  const stderr = new Writable({
    write(chunk, _, done) {
      screen += chunk;
      done();
    },
  });
  const stdin = Object.assign(Readable.from([Buffer.from(typed)]), { setRawMode: (on: boolean) => raw.push(on) });
  const ask = createPlainPrompter({ stdin, stdout: stderr, stderr }, { answered });
  return { answer: await question(ask), screen, raw };
}

const choices = [
  { name: 'GitHub', value: 'github' },
  { name: 'GitLab', value: 'gitlab' },
  { name: 'Bitbucket', value: 'bitbucket', disabled: 'there is one already' },
];

describe('on a terminal that can only print', () => {
  test('a line, with its help before it and its default in brackets', async () => {
    const question = { message: 'Branch:', default: 'main', help: ['The one that is built.'] };
    expect(await asked((ask) => ask.text(question), '\n')).toEqual({
      answer: 'main',
      screen: '  The one that is built.\nBranch: (main) ',
      raw: [],
    });
    expect((await asked((ask) => ask.text(question), 'next\r\n')).answer).toBe('next');
    expect((await asked((ask) => ask.text({ ...question, mayEmpty: true }), ' \n')).answer).toBe('');
  });

  test('an answer that does not fit is asked for again, with the reason', async () => {
    const check = (typed: string) => (typed === 'no' ? 'Not that one' : undefined);
    const { answer, screen } = await asked((ask) => ask.text({ message: 'Name:', check }), 'no\nyes\n');
    expect([answer, screen]).toEqual(['yes', 'Name: > Not that one\nName: ']);
  });

  test('nothing of a credential is shown, and keys that edit it are heard', async () => {
    const { answer, screen, raw } = await asked(
      (ask) => ask.hidden({ message: 'Token:' }),
      'wrong\u0015ghx\u007fp_1\r',
    );
    expect([answer, screen, raw]).toEqual(['ghp_1', 'Token: \n', [true, false]]);
  });

  test('a key is pasted whole', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----';
    expect((await asked((ask) => ask.hiddenLines({ message: 'Key:' }), `${key}\n`)).answer).toBe(key);
  });

  test('a choice is a number, and what cannot be chosen says why', async () => {
    const { answer, screen } = await asked(
      (ask) => ask.select({ message: 'Provider:', choices, default: 'gitlab' }),
      '3\nnone\n2\n',
    );
    expect(answer).toBe('github');
    const list = 'Provider:\n  1) GitLab\n  2) GitHub\n  -) (there is one already) Bitbucket\n';
    expect(screen).toBe(
      `${list}Number: > there is one already\n${list}Number: > Type a number from 1 to 3\n${list}Number: `,
    );
  });

  test('a long list is narrowed by what is typed', async () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ name: `acme/app-${index}`, value: index }));
    const always = [{ name: 'Type it', value: -1 }];
    const { answer, screen } = await asked(
      (ask) => ask.search({ message: 'Repository:', choices: many, always }),
      'APP-27\n1\n',
    );
    expect(answer).toBe(27);
    expect(screen).toContain('  21) Type it\n  and 10 more: type a part of the name to see fewer\nNumber: ');
    expect(screen).toContain('Repository:\n  1) acme/app-27\n  2) Type it\nNumber: ');
  });

  test.each([
    ['', true],
    ['n', false],
    ['YES', true],
    ['maybe\nno', false],
  ])('yes or no: %j', async (typed, answer) => {
    expect((await asked((ask) => ask.confirm({ message: 'Go on?', default: true }), `${typed}\n`)).answer).toBe(answer);
  });

  test('the end of input, Ctrl-C in a credential and Esc lead out', async () => {
    const text = (ask: Prompter) => ask.text({ message: 'Name:' });
    await expect(asked(text, 'half')).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(asked((ask) => ask.hidden({ message: 'Token:' }), 'x\u0003')).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await expect(asked(text, '\u001b\n')).rejects.toBeInstanceOf(StepBack);
  });

  test('says that Esc leads back where there is a question before', async () => {
    const text = (ask: Prompter) => ask.text({ message: 'Name:' });
    expect((await asked(text, 'x\n')).screen).toBe('Name: ');
    expect((await asked(text, 'x\n', 1)).screen).toBe('  Esc and Enter go one question back\nName: ');
  });
});
