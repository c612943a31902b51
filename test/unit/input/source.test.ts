import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppError } from '../../../src/core/error.ts';
import { createSources, isSource } from '../../../src/input/source.ts';
import { endsWithin } from '../../support/bounds.ts';

type Stdin = Parameters<typeof createSources>[1];

const wanted = { flag: '--access-token', field: 'accessToken' };
const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

function stdinOf(...chunks: (string | Buffer)[]): Stdin {
  return Readable.from(chunks.map((chunk) => Buffer.from(chunk))) as unknown as Stdin;
}

async function read(source: string, { env = {}, stdin = stdinOf() } = {}): Promise<string> {
  return (await createSources(env, stdin).read(wanted, source)).reveal();
}

/** The refusal, which is USAGE, names the flag and the field, and does not hold the token. */
async function refusal(source: string, more: Parameters<typeof read>[1] = {}): Promise<AppError> {
  const error = await read(source, more).then(
    () => new Error('it was taken'),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'USAGE', exitStatus: 64, field: 'accessToken' });
  const { message, hint } = error as AppError;
  expect(message).toContain('--access-token');
  expect(`${message} ${hint}`).not.toContain(token);
  return error as AppError;
}

describe('env:', () => {
  test.each(['INTEGRATIONS_KEYRING', 'integrations_keyring', 'INTEGRATIONS_DATABASE_PASSWORD'])(
    'a variable of our own gives nothing but keys: %s',
    async (name) => {
      expect((await refusal(`env:${name}`, { env: { [name]: token } })).message).toMatch(/variable of our own/);
      const sources = createSources({ [name]: token }, stdinOf());
      expect((await sources.read({ ...wanted, isRing: true }, `env:${name}`)).reveal()).toBe(token);
    },
  );

  test('is the value of a variable, as it stands there', async () => {
    expect(await read('env:TOKEN', { env: { TOKEN: ` ${token}\n` } })).toBe(` ${token}\n`);
    expect(await read('env:_a1', { env: { _a1: 'x' } })).toBe('x');
  });

  test('that is empty counts as unset', async () => {
    expect((await refusal('env:TOKEN', { env: { TOKEN: '' } })).message).toMatch(/variable TOKEN is empty$/);
    expect((await refusal('env:TOKEN')).message).toMatch(/variable TOKEN is not set$/);
  });

  test('does not reach what objects have by themselves', async () => {
    expect((await refusal('env:constructor', { env: Object.create({ constructor: 'x' }) as object })).code).toBe(
      'USAGE',
    );
  });

  test.each([
    `env:${token}`,
    'env:glpat-0123456789abcdefghij',
    'env:xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy',
    'env:-----BEGIN PRIVATE KEY-----',
    'env:eyJhbGciOiJkaXIifQ..a.b.c',
    'env:lin_api_0123456789abcdefghij0123456789abcdefghij',
    'env:11aabbccddeeff00112233445566778899',
  ])('a shell that put the token in its place does not make us repeat it: %s', async (source) => {
    expect(`${(await refusal(source)).message}`).not.toContain(source.slice('env:'.length));
  });

  test.each(['env:', 'env:1X', 'env:A B', 'env:A=b', 'env:$TOKEN', 'env:TÖKEN', 'env:A\nB'])(
    '%j is no name',
    async (source) => {
      expect((await refusal(source)).message).toContain('not the name of an environment variable');
    },
  );
});

