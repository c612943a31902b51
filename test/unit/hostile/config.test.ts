import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Config, readConfig } from '../../../src/config/config-file.ts';
import { resolveSettings } from '../../../src/config/settings.ts';
import { AppError } from '../../../src/core/error.ts';
import { processorTime } from '../../support/bounds.ts';
import { anyText, fuzz, mutated } from '../../support/fuzz.ts';

let directories: { config: string; data: string };
const flags = { noInput: true, yes: false, quiet: false, debug: false, noColor: false, noPager: false };

beforeAll(() => {
  const root = mkdtempSync(join(tmpdir(), 'config-'));
  directories = { config: join(root, 'config'), data: join(root, 'data') };
  mkdirSync(directories.config);
});
afterAll(() => rmSync(join(directories.config, '..'), { recursive: true }));

const valid = `current: work
contexts:
  work: { databaseUrl: mysql://release@db.acme.test:3306/platform, keyStore: keychain, tenant: Acme, output: json }
  home: { databaseUrl: "sqlite:/x.db", account: a@b.test }
`;
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  anyText,
  fc.constantFrom('keychain', 'file', 'sqlite:/x.db', 'mysql://u@h/d'),
);
const settings = fc.dictionary(
  fc.constantFrom('databaseUrl', 'keyStore', 'tenant', 'account', 'output', '__proto__', 'constructor', 'x'),
  value,
  { maxKeys: 4 },
);
const configs = fc.record(
  { current: value, contexts: fc.oneof(fc.dictionary(anyText, fc.oneof(settings, value), { maxKeys: 3 }), value) },
  { requiredKeys: [] },
);
const pieces = fc.array(
  fc.constantFrom(
    'current',
    'contexts',
    ': ',
    '\n',
    '  ',
    '- ',
    '&a ',
    '*a',
    '<<: ',
    '!!binary ',
    '!!js/function ',
    '? ',
    '| ',
    '>-',
    '"',
    "'",
    '#',
    '{',
    '}',
    '[',
    ']',
    ',',
    '---\n',
    '%YAML 9.9\n',
    '\t',
    'work',
    '~',
    '1e999',
    '\ufeff',
  ),
  { maxLength: 30 },
);
const files: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  mutated(valid),
  configs.map((config) => stringify(config)),
  configs.map((config) => JSON.stringify(config)),
  pieces.map((parts) => parts.join('')),
  anyText,
  fc.uint8Array({ maxLength: 300 }),
  fc.integer({ min: 1, max: 3_000 }).map((depth) => '['.repeat(depth)),
  fc
    .integer({ min: 1, max: 300 })
    .map((depth) => Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}a:`).join('\n')),
  fc
    .integer({ min: 1, max: 30 })
    .map(
      (count) =>
        `a0: &a0 [x]\n${Array.from({ length: count }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`).join('\n')}`,
    ),
);

test('a configuration, whatever stands there: settings, or a refusal that quotes nothing of it', async () => {
  const warnings: Error[] = [];
  process.on('warning', (warning) => void warnings.push(warning));
  await fuzz('configuration', files, async (content) => {
    const path = join(directories.config, 'config.yaml');
    writeFileSync(path, content, { mode: 0o600 });
    const read = await processorTime(() => readConfig(directories).catch((error: unknown) => error as Error));
    expect(read.milliseconds).toBeLessThan(2_000);
    if (read.result instanceof Error) {
      const error = read.result;
      expect(error).toBeInstanceOf(AppError);
      expect([(error as AppError).code, error.message.startsWith(path)]).toEqual(['USAGE', true]);
      return;
    }
    const config: Config = read.result;
    expect(typeof config.current).toBe('string');
    for (const context of Object.values(config.contexts)) {
      for (const each of Object.values(context)) expect(typeof each).toBe('string');
    }
    expect(({} as Record<string, unknown>)['databaseUrl']).toBeUndefined();
    for (const context of [undefined, ...Object.keys(config.contexts)]) {
      try {
        resolveSettings(context === undefined ? flags : { ...flags, context }, {}, config, directories);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect(['USAGE', 'NOT_FOUND']).toContain((error as AppError).code);
      }
    }
  });
  // They are printed, with the line that they are about.
  expect(warnings).toEqual([]);
});
