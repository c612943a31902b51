import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../../src/core/error.ts';
import { readSecretText } from '../../../src/input/secret-text.ts';
import { createSources } from '../../../src/input/source.ts';
import { anyText, fuzz } from '../../support/fuzz.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Stdin = Parameters<typeof createSources>[1];
const wanted = { flag: '--access-token', field: 'accessToken' };
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  anyText.map((text) => Buffer.from(text)),
  fc.integer({ min: 65_530, max: 65_540 }).map((length) => Buffer.alloc(length, 'x')),
  fc.constant(Buffer.from([0xef, 0xbb, 0xbf, 0x78])),
);
const given = fc.record({
  name: fc.oneof(anyText, fc.constantFrom('TOKEN', 'token', '_', 'A1', '__proto__', 'constructor')),
  variable: anyText,
  content: bytes,
  typed: anyText,
});

/** What was read; undefined for a refusal, which is one of ours and short. */
async function read(reading: () => Promise<{ reveal(): string }>, secret: string): Promise<string | undefined> {
  try {
    return (await reading()).reveal();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    const { code, message, hint } = error as AppError;
    expect([code, message.includes('--access-token')]).toEqual(['USAGE', true]);
    expect(message.length).toBeLessThan(600);
    if (secret.length > 20) expect(`${message} ${hint}`).not.toContain(secret);
    return undefined;
  }
}

test('a source, whatever is given as one and whatever stands there: its text, or a refusal', async () => {
  await fuzz('env:, file:, - and prompts', given, async ({ name, variable, content, typed }) => {
    const path = join(folder, 'content');
    writeFileSync(path, content);
    const stdin = Readable.from([content.subarray(0, 3), content.subarray(3)]) as unknown as Stdin;
    const env = Object.defineProperty({}, name, { value: variable, enumerable: true, configurable: true }) as Record<
      string,
      string
    >;
    const sources = createSources(env, stdin);
    const text = content.toString('utf8');

    const fromVariable = await read(() => sources.read(wanted, `env:${name}`), variable);
    if (fromVariable !== undefined) expect([fromVariable, /^[A-Za-z_]\w*$/.test(name)]).toEqual([variable, true]);
    for (const got of [
      await read(() => sources.read(wanted, `file:${path}`), text),
      await read(() => sources.read(wanted, '-'), text),
    ]) {
      if (got === undefined) continue;
      expect(Buffer.from(got).equals(Buffer.from(text.replace(/^\ufeff/, '')))).toBe(true);
      expect([got.trim() === '', content.length <= 65_536]).toEqual([false, true]);
    }
    if (!/^(-|env:|file:)/.test(typed)) expect(await read(() => sources.read(wanted, typed), typed)).toBeUndefined();
    else if (typed.startsWith('file:') && !/^file:\/?(dev|proc)/.test(typed))
      await read(() => sources.read(wanted, typed), '');
    const field = { kind: 'token', label: '--access-token', name: 'accessToken' } as const;
    if (!typed.trim().startsWith('file:')) await read(() => readSecretText(field, typed, sources), '');
  });
});