describe('file:', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'source-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, content: string | Buffer): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return `file:${path}`;
  }

  test('is the text of a file', async () => {
    expect(await read(file('token', `${token}\n`))).toBe(`${token}\n`);
    expect(await read(file('Zoë 日本語', 'ä🚀'))).toBe('ä🚀');
    expect(await read(file('bom', '\ufeffx'))).toBe('x');
  });

  test('of 64 KB and no more', async () => {
    expect(await read(file('large', 'x'.repeat(65_536)))).toHaveLength(65_536);
    expect((await refusal(file('larger', 'x'.repeat(65_537)))).message).toMatch(/larger is larger than 64 KB$/);
    expect((await refusal('file:/dev/zero')).message).toMatch(/larger than 64 KB$/);
  });

  test('may be a descriptor', async () => {
    const descriptor = openSync(file('descriptor', `${token}\n`).slice('file:'.length), 'r');
    expect(await read(`file:/dev/fd/${descriptor}`)).toBe(`${token}\n`);
    closeSync(descriptor);
  });

  /** A named pipe, and a shell that does something with it as `$0`. */
  function pipe(name: string, script: string): string {
    const path = join(folder, name);
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    spawn('sh', ['-c', script, path], { stdio: 'ignore' });
    return `file:${path}`;
  }

  test('may be a pipe, whose writer comes late and writes slowly', async () => {
    const writer = 'sleep 0.5; { printf %s first-; sleep 0.5; printf second; } > "$0"';
    expect(await read(pipe('slow', writer))).toBe('first-second');
    expect(await read(pipe('large-pipe', 'head -c 65536 /dev/zero | tr "\\0" x > "$0"'))).toHaveLength(65_536);
    expect((await refusal(pipe('larger-pipe', 'yes > "$0"'))).message).toMatch(/larger-pipe is larger than 64 KB$/);
  });

  test('that is a pipe to which nobody writes is given up in seconds, and nothing waits meanwhile', async () => {
    let ticks = 0;
    const clock = setInterval(() => {
      ticks += 1;
    }, 100);
    expect(await endsWithin(7_000, refusal(pipe('dead', ':')))).toMatchObject({
      message: expect.stringMatching(/: nobody writes to the pipe .*dead$/),
      hint: 'Start what writes to it, or name a file.',
    });
    clearInterval(clock);
    expect(ticks).toBeGreaterThan(20);
  });

  test('that cannot be read is named with the reason', async () => {
    expect((await refusal(`file:${folder}/missing`)).message).toMatch(/missing: there is no such file$/);
    expect((await refusal(`file:${folder}`)).message).toMatch(/: it is a directory$/);
    expect((await refusal(`${file('plain', 'x')}/deeper`)).message).toMatch(/a part of the path is not a directory$/);
    expect((await refusal('file:')).message).toMatch(/no path follows/);
    expect((await refusal('file:a\0b')).message).toMatch(/cannot read the file a\\u0000b/);
    expect((await refusal(`file:${'x/'.repeat(5_000)}`)).message.length).toBeLessThan(500);
  });

  test('that is empty or no text is refused', async () => {
    expect((await refusal(file('empty', ''))).message).toMatch(/empty is empty$/);
    expect((await refusal(file('blank', ' \n'))).message).toMatch(/blank is empty$/);
    expect((await refusal(file('binary', Buffer.from([0x67, 0xff, 0x00])))).message).toMatch(/is not text$/);
  });

  test('a token in the place of a path is not repeated', async () => {
    expect((await refusal(`file:${token}`)).message).toMatch(/the file that it names/);
  });
});

describe('standard input', () => {
  test('is read to its end, whatever the chunks', async () => {
    const bytes = Buffer.from('日本語');
    expect(await read('-', { stdin: stdinOf('a', bytes.subarray(0, 2), bytes.subarray(2), '\n') })).toBe('a日本語\n');
  });

  test('serves one flag of a command', async () => {
    const sources = createSources({}, stdinOf('one'));
    expect((await sources.read(wanted, '-')).reveal()).toBe('one');
    await expect(sources.read({ flag: '--refresh-token', field: 'refreshToken' }, '-')).rejects.toMatchObject({
      code: 'USAGE',
      field: 'refreshToken',
      message: expect.stringMatching(/--access-token and --refresh-token/),
    });
  });

  test('that is empty, too long, no text, or a terminal is refused', async () => {
    for (const [stdin, reason] of [
      [stdinOf(), /is empty$/],
      [stdinOf(' \n'), /is empty$/],
      [stdinOf('x'.repeat(40_000), 'x'.repeat(40_000)), /more than 64 KB$/],
      [stdinOf(Buffer.from([0xff])), /is not text$/],
      [Object.assign(stdinOf(token), { isTTY: true }), /terminal/],
    ] as const) {
      expect((await refusal('-', { stdin })).message).toMatch(reason);
    }
  });
});

describe('anything else', () => {
  test.each([token, '', ' -', '--', 'ENV:TOKEN', 'File:x', 'value:x', 'keep', 'https://x.test/file:y', './token'])(
    '%j is refused, with what to write instead',
    async (source) => {
      const { message, hint } = await refusal(source);
      expect(message).toContain('process list');
      expect(hint).toBe('--access-token env:NAME, --access-token file:PATH, or --access-token - for standard input');
      expect(isSource(source)).toBe(false);
    },
  );

  test('any text of some length is not repeated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 12 }), async (source) => {
        fc.pre(!isSource(source));
        expect((await refusal(source)).message).not.toContain(source);
      }),
    );
  });

  test('what names a source is known as one', () => {
    expect(['-', 'env:', 'env:X', 'file:', 'file:x y'].map(isSource)).toEqual([true, true, true, true, true]);
  });
});
