import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { AppError } from '../../../src/core/error.ts';
import { hasUnprintable } from '../../../src/core/text.ts';
import { type TenantDocument, tenantDocuments, unfitValues } from '../../../src/manifest/document.ts';
import { type Problem, refuseProblems } from '../../../src/manifest/problem.ts';
import { resolveSources } from '../../../src/manifest/resolve-sources.ts';
import { readTexts } from '../../../src/manifest/text.ts';
import { providers } from '../../../src/providers/index.ts';
import { processorTime } from '../../support/bounds.ts';
import { anyText, fuzz, mutated } from '../../support/fuzz.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Stands wherever a file may hold something of its own. */
const mark = 'Zq7XkW9vJd3B';

/** All that is done with a manifest before the database is asked. @throws AppError */
async function read(content: string | Uint8Array, isStdin: boolean): Promise<TenantDocument[]> {
  const path = isStdin ? '-' : join(folder, 'acme.yaml');
  if (!isStdin) writeFileSync(path, content);
  const problems: Problem[] = [];
  const texts = await readTexts([path], Readable.from([Buffer.from(content as string)]), problems);
  const documents = texts.flatMap((text) => [...tenantDocuments(text, problems)]);
  await resolveSources(documents, { env: { [mark]: 'ghp_1', EMPTY: '' }, allowOutside: false }, problems);
  problems.push(...documents.flatMap(unfitValues));
  refuseProblems(problems);
  return documents;
}

async function refusalOf(content: string | Uint8Array, isStdin: boolean): Promise<AppError | undefined> {
  try {
    await read(content, isStdin);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return error as AppError;
  }
}

const example = readFileSync(new URL('../../../src/manifest/example.yaml', import.meta.url), 'utf8');
const valid = `# ${mark}
tenant: ${mark}
scm:
  - name: ${mark}
    type: github
    organization: ${mark}
    repositoryUrl: https://github.com/${mark}/mobile
    accessToken: env:${mark}
    defaultBranch: &branch ${mark}
    refreshToken: keep
targets: []
pipelines:
  - { name: ${mark}, type: jenkins, scm: ${mark}, target: "${mark}", jenkinsUrl: "https://${mark}.test", jenkinsUsername: ${mark}, jenkinsApiToken: "file:${mark}.txt", jenkinsJobPath: ${mark}, environmentVariables: { ${mark}: *branch, LANE: ${mark} }, buildTimeout: 900 }
communication:
  - { name: ${mark}, type: slack, slackBotToken: "value:xoxb-${mark}", slackChannels: ["#${mark}"], notifyOnEvents: [${mark}] }
tickets:
  - { name: ${mark}, type: jira, jiraUrl: ${mark}, jiraEmail: ${mark}@acme.test, jiraApiToken: ${mark}, epicTemplate: { ${mark}: [1, ${mark}] }, credentialExpiresAt: ${mark} }
`;

const keys = fc.constantFrom(
  ...new Set([
    'tenant',
    'name',
    'type',
    'active',
    'scm',
    'target',
    ...providers.flatMap(({ fields }) => fields.map(({ name }) => name)),
  ]),
  ...['__proto__', 'constructor', mark],
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  anyText,
  fc.constantFrom(
    mark,
    `env:${mark}`,
    'env:EMPTY',
    'env:INTEGRATIONS_KEYRING',
    `file:${mark}`,
    'file:..',
    'file:/etc/passwd',
  ),
  fc.constantFrom('keep', `value:${mark}`, `https://${mark}`, `-----BEGIN ${mark}-----`, [mark, mark], {
    [mark]: mark,
  }),
);
const items = fc.array(
  fc
    .tuple(fc.constantFrom(...providers.map(({ name }) => name), mark), fc.dictionary(keys, value, { maxKeys: 12 }))
    .map(([type, rest]) => ({ name: mark, type, ...rest })),
  { maxLength: 3 },
);
const documents = fc
  .dictionary(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('scm', 'targets', 'pipelines', 'communication', 'tickets') },
      { weight: 1, arbitrary: keys },
    ),
    fc.oneof({ weight: 5, arbitrary: items }, { weight: 1, arbitrary: value }),
    { maxKeys: 5 },
  )
  .map((lists) => ({ tenant: 'Acme', ...lists }));
