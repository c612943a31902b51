import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { categories } from '../../src/core/category.ts';
import { commonFields } from '../../src/core/common-fields.ts';
import { text, token } from '../../src/core/field-builders.ts';
import { defineProvider, type Provider } from '../../src/core/provider.ts';
import type { HostedApi } from '../../src/core/verification.ts';
import { providers, providersOf } from '../../src/providers/index.ts';
import { checkout } from '../support/programs.ts';
import { providerServer } from '../support/provider-server.ts';
import { ask, told } from '../support/verify.ts';

/** Files that name providers without being one, each with its reason. */
const allowed: Readonly<Record<string, string>> = {
  'src/providers/index.ts': 'the registry',
  'src/cli/topics/environment.ts': 'what may be set, for people to read',
  'src/cli/topics/manifest-example.ts': 'a manifest for people to read',
  'src/library/integration-types.ts': 'made of the descriptions: test/contract/library-types.test.ts',
  'src/manifest/example.yaml':
    'an example of each, for people; test/unit/manifest/schema.test.ts says when one is missing',
};

/** Words that may stand in a file all the same, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'src/cli/run.ts: GITHUB': 'GITHUB_ACTIONS says where we run, not what is asked',
  'src/cli/run.ts: GITHUB_ACTIONS': 'the same',
  'src/providers/scm-fields.ts: github': 'the address that stands for an example of any',
};

/** What is a word of its own, as accounts have an e-mail too; such a provider is known by its columns. */
const ordinary = ['email'];

const sources = new Map(
  readdirSync(join(checkout, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|yaml)$/.test(name))
    .map((name) => posix.join('src', name.replaceAll('\\', '/')))
    .map((file) => [file, readFileSync(join(checkout, file), 'utf8')] as const),
);

function folderOf(file: string): string | undefined {
  return /^src\/providers\/([^/]+)\//.exec(file)?.[1];
}

/** What only this provider has: its names, its columns, its APIs. */
function marks({ name, title, category, fields, apis }: Provider): RegExp {
  const { leading, trailing } = commonFields[category.name];
  const isOwn = (column: string) =>
    !(column in leading || column in trailing) &&
    !providersOf(category.name).every((each) => each.fields.some((field) => field.name === column));
  const words = [
    ...(ordinary.includes(name) ? [] : [name.replaceAll('-', '[-_ ]?'), title]),
    ...fields.map((field) => field.name).filter(isOwn),
    ...apis.flatMap(({ base, variable }) => [new URL(base).hostname.replaceAll('.', '\\.'), variable]),
  ];
  return new RegExp(`\\b(${words.join('|')})`, 'gi');
}

/** A source without its comments. */
function code(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

test.each(providers)('nothing of $name stands outside the folders', (provider) => {
  const outside = [...sources].filter(([file]) => folderOf(file) === undefined && !(file in allowed));
  const found = outside.flatMap(([file, source]) =>
    [...code(source).matchAll(marks(provider))].map(([words]) => `${file}: ${words}`),
  );
  expect(found.filter((each) => !(each in exceptions))).toEqual([]);
});

test('the search finds what is there to be found', () => {
  for (const provider of providers) {
    const own = [...sources].filter(([file]) => folderOf(file) === provider.name);
    expect(own.some(([, source]) => marks(provider).test(code(source)))).toBe(true);
  }
  for (const file of Object.keys(allowed)) {
    expect(providers.some((provider) => marks(provider).test(sources.get(file) ?? ''))).toBe(true);
  }
});

test('a folder is imported by the registry, and by the pipelines that run there', () => {
  const breaches = [...sources].flatMap(([file, source]) => {
    const targets = [...source.matchAll(/from '(\.[^']+)'/g)].map(([, target = '']) =>
      posix.join(posix.dirname(file), target),
    );
    const own = providers.find(({ name }) => name === folderOf(file));
    return targets
      .filter((target) => folderOf(target) !== undefined && file !== 'src/providers/index.ts')
      .filter((target) => folderOf(target) !== own?.name && folderOf(target) !== (own?.scm ?? ''))
      .map((target) => `${file} imports ${target}`);
  });
  expect(breaches).toEqual([]);
});

const api: HostedApi = { base: 'https://api.dummy.test', variable: 'INTEGRATIONS_DUMMY_CI_API_URL' };

const dummy = defineProvider({
  name: 'dummy-ci',
  title: 'Dummy CI',
  category: 'pipeline',
  prefix: 'dummy',
  apis: [api],
  verification: {
    checks: ['credential'],
    async run(probe) {
      await probe.check('credential', async () => {
        await probe.send({ url: `${probe.base(api)}/me` });
        return { detail: 'accepted' };
      });
    },
  },
  listField: 'dummyJob',
  fields: {
    dummyApiToken: token({ label: 'API token', whereToGet: 'Dummy CI, Settings', permissions: 'To read and start' }),
    dummyJob: text({ label: 'Job', help: 'The job to start', example: 'release' }),
  },
});

test('one more in the registry has flags, help, a manifest, a list and a verification', async () => {
  // What derives from the registry is loaded after this; each test file has modules of its own.
  (providers as Provider[]).push(dummy);

  const { integrationCommand } = await import('../../src/commands/integration/index.ts');
  const command = integrationCommand(categories.pipeline);
  expect(command.summary).toMatch(/^Pipelines: .*, Dummy CI$/);
  const add = command.commands?.find(({ name }) => name === 'add');
  expect(add?.args?.[0]?.choices).toContain('dummy-ci');
  expect(add?.flags?.map(({ name }) => name)).toEqual(expect.arrayContaining(['api-token', 'job']));

  const { manifestSchema } = await import('../../src/manifest/schema.ts');
  expect(manifestSchema()).toMatchObject({
    properties: {
      pipelines: { items: { oneOf: expect.arrayContaining([expect.objectContaining({ title: 'Dummy CI' })]) } },
    },
  });

  const { listColumns } = await import('../../src/commands/integration/present.ts');
  const shown = listColumns(categories.pipeline).map(({ text: shownAs }) =>
    shownAs({ pipelineType: 'DUMMY_CI', displayName: 'ios', dummyJob: 'release', isActive: true }),
  );
  expect(shown).toEqual(['ios', 'dummy-ci', 'release', '', '']);

  const server = await providerServer();
  server.on('GET', '/me', { json: {} });
  const env = { INTEGRATIONS_DUMMY_CI_API_URL: server.url };
  expect(told(await ask(dummy, { dummyApiToken: 'token' }, { env }))).toBe('credential: passed');
});
