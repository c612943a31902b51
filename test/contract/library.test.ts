import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/field.ts';
import {
  type Integrations,
  IntegrationsError,
  type NewScm,
  type OpenOptions,
  openIntegrations,
} from '../../src/library/index.ts';
import { providers } from '../../src/providers/index.ts';
import { atEnd } from '../support/at-end.ts';
import type { Sandbox } from '../support/cli.ts';
import { type Engine, mariadb, sqlite } from '../support/engines.ts';
import { runHere } from '../support/in-process.ts';
import { checkout } from '../support/programs.ts';
import { providerWorld, type World } from '../support/provider-world.ts';
import { sampleOf } from '../support/samples.ts';
import { done } from '../support/workspace.ts';

const actor = { account: 'ops@acme.test', purpose: 'release-service', host: 'platform-7' };
const token = `ghp_${'library'.repeat(6)}`;

async function cli(box: Sandbox, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runHere(box, {}, ...args);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const told = async (box: Sandbox, ...args: string[]) => JSON.parse(await cli(box, ...args, '--json'));

/** A database with the tenants Acme and Bmce, and its ring in a file. */
async function prepared(engine: Engine = sqlite): Promise<Sandbox> {
  const box = await engine.sandbox();
  await cli(box, 'init', '--tenant', 'Acme', '--account', actor.account, '--key-store', 'file', '--no-input');
  await cli(box, 'tenant', 'add', 'Bmce');
  return box;
}

async function opened(box: Sandbox, more: Partial<OpenOptions> = {}): Promise<Integrations> {
  const integrations = await openIntegrations({
    database: box.env['INTEGRATIONS_DATABASE_URL'] ?? '',
    keys: { file: join(box.configDir, 'keyring.json') },
    actor,
    ...more,
  } as OpenOptions);
  atEnd(() => integrations.close());
  return integrations;
}

const aRepository = (displayName: string, more: Partial<NewScm> = {}) =>
  ({
    scmType: 'GITHUB',
    displayName,
    organization: displayName,
    repositoryUrl: `https://github.com/${displayName}/app`,
    accessToken: token,
    ...more,
  }) as NewScm;

const failing = (work: Promise<unknown>): Promise<IntegrationsError> =>
  work.then(
    () => expect.unreachable('it does not fail'),
    (error: unknown) => error as IntegrationsError,
  );

describe('a tenant', () => {
  let box: Sandbox;
  let integrations: Integrations;
  beforeAll(async () => {
    box = await prepared();
    integrations = await opened(box);
  });

  test('takes one of each provider, shows it as the command line does, and opens its credentials', async () => {
    const acme = integrations.tenant('Acme');
    const doors: Readonly<Record<string, Door>> = {
      scm: acme.scm as unknown as Door,
      target: acme.targets as unknown as Door,
      pipeline: acme.pipelines as unknown as Door,
      communication: acme.communication as unknown as Door,
      ticket: acme.tickets as unknown as Door,
    };
    for (const { name, type, category } of providers) {
      const { stored, credentials } = sampleOf(name);
      const door = doors[category.name] as Door;
      const links =
        category.name === 'pipeline'
          ? { scmIntegrationId: name === 'gitlab-ci' ? 'gitlab' : 'github', targetIntegrationId: 'app-store' }
          : {};
      const { lastTriggeredAt: _, ...plain } = stored;
      const texts = Object.fromEntries(credentials.map(({ column, value }) => [column, value]));
      const tagged = { [category.typeColumn]: type, displayName: name };
      const made = await door.create({ ...tagged, ...plain, ...links, ...texts });
      expect(made, name).toMatchObject({
        ...tagged,
        ...plain,
        ...('scmIntegrationId' in links
          ? {
              scmIntegrationId: made['scmIntegrationId'] as string,
              targetIntegrationId: made['targetIntegrationId'] as string,
            }
          : {}),
        isActive: true,
      });
      expect(made).toEqual(await told(box, category.name, 'show', name));
      expect(await door.get(name)).toEqual(await door.get(String(made['id'])));
      expect(Object.keys(made).sort(), name).toEqual(typedKeys(name));
      const read = await door.credentials(name, { purpose: `trying ${name}` });
      expect(Object.keys(read)).toEqual([category.typeColumn, ...provider(name)]);
      for (const { column } of credentials) expect(typeof read[column]).toBe('string');
    }
    expect(await acme.scm.credentials('github', { purpose: 'trying' })).toMatchObject({
      scmType: 'GITHUB',
      accessToken: sampleOf('github').credentials[0]?.value,
    });
  });

  test('tells the history who reads a credential, for what and from where, and nothing of its value', async () => {
    const acme = integrations.tenant('Acme');
    const { id } = await acme.scm.create(aRepository('read'));
    await acme.scm.credentials('read', { purpose: 'release 2.4 of iOS' });
    const entries = await all(acme.history({ integrationId: id }));
    expect(entries.map(({ action, command, host, accountName }) => [action, command, host, accountName])).toEqual([
      ['reveal', 'release 2.4 of iOS', 'platform-7', 'ops@acme.test'],
      ['create', 'release-service', 'platform-7', 'ops@acme.test'],
    ]);
    expect(JSON.stringify(entries)).not.toContain(token);
    const unnamed = await failing(acme.scm.credentials('read', {} as { purpose: string }));
    expect(unnamed).toMatchObject({ code: 'USAGE', field: 'purpose' });
    expect(await all(acme.history({ integrationId: id }))).toHaveLength(2);
  });

  test('changes, switches, rotates and removes', async () => {
    const { scm } = integrations.tenant('Acme');
    const { id } = await scm.create(aRepository('first', { isActive: false }));
    expect(await scm.update('first', { defaultBranch: 'trunk', isActive: true })).toMatchObject({
      defaultBranch: 'trunk',
      isActive: true,
    });
    expect(await scm.update(id, { scmType: 'GITHUB', defaultBranch: null })).toMatchObject({ defaultBranch: null });
    expect(await scm.disable(id)).toMatchObject({ isActive: false });
    expect(await scm.enable(id)).toMatchObject({ isActive: true });
    const next = token.replace('library', 'another');
    await scm.rotate('first', { accessToken: next }, { verify: false });
    expect(await scm.credentials(id, { purpose: 'test' })).toMatchObject({ accessToken: next });
    expect(await scm.remove(id)).toEqual([{ id, displayName: 'first', category: 'scm' }]);
    expect(await failing(scm.get(id))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each<[string, Record<string, unknown>, object]>([
    ['without its type', { displayName: 'x' }, { code: 'VALIDATION', field: 'scmType' }],
    ['of no type', { ...aRepository('x'), scmType: 'SVN' }, { code: 'VALIDATION', field: 'scmType' }],
    [
      'without its credential',
      { ...aRepository('x'), accessToken: undefined },
      { code: 'VALIDATION', field: 'accessToken' },
    ],
    [
      'with a field of another',
      { ...aRepository('x'), jiraUrl: 'https://x.test' },
      { code: 'VALIDATION', field: 'jiraUrl' },
    ],
    [
      'with the prototype',
      JSON.parse('{"scmType":"GITHUB","__proto__":{"isAdmin":true}}'),
      { code: 'VALIDATION', field: '__proto__' },
    ],
    [
      'with a number for a text',
      { ...aRepository('x'), organization: 7 },
      { code: 'VALIDATION', field: 'organization' },
    ],
    ['with a wrong switch', { ...aRepository('x'), isActive: 'yes' }, { code: 'VALIDATION', field: 'isActive' }],
    [
      'with a refresh token as access token',
      { ...aRepository('x'), accessToken: `ghr_${'a'.repeat(36)}` },
      { code: 'VALIDATION', field: 'accessToken' },
    ],
  ])('takes none %s, and the error quotes nothing of it', async (_, values, expected) => {
    const error = await failing(integrations.tenant('Acme').scm.create(values as unknown as NewScm));
    expect(error).toBeInstanceOf(IntegrationsError);
    expect(error).toMatchObject(expected);
    expect(`${inspect(error, { depth: 9, showHidden: true })}${error}${JSON.stringify(error)}`).not.toMatch(
      /librarylib|aaaaaa/,
    );
  });

  test('is not reached from another', async () => {
    const { id } = await integrations.tenant('Acme').scm.create(aRepository('apart'));
    const { scm } = integrations.tenant('Bmce');
    for (const ref of [id, 'apart']) {
      expect(await failing(scm.get(ref))).toMatchObject({ code: 'NOT_FOUND' });
      expect(await failing(scm.credentials(ref, { purpose: 'theft' }))).toMatchObject({ code: 'NOT_FOUND' });
      expect(await failing(scm.update(ref, { defaultBranch: 'x' }))).toMatchObject({ code: 'NOT_FOUND' });
      expect(await failing(scm.remove(ref))).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await failing(integrations.tenant('nobody').status())).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('gives pages, which follow each other', async () => {
    const bmce = integrations.tenant('Bmce').scm;
    for (const name of ['a1', 'a2', 'a3']) await bmce.create(aRepository(name));
    const first = await bmce.page({ limit: 2 });
    expect([first.items.length, first.next]).toEqual([2, first.items[1]?.id]);
    const second = await bmce.page({ limit: 2, after: first.next ?? '' });
    expect([second.items.map(({ displayName }) => displayName), second.next]).toEqual([['a3'], null]);
    const listed: string[] = [];
    for await (const { displayName } of bmce.list({ type: 'GITHUB', status: 'NOT_VERIFIED', active: true }))
      listed.push(displayName);
    expect(listed).toEqual(['a1', 'a2', 'a3']);
    for (const filter of [
      { limit: 0 },
      { limit: 1.5 },
      { type: 'SVN' },
      { status: 'GOOD' as 'VALID' },
      { after: 'ä' },
    ]) {
      expect(await failing(bmce.page(filter))).toMatchObject({ code: 'USAGE' });
    }
  });

  test('tells the hidden nothing: the handles show no value', () => {
    const shown = inspect([integrations, integrations.tenant('Acme')], { depth: 9, showHidden: true });
    expect(shown).not.toMatch(/sqlite:|keyring/);
  });

  test('many at once, in two tenants, share one pool', async () => {
    const work = Array.from({ length: 40 }, (_, index) => {
      const { scm } = integrations.tenant(index % 2 ? 'Acme' : 'Bmce');
      return scm.create(aRepository(`many${index}`)).then(({ id }) => scm.credentials(id, { purpose: 'many' }));
    });
    expect(await Promise.all(work)).toHaveLength(40);
  });
});

describe('providers', () => {
  let world: World;
  let box: Sandbox;
  let integrations: Integrations;
  const warnings: string[] = [];
  beforeAll(async () => {
    world = await providerWorld();
    box = await prepared();
    integrations = await opened(box, {
      environment: world.env,
      onWarning: (text) => warnings.push(text),
    } as Partial<OpenOptions>);
  });
  const values = () => {
    const { stored, credentials } = sampleOf('github');
    return {
      scmType: 'GITHUB',
      displayName: 'asked',
      ...stored,
      ...Object.fromEntries(credentials.map(({ column, value }) => [column, value])),
    } as unknown as NewScm;
  };

  test('are asked before anything is stored, and after', async () => {
    const { scm } = integrations.tenant('Acme');
    world.mishaps({ answers: { 'github user': { status: 401, json: { message: 'Bad credentials' } } } });
    const refusal = await failing(scm.create(values(), { verify: true }));
    expect(refusal).toMatchObject({ code: 'VERIFICATION_FAILED', details: { outcome: 'invalid' } });
    expect((await scm.page()).items).toEqual([]);
    world.mishaps();
    expect(await scm.create(values(), { verify: true })).toMatchObject({ verificationStatus: 'VALID' });
    const [item] = await scm.verify('asked');
    expect(item).toMatchObject({
      displayName: 'asked',
      type: 'github',
      outcome: 'valid',
      status: 'VALID',
      previousStatus: 'VALID',
    });
    expect(await integrations.tenant('Acme').verify({ stale: '1h' })).toEqual([]);
    expect(await integrations.tenant('Acme').status()).toMatchObject({
      integrations: [{ displayName: 'asked', verificationStatus: 'VALID' }],
      pipelines: [],
    });
    expect(await integrations.tenant('Acme').expiring({ within: '1d' })).toEqual([]);
  });

  test('are asked no longer once the signal comes; nothing is stored then', async () => {
    const { scm } = integrations.tenant('Acme');
    const controller = new AbortController();
    // The provider falls silent, and whoever asked has enough.
    world.through(() => () => {
      controller.abort();
      return () => undefined;
    });
    const { displayName: _, ...rest } = values() as unknown as Record<string, unknown>;
    const cancelled = await failing(
      scm.create({ ...rest, displayName: 'late', organization: 'late' } as unknown as NewScm, {
        verify: true,
        signal: controller.signal,
      }),
    );
    world.through(undefined);
    expect(cancelled).toMatchObject({ code: 'CANCELLED' });
    expect(await failing(scm.get('late'))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await failing(scm.verify([], { signal: AbortSignal.abort() }))).toMatchObject({ code: 'CANCELLED' });
  });
});

describe('a manifest', () => {
  let integrations: Integrations;
  beforeAll(async () => {
    integrations = await opened(await prepared());
  });
  const item = {
    name: 'mobile',
    type: 'github',
    organization: 'acme',
    repositoryUrl: 'https://github.com/acme/mobile',
  } as const;

  test('is planned, applied and then makes no difference, as an object or as text', async () => {
    const acme = integrations.tenant('Acme');
    const manifest = { scm: [{ ...item, accessToken: `value:${token}` as const }] };
    expect(await acme.plan(manifest)).toMatchObject([
      { action: 'create', category: 'scm', name: 'mobile', type: 'github' },
    ]);
    expect(await acme.plan(manifest, { credentials: false })).toHaveLength(1);
    expect((await acme.scm.page()).items).toEqual([]);
    expect(await acme.apply(manifest)).toMatchObject([{ action: 'create', result: 'done' }]);
    const text = `tenant: Acme\nscm:\n  - { ...item }\n`.replace(
      '...item',
      Object.entries(item)
        .map(([key, value]) => `${key}: "${value}"`)
        .join(', '),
    );
    expect(await acme.plan(text)).toMatchObject([{ action: 'none' }]);
    expect(await failing(acme.apply({ scm: [] }, { prune: true, maxDelete: 0 }))).toMatchObject({
      code: 'USAGE',
      field: 'maxDelete',
    });
    expect(await acme.apply({ scm: [] }, { prune: true })).toMatchObject([{ action: 'delete', result: 'done' }]);
  });

  test('reads no variable, no file and no other tenant that the call does not name', async () => {
    const acme = integrations.tenant('Acme');
    const variable = { scm: [{ ...item, accessToken: 'env:HOME' as const }] };
    expect(await failing(acme.plan(variable))).toMatchObject({
      code: 'VALIDATION',
      message: expect.stringMatching(/HOME|not set/),
    });
    expect(await acme.plan(variable, { environment: { HOME: token } })).toHaveLength(1);
    const file = { scm: [{ ...item, accessToken: 'file:/etc/hostname' as const }] };
    expect(await failing(acme.plan(file))).toMatchObject({
      code: 'VALIDATION',
      message: expect.stringContaining('no file is read here'),
    });
    expect(await failing(acme.apply('tenant: Bmce\nscm: []\n', { prune: true }))).toMatchObject({ code: 'USAGE' });
  });
});

test('a ring that another program changes is read anew, and its new key seals', async () => {
  const box = await prepared();
  const integrations = await opened(box);
  const { scm } = integrations.tenant('Acme');
  await scm.create(aRepository('before'));
  // As a program of its own: it has a thread.
  await done(box.run('key', 'rotate', '--no-input'));
  expect(await scm.credentials('before', { purpose: 'test' })).toMatchObject({ accessToken: token });
  await scm.create(aRepository('after'));
  const keys: { kid: string; values?: number; active?: boolean }[] = await told(box, 'key', 'list');
  const used = keys.map((key) => Object.values(key).filter((each) => typeof each === 'number')[0]);
  expect(used.sort()).toEqual([0, 2]);
});

test('what is set for the command line serves the library too, where it is asked to', async () => {
  const box = await prepared();
  const integrations = await openIntegrations({ environment: box.env, actor });
  expect(await integrations.tenant('Acme').status()).toMatchObject({ tenant: { displayName: 'Acme' } });
  await integrations.close();
  await integrations.close();
  expect(await failing(integrations.tenant('Acme').status())).toMatchObject({ code: 'USAGE' });
});

test.each<[string, object, object]>([
  ['no database', { database: undefined }, { code: 'USAGE', field: 'database' }],
  ['no keys', { keys: undefined }, { code: 'USAGE', field: 'keys' }],
  ['no account', { actor: { purpose: 'x' } }, { code: 'USAGE', field: 'actor.account' }],
  ['no purpose', { actor: { account: 'x', purpose: ' ' } }, { code: 'USAGE', field: 'actor.purpose' }],
  ['an address that is none', { database: 'postgres://x' }, { code: 'USAGE' }],
  ['a pool of none', { database: { url: 'sqlite:x', connections: 0 } }, { code: 'USAGE', field: 'connections' }],
])('with %s nothing is opened', async (_, change, expected) => {
  const options = { database: 'sqlite:/nowhere/x.db', keys: 'x', actor, ...change } as unknown as OpenOptions;
  expect(await failing(openIntegrations(options))).toMatchObject(expected);
});

test.each<[string, OpenOptions['keys'], RegExp]>([
  ['a text that is no ring', 'sesame-sesame', /keys is neither/],
  ['a file that is not there', { file: '/nowhere/sesame' }, /keys/],
  ['a program that fails', { command: 'false sesame' }, /the program that keys names ended with status 1/],
  ['a function that fails', () => Promise.reject(new Error('sesame')), /the function that is given for keys failed/],
  ['a function without an answer', () => '', /keys holds nothing/],
])('of %s the error says so, and not what it holds', async (_, keys, message) => {
  const integrations = await opened(await prepared(), { keys } as Partial<OpenOptions>);
  const error = await failing(integrations.tenant('Acme').scm.create(aRepository('x')));
  expect(error).toMatchObject({ code: 'KEY_UNAVAILABLE', message: expect.stringMatching(message) });
  expect(inspect(error, { showHidden: true })).not.toContain('sesame-');
});

test('the password of a server is asked for each connection, so that one that lives some minutes may be given', async () => {
  const box = await prepared(mariadb);
  const own = new URL(box.env['INTEGRATIONS_DATABASE_URL'] ?? '');
  // The user of the other tests keeps its password.
  own.username = `short_lived_${process.pid}`;
  const url = own.href;
  let current = 'a-password';
  const name = `'${own.username}'@'%'`;
  await mariadb.asAdmin(`CREATE USER ${name} IDENTIFIED BY '${current}'`);
  atEnd(async () => void (await mariadb.asAdmin(`DROP USER ${name}`)));
  await mariadb.asAdmin(`GRANT ALL PRIVILEGES ON \`${own.pathname.slice(1)}\`.* TO ${name}`);
  let asked = 0;
  const password = () => {
    asked += 1;
    return current;
  };
  const integrations = await opened(box, { database: { url, password, connections: 3 } });
  expect(asked).toBe(1);
  current = 'another-password';
  await mariadb.asAdmin(`ALTER USER ${name} IDENTIFIED BY '${current}'`);
  const { scm } = integrations.tenant('Acme');
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => scm.create(aRepository(name))));
  expect((await scm.page()).items).toHaveLength(6);
  expect(asked).toBeGreaterThan(1);
  expect(asked).toBeLessThanOrEqual(3);
  const wrong = await failing(openIntegrations({ database: { url, password: () => 'sesame' }, keys: 'x', actor }));
  expect(wrong).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(inspect(wrong, { showHidden: true })).not.toContain('sesame');
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const item of items) read.push(item);
  return read;
}

interface Door {
  create(values: JsonObject): Promise<JsonObject>;
  get(ref: string): Promise<JsonObject>;
  credentials(ref: string, reading: { purpose: string }): Promise<JsonObject>;
}

const typesOf = (file: string) => readFileSync(join(checkout, 'src', 'library', file), 'utf8');

/** The keys that the types give an integration of a provider. */
function typedKeys(name: string): string[] {
  const pascal = name
    .split('-')
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('');
  const own = membersOf(typesOf('integration-types.ts'), `${pascal}Integration extends StoredIntegration`);
  return [...membersOf(typesOf('integration.ts'), 'StoredIntegration'), ...own].sort();
}

function membersOf(source: string, name: string): string[] {
  const body = source.split(`export interface ${name} {\n`)[1]?.split('\n}\n')[0] ?? '';
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, member = '']) => member);
}

function provider(name: string): string[] {
  const { fields } = providers.find((each) => each.name === name) ?? { fields: [] };
  return fields.filter(({ credential }) => credential).map((field) => field.name);
}