const pieces = fc
  .array(
    fc.constantFrom(
      ...[
        'tenant',
        'scm',
        'targets',
        'name',
        'type',
        'github',
        mark,
        ': ',
        '\n',
        '\r',
        '  ',
        '- ',
        '&a ',
        '*a',
        '<<: ',
      ],
      ...[
        '!!binary ',
        '!!js/function ',
        '!',
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
        '...\n',
      ],
      ...['%YAML 9.9\n', '%TAG ! !\n', '\t', '~', '1e999', '-0', '.nan', '\ufeff', '\0', '\u2028', '\\x', '😀'],
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));
const deep = fc
  .tuple(
    fc.constantFrom('', 'tenant: Acme\nscm: ', 'tenant: Acme\nscm:\n  '),
    fc.constantFrom('[', '{a: ', '- ', '? ', '{? ', '&a ['),
    fc.integer({ min: 1, max: 3_000 }),
  )
  .map(([start, open, depth]) => start + open.repeat(depth));
const bombs = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }))
  .map(([levels, width]) =>
    [
      `x0: &a0 [${mark}]`,
      ...Array.from(
        { length: levels },
        (_, at) => `x${at + 1}: &a${at + 1} [${Array(width).fill(`*a${at}`).join(', ')}]`,
      ),
      `tenant: Acme\ntickets: [{ name: a, type: linear, epicTemplate: *a${levels} }, *a${levels}]`,
    ].join('\n'),
  );
const texts: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  mutated(valid),
  mutated(example),
  documents.map((document) => stringify(document)),
  documents.map((document) => JSON.stringify(document)),
  fc.array(documents, { maxLength: 4 }).map((many) => many.map((each) => `---\n${stringify(each)}`).join('')),
  pieces,
  pieces.map((text) => `tenant: Acme\nscm:\n  - name: x\n    type: github\n    ${text}`),
  anyText,
  fc.uint8Array({ maxLength: 300 }),
);
// These take their time.
const files = fc.oneof({ weight: 50, arbitrary: texts }, { weight: 1, arbitrary: fc.oneof(deep, bombs) });

test('a manifest, whatever stands there: documents, or a refusal that tells where and quotes nothing of it', async () => {
  let refused = 0;
  await fuzz('manifests', fc.tuple(files, fc.boolean()), async ([content, isStdin]) => {
    const { result: error, milliseconds } = await processorTime(() => refusalOf(content, isStdin));
    expect(milliseconds).toBeLessThan(2_000);
    expect(({} as Record<string, unknown>)['name']).toBeUndefined();
    if (!error) return;
    refused += 1;
    const told = JSON.stringify([error.message, error.hint, error.field, error.details, error.lines]);
    // The plain name of a variable or of a file is said, so that it can be looked for.
    expect(told.replace(/the (environment variable|file) [\w./-]+ /g, 'the $1 ')).not.toContain(mark);
    expect(error.code).toBe('VALIDATION');
    const file = isStdin ? '<stdin>' : join(folder, 'acme.yaml');
    const text = Buffer.from(content as string).toString();
    const lines = text.split(/\r\n|\n|\r/);
    const { problems } = error.details as {
      problems: { file: string; line: number | null; column: number; message: string }[];
    };
    expect(problems.length).toBeGreaterThan(0);
    for (const { line, column, message, ...rest } of problems) {
      expect([rest.file, message.length < 400, hasUnprintable(message)]).toEqual([file, true, false]);
      expect(line === null).toBe(message === 'the manifest is not text in UTF-8');
      if (line === null) continue;
      // What is wrong may stand at the very end.
      expect([line >= 1, line <= lines.length]).toEqual([true, true]);
      expect([column >= 1, column <= (lines[line - 1]?.length ?? 0) + 1]).toEqual([true, true]);
    }
    const texts = error.lines ?? [error.message];
    expect(texts.filter((each) => !each.startsWith(`${file}:`) && !/^and \d+ more$/.test(each))).toEqual([]);
  });
  expect(refused).toBeGreaterThan(5);
});

test('aliases make nothing larger than what the file could hold by itself', async () => {
  const list = `[${Array(40_000).fill('1').join(', ')}]`;
  const item = (at: number) =>
    `  - { name: t${at}, type: linear, epicTemplate: ${at === 0 ? `&big { a: ${list} }` : '*big'} }`;
  const manifest = `tenant: Acme\ntickets:\n${Array.from({ length: 2_000 }, (_, at) => item(at)).join('\n')}\n`;
  const before = process.memoryUsage().rss;
  const { result: error, milliseconds } = await processorTime(() => refusalOf(manifest, false));
  expect(error?.code).toBe('VALIDATION');
  expect(milliseconds).toBeLessThan(10_000);
  expect((process.memoryUsage().rss - before) / 1_048_576).toBeLessThan(500);
});
