import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { formats } from '../../src/commands/global-flags.ts';
import { type CategoryName, categories, categoryList } from '../../src/core/category.ts';
import { historyTable } from '../../src/db/stores/history.ts';
import { providers } from '../../src/providers/index.ts';
import { boxAt } from '../support/builds/box.ts';
import type { Double } from '../support/builds/double.ts';
import { githubWithRuns } from '../support/builds/github.ts';
import { gitlabWithPipelines } from '../support/builds/gitlab.ts';
import { jenkinsWithBuilds } from '../support/builds/jenkins.ts';
import type { CliOptions, CliResult, Environment, Sandbox } from '../support/cli.ts';
import { everyVerb } from '../support/command-tree.ts';
import { type Engine, type EngineKind, forEachEngine, kindOf, sqlite } from '../support/engines.ts';
import { boxWith } from '../support/messages/box.ts';
import { slackDouble } from '../support/messages/slack.ts';
import { smtpDouble } from '../support/messages/smtp.ts';
import { teamsDouble } from '../support/messages/teams.ts';
import { addCommand, credentialFlags, type Sample, sampleOf, samples } from '../support/samples.ts';
import { azureWithWorkItems } from '../support/tickets/azure.ts';
import { boxAt as ticketBoxAt } from '../support/tickets/box.ts';
import type { TicketDouble } from '../support/tickets/double.ts';
import { jiraWithIssues } from '../support/tickets/jira.ts';
import { linearWithIssues } from '../support/tickets/linear.ts';
import { formsOf, type Sentinel, tracer } from '../support/traces.ts';
import { done, eachOf } from '../support/workspace.ts';

/*
 * Sentinel credentials stand in every credential field, in the key ring and in the database's password. Then every
 * command is run, and they are looked for in everything that was printed and stored.
 */
const ring = keySet('sentinel-1', 'sentinel-2');
const brought = keySet('brought');

const sentinels: Sentinel[] = [
  ...samples.flatMap(({ provider, credentials }) =>
    credentials.map(({ column, core }) => ({ name: `${column} of ${provider}`, value: core })),
  ),
  ...[ring, brought].flatMap((set) => keysOf(set)),
];

function keySet(...kids: string[]): string {
  return JSON.stringify({ keys: kids.map((kid) => ({ kty: 'oct', kid, k: randomBytes(32).toString('base64url') })) });
}

function keysOf(set: string): Sentinel[] {
  const { keys }: { keys: { kid: string; k: string }[] } = JSON.parse(set);
  return keys.map(({ kid, k }) => ({ name: `key ${kid}`, value: Buffer.from(k, 'base64url') }));
}

/** A command line that is run, and which verb of the tree it is. */
interface Step {
  path: string;
  args: string[];
  /** It names its format itself. */
  own?: true;
  env?: Environment;
  input?: string;
}

function step(path: string, ...args: string[]): Step {
  return { path, args };
}

/** The verbs that succeeded under the eyes of the search. */
const visited = new Set<string>();

/** Runs command lines and keeps what is wrong with them: an unexpected status, and each trace of a sentinel. */
function watch(box: Sandbox) {
  const password = box.env['INTEGRATIONS_DATABASE_PASSWORD'];
  const find = tracer([...sentinels, ...(password ? [{ name: 'database password', value: password }] : [])]);
  const faults: string[] = [];

  async function run({ path, args, env = {}, input }: Step, expected: 'success' | 'failure', ...flags: string[]) {
    if (expected === 'success') visited.add(path);
    const options: CliOptions = { env, ...(input === undefined ? {} : { input }) };
    const result = await box.runWith(options, ...path.split(' '), ...args, ...flags);
    const line = [path, ...args, ...flags].join(' ').slice(0, 200);
    if (result.status === null || (result.status === 0) !== (expected === 'success')) {
      faults.push(`exit ${result.status ?? result.signal}: ${line}\n${result.stderr}`);
    }
    // A report is the answer, whatever it tells.
    if (expected === 'failure' && result.stdout !== '' && path !== 'notify')
      faults.push(`failed with an answer: ${line}`);
    faults.push(...tracesIn(result).map((trace) => `${trace}: ${line}`));
    return result;
  }

  const tracesIn = ({ stdout, stderr }: CliResult) => find(`${stdout}\n${stderr}`);

  /** What was wrong since it was last asked. */
  const faultsSince = () => faults.splice(0);

  return { run, find, faultsSince };
}

type Watch = ReturnType<typeof watch>;

const halves: Record<EngineKind, readonly string[]> = {
  sqlite: formats.filter((_, index) => index % 2 === 0),
  server: formats.filter((_, index) => index % 2 === 1),
};

/** One provider of each category, another one for each round; the pipeline's SCM fits it. */
function providersFor(round: number): Record<CategoryName, string> {
  const pick = (...names: string[]) => names[round % names.length] ?? '';
  return {
    scm: pick('github', 'gitlab', 'bitbucket'),
    target: pick('app-store', 'play-store'),
    pipeline: pick('github-actions', 'gitlab-ci', 'jenkins'),
    communication: pick('slack', 'teams', 'email'),
    ticket: pick('jira', 'linear', 'azure-devops'),
  };
}

const nameOf: Record<CategoryName, string> = {
  scm: 'code',
  target: 'app',
  pipeline: 'build',
  communication: 'chat',
  ticket: 'board',
};

function addStep(sample: Sample, ...more: string[]): Step {
  const { args, env } = addCommand(sample.provider, nameOf[sample.category], ...more);
  return { path: `${sample.category} add`, args: args.slice(2), env };
}

function updateStep(sample: Sample, ...more: string[]): Step {
  const { flags, env } = credentialFlags(sample);
  return {
    path: `${sample.category} update`,
    args: [nameOf[sample.category], ...sample.change.flags, ...flags, ...more],
    env,
  };
}

function rotateStep(sample: Sample, ...more: string[]): Step {
  const { flags, env } = credentialFlags(sample);
  return { path: `${sample.category} rotate`, args: [nameOf[sample.category], ...flags, ...more], env };
}

/** A rotation to other credentials, which keeps those of the sample, and back. */
function thereAndBack(sample: Sample, ...more: string[]): Step[] {
  const { flags, env } = credentialFlags(sample);
  const others = Object.entries(env).map(([name, value]) => [name, otherThan(value ?? '')]);
  const rotate = (...args: string[]) => step(`${sample.category} rotate`, nameOf[sample.category], ...args, ...more);
  return [{ ...rotate(...flags, '--no-verify'), env: Object.fromEntries(others) }, rotate('--undo', '--no-verify')];
}

/** Every verb of the categories, and what shows them together, in a tenant of the round's own. */
function categoryRound(round: number): { before: Step[]; reading: Step[]; after: Step[] } {
  const at = ['--tenant', `round ${round}`];
  const chosen = Object.values(providersFor(round)).map(sampleOf);
  const each = (verb: string, ...flags: string[]) =>
    categoryList.map(({ name }) => step(`${name} ${verb}`, nameOf[name], ...flags, ...at));
  return {
    before: [step('tenant add', `round ${round}`), ...chosen.map((sample) => addStep(sample, ...at))],
    reading: [...categoryList.map(({ name }) => step(`${name} list`, ...at)), ...each('show'), step('status', ...at)],
    after: [
      step('pipeline list', '--include', 'scm,target', ...at),
      step('pipeline link', 'build', '--scm', 'code', '--target', 'app', ...at),
      ...['tree', 'mermaid', 'dot', 'json'].map((format) => ({
        ...step('graph', ...at, '-o', format),
        own: true as const,
      })),
      step('exec', 'build', '--names', ...at),
      {
        ...step('exec', 'build', ...at, '--with', 'communication,ticket', '--debug', '--', 'true'),
        own: true as const,
      },
      ...chosen.map((sample) => updateStep(sample, ...at)),
      ...manifestSteps(round).map((each) => ({ ...each, args: [...each.args, ...(each.path === 'export' ? at : [])] })),
      ...chosen.filter(hasCredentials).map((sample) => rotateStep(sample, '--no-verify', ...at)),
      ...chosen.filter(isChangeable).flatMap((sample) => thereAndBack(sample, ...at)),
      step('expiring', '--within', '30d', ...at),
      ...each('disable'),
      ...each('enable'),
      step('scm remove', 'code', '--cascade', '--dry-run', ...at),
      ...['pipeline', 'scm', 'target', 'communication', 'ticket'].map((name) =>
        step(`${name} remove`, nameOf[name as CategoryName], '--yes', ...at),
      ),
      // With nothing left no provider is asked; answers of providers are searched where they are verified.
      ...categoryList.map(({ name }) => step(`${name} verify`, ...at)),
      step('verify', ...at),
      step('history', ...at),
    ],
  };
}

/** What is stored, planned and applied again with each credential given, and once more from a file that holds them. */
function manifestSteps(round: number): Step[] {
  const sample = sampleOf(providersFor(round).ticket);
  const [credential] = sample.credentials;
  const column = credential?.column ?? '';
  const item = { name: 'board', type: sample.provider, [column]: `value:${credential?.value}` };
  const input = JSON.stringify({ tenant: `round ${round}`, tickets: [item] });
  return [
    { ...step('plan', '-f', '-'), input },
    { ...step('plan', '-f', '-', '--no-credentials'), input },
    { ...step('plan', '-f', '-', '--out', `round-${round}.plan`), input },
    { ...step('apply', '-f', '-', '--prune'), input },
    { ...step('export', '-o', round % 2 === 0 ? 'json' : 'yaml'), own: true },
    { ...step('export', '--credentials', 'env', '-o', round % 2 === 0 ? 'yaml' : 'json'), own: true },
  ];
}

/** Every other command, in an installation of the round's own that keeps its ring in a file. */
function administration(engine: Engine, box: Sandbox, shell: string): Step[] {
  const exported = join(box.root, 'exported.json');
  return [
    step('init', '--key-store', 'file'),
    step('init', '--tenant', 'Acme', '--account', 'ops@acme.test'),
    addStep(sampleOf('github')),
    step('tenant add', 'Other'),
    step('tenant list'),
    step('tenant show'),
    step('tenant use', 'Other'),
    step('tenant remove', 'Other', '--dry-run'),
    step('tenant remove', 'Other', '--yes'),
    step('tenant use', 'Acme'),
    step('account add', 'zoe@acme.test', '--name', 'Zoe'),
    step('account list'),
    step('account show'),
    step('account use', 'zoe@acme.test'),
    step('account remove', 'zoe@acme.test', '--yes'),
    step('account use', 'ops@acme.test'),
    step('context add', 'other', '--database-url', 'mysql://user@127.0.0.1:1/none', '--tenant', 'Acme'),
    step('context list'),
    step('context show', 'other'),
    step('context use', 'default'),
    step('context remove', 'other'),
    step('provider list'),
    step('provider show', 'play-store'),
    step('key add'),
    { ...step('key import', 'env:BROUGHT'), env: { BROUGHT: brought } },
    step('key activate', 'brought'),
    step('key rotate', '--dry-run'),
    step('key rotate'),
    step('key rotate'),
    step('key remove', 'brought'),
    step('key list'),
    // Its text is shown only once, so that it takes no format that would leave it out.
    { ...step('token add', '--name', 'ci', '--scope', 'read'), own: true },
    step('token list'),
    step('token remove', 'ci', '--yes'),
    { ...step('version', '-o', 'json'), own: true },
    step('completion', shell),
    step('schema'),
    step('key export', '--file', exported),
    step('history', '--all-tenants'),
    step('history purge', '--before', '2020-01-01', '--all-tenants', '--yes'),
    step('db status'),
    ...(kindOf(engine) === 'server' ? [step('db grants', '--for', 'apply')] : []),
    step('doctor'),
    step('db migrate'),
    step('db rollback', '--yes'),
  ];
}

describe('the search', () => {
  const value = 'ab+/"\\c9f8e7';

  test.each([0, 1, 2, 3, 4, 5])('sees each form of a value with %i bytes before it', (offset) => {
    const find = tracer([{ name: 'it', value }]);
    const plain = `${'x'.repeat(offset)}${value}yz`;
    expect(find(plain)).toContain('it as plain');
    expect(find(JSON.stringify({ plain }))).toContain('it as JSON');
    expect(find(JSON.stringify({ text: JSON.stringify({ plain }) }))).toContain('it as JSON in JSON');
    expect(find(encodeURIComponent(plain))).toContain('it as URL-encoded');
    expect(find(Buffer.from(plain).toString('hex'))).toContain('it as hex');
    expect(find(Buffer.from(plain).toString('hex').toUpperCase())).toContain('it as capital hex');
    expect(find(Buffer.from(plain).toString('base64'))).toContain('it as base64');
    expect(find(Buffer.from(plain).toString('base64url'))).toContain('it as base64url');
    expect(find('nothing of the kind')).toEqual([]);
  });

  test('is for values that stand nowhere by chance', () => {
    const shortest = Math.min(...sentinels.flatMap(({ value: each }) => formsOf(each).map(({ text }) => text.length)));
    expect(shortest).toBeGreaterThanOrEqual(10);
    const credentials = samples.flatMap((sample) => sample.credentials);
    expect(sentinels).toHaveLength(credentials.length + 3);
    for (const { value: whole, core } of credentials) expect(whole).toContain(core);
  });
});

forEachEngine((engine) => {
  let box: Sandbox;
  let watched: Watch;
  const own = halves[kindOf(engine)];
  const others = formats.filter((format) => !own.includes(format));

  beforeAll(async () => {
    box = await engine.sandbox({ INTEGRATIONS_KEYRING: ring });
    watched = watch(box);
    await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test'));
  });

  test('every verb of the categories, when it succeeds', async () => {
    const first = engine === sqlite ? 0 : own.length;
    await eachOf(own, async (format, index) => {
      const { before, reading, after } = categoryRound(first + index);
      for (const each of before) await watched.run(each, 'success', '--debug', '-o', format);
      for (const each of reading) {
        for (const one of [format, others[index] ?? format]) await watched.run(each, 'success', '--debug', '-o', one);
      }
      for (const each of after) await watched.run(each, 'success', '--debug', ...(each.own ? [] : ['-o', format]));
    });
    expect(watched.faultsSince()).toEqual([]);
    const plans = readdirSync(box.root).filter((name) => name.endsWith('.plan'));
    expect(plans).toHaveLength(own.length);
    for (const plan of plans) expect([plan, watched.find(readFileSync(join(box.root, plan)))]).toEqual([plan, []]);
  });

  test('every other command, when it succeeds', async () => {
    const faults = await eachOf(own, async (format, index) => {
      const inFile = await engine.sandbox();
      const watchedFile = watch(inFile);
      const shell = ['bash', 'zsh', 'fish'][index] ?? 'bash';
      for (const each of administration(engine, inFile, shell))
        await watchedFile.run(each, 'success', '--debug', ...(each.own ? [] : ['-o', format]));
      const keys = keysOf(readFileSync(join(inFile.configDir, 'keyring.json'), 'utf8'));
      expect(keys).toHaveLength(3);
      const find = tracer([...sentinels, ...keys]);
      const stored = [await engine.dump(inFile), contentOf(inFile.configDir, 'keyring.json')];
      return [...watchedFile.faultsSince(), ...stored.flatMap(find)];
    });
    expect(faults.flat()).toEqual([]);
  });

  describe('with one of each provider in place', () => {
    beforeAll(async () => {
      const [pipelines, all] = [samples.filter(isPipeline), samples.filter((sample) => !isPipeline(sample))];
      for (const some of [all, pipelines]) {
        await eachOf(some, (sample) => watched.run(addStep(sample, ...inPlace(sample)), 'success', '--debug'));
      }
      expect(watched.faultsSince()).toEqual([]);
    });

    test('show --reveal --yes prints them, in every format but name; without --yes it does not', async () => {
      await eachOf(samples.filter(hasCredentials), async ({ category, provider, credentials }, index) => {
        const format = formats[index % formats.length] ?? 'table';
        const find = tracer(credentials.map(({ column, core }) => ({ name: column, value: core })));
        const reveal = step(`${category} show`, provider, '--reveal', '-o', format, '--debug');
        const revealed = await done(box.run(category, 'show', ...reveal.args, '--yes'));
        const found = new Set(find(revealed.stdout).map((trace) => trace.split(' ')[0]));
        const expected = format === 'name' ? [] : credentials.map(({ column }) => column);
        expect([...found], `${provider} ${format}`).toEqual(expected);
        expect(watched.find(revealed.stderr)).toEqual([]);
        if (index < formats.length) await watched.run(reveal, 'failure');
      });
      expect(watched.faultsSince()).toEqual([]);
    });

    test('key export --yes prints the ring; without --yes it does not', async () => {
      const exported = await done(box.run('key', 'export', '--yes', '--debug'));
      expect(JSON.parse(exported.stdout).keys).toMatchObject(JSON.parse(ring).keys);
      expect(watched.find(exported.stderr)).toEqual([]);
      const refusals = [step('key export'), step('key add'), step('key activate', 'sentinel-2')];
      refusals.push(step('key rotate'), step('key remove', 'sentinel-2'));
      for (const each of [...refusals, step('key import', 'env:INTEGRATIONS_KEYRING')]) {
        await watched.run(each, 'failure', '--debug', '--json');
      }
      expect(watched.faultsSince()).toEqual([]);
    });

    test('a name or a unique key that is taken', async () => {
      await eachOf(samples, async (sample, index) => {
        const format = index % 2 === 0 ? 'json' : 'table';
        await watched.run(addStep(sample, ...inPlace(sample)), 'failure', '--debug', '-o', format);
      });
      await watched.run(addStep(sampleOf('github'), '--name', 'other'), 'failure', '--debug');
      await watched.run(updateStep(sampleOf('github'), '--name', 'gitlab'), 'failure', '--debug');
      expect(watched.faultsSince()).toEqual([]);
    });

    test('tables that are gone: every verb that needs them fails', async () => {
      const tables = [...categoryList.map(({ table }) => table), historyTable];
      for (const table of tables) await engine.sql(box, `ALTER TABLE ${table} RENAME TO ${table}_gone`);
      const chosen = Object.values(providersFor(0)).map(sampleOf);
      const { reading, after } = categoryRound(0);
      const at = ({ input, ...each }: Step): Step => ({
        ...each,
        args: each.args.map((word) => (word === 'round 0' ? 'Acme' : word)),
        ...(input === undefined ? {} : { input: input.replace('round 0', 'Acme') }),
      });
      const steps = [
        ...chosen.map((sample) => addStep(sample)),
        ...[...reading, ...after].filter(({ own: format }) => !format).map(at),
        step('graph'),
        step('init'),
        step('key list'),
        step('tenant remove', 'Acme', '--yes'),
      ];
      await eachOf(steps, async (each, index) => {
        const result = await watched.run(each, 'failure', '--debug', ...(index % 2 === 0 ? ['--json'] : []));
        expect([each.path, result.status, result.stderr.includes('SCHEMA_OUTDATED')]).toEqual([each.path, 4, true]);
      });
      for (const table of tables) await engine.sql(box, `ALTER TABLE ${table}_gone RENAME TO ${table}`);
      expect(watched.faultsSince()).toEqual([]);
    });
  });

  test('values that the database refuses', async () => {
    const narrow = await engine.sandbox({ INTEGRATIONS_KEYRING: ring });
    const watchedNarrow = watch(narrow);
    await done(narrow.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test'));
    // What a pipeline needs gets in before the columns shrink, and has nothing in those.
    const [scm, target] = [sampleOf('github'), sampleOf('app-store')];
    await watchedNarrow.run(addStep(scm, ...inPlace(scm), '--refresh-token', ''), 'success');
    await watchedNarrow.run(addStep(target, ...inPlace(target), '--issuer-id', ''), 'success');
    const shrunk = samples.filter(hasCredentials).map(({ category, credentials }) => {
      const { column } = credentials.find((each) => /refresh|Issuer/.test(each.column)) ??
        credentials[0] ?? { column: '' };
      return { table: categories[category].table, column };
    });
    for (const { table, column } of shrunk) await shrink(engine, narrow, table, column);
    await eachOf(samples.filter(hasCredentials), async (sample) => {
      const change = sample === scm || sample === target;
      const tried = change ? updateStep(sample, ...inPlace(sample)) : addStep(sample, ...inPlace(sample));
      const named = change ? { ...tried, args: tried.args.with(0, sample.provider) } : tried;
      const { stderr } = await watchedNarrow.run(named, 'failure', '--debug');
      expect(stderr, sample.provider).toMatch(
        /^(debug: |caused by )\w+ \((ER_DATA_TOO_LONG|SQLITE_CONSTRAINT_TRIGGER)\)/m,
      );
    });
    expect([...watchedNarrow.faultsSince(), ...watchedNarrow.find(await engine.dump(narrow))]).toEqual([]);
  });

  test('nothing of them is stored in the open', async () => {
    const [there] = thereAndBack(sampleOf('github'));
    if (there) await watched.run({ ...there, args: there.args.with(0, 'github') }, 'success');
    expect(await engine.sql(box, 'SELECT id FROM tenant_previous_credentials')).not.toEqual([]);
    const dump = await engine.dump(box);
    expect(dump.includes('eyJhbGciOiJkaXIi')).toBe(true);
    expect(watched.find(dump)).toEqual([]);
    expect(watched.find(contentOf(box.configDir))).toEqual([]);
  });
});

describe('what is typed or set wrongly', () => {
  let box: Sandbox;
  let watched: Watch;
  const core = (provider: string, index = 0) => sampleOf(provider).credentials[index]?.core ?? '';
  const pem = sampleOf('app-store').credentials.at(-1)?.value ?? '';

  beforeAll(async () => {
    box = await sqlite.sandbox({ INTEGRATIONS_KEYRING: ring });
    watched = watch(box);
    await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test'));
    await watched.run(addStep(sampleOf('github')), 'success');
    await watched.run(addStep(sampleOf('app-store')), 'success');
  });

  test('every verb: an unknown flag, or an argument too many', async () => {
    await eachOf(await everyVerb(), async ({ path, command }, index) => {
      const given = (command.args ?? []).map(({ choices }) => choices?.[0] ?? 'code');
      const args = index % 3 === 0 ? [...given, core('slack'), core('linear')] : [`--bogus=${core('github')}`];
      await watched.run(step(path, ...args), 'failure', '--debug', ...(index % 2 === 0 ? ['--json'] : []));
    });
    expect(watched.faultsSince()).toEqual([]);
  });

  const update = (flag: string, given: string): Step => ({ ...step('scm update', 'code', flag, '-'), input: given });
  const change = (flag: string, given: string): Step => ({ ...step('target update', 'app', flag, '-'), input: given });

  test.each<[string, () => Step]>([
    ['a credential for a verb', () => step('scm', core('github'))],
    ['a credential for a command', () => step(core('github'))],
    ['a credential as it is', () => step('scm update', 'code', '--access-token', core('github'))],
    ['a credential for a variable', () => step('scm update', 'code', '--access-token', `env:${core('github')}`)],
    ['a credential for a file', () => step('scm update', 'code', '--access-token', `file:${core('github')}`)],
    ['one in the wrong field', () => update('--access-token', `ghr_${core('github')}`)],
    ['two in one field', () => update('--access-token', `${core('github')} ${core('github')}`)],
    ['control characters', () => update('--access-token', `${core('github')}\u0007`)],
    ['letters that no token has', () => update('--access-token', `${core('github')}é`)],
    ['a key that is cut', () => change('--private-key', pem.slice(0, -50))],
    ['a key with a line too many', () => change('--private-key', pem.replace('\n', `\n${core('linear')}\n`))],
    ['a key in the key id', () => change('--api-key-id', pem)],
    ['JSON that is none', () => change('--private-key', `{"private_key": "${core('linear')}"`)],
    [
      'an epic template that is none',
      () => ({
        ...addStep(sampleOf('linear'), '--epic-template', '-'),
        input: `{"summary": ${core('linear')}}`,
      }),
    ],
    [
      'a service account file that is none',
      () => ({
        ...step('target add', 'play-store', '--name', 'x', '--package-name', 'a.b', '--service-account-json', '-'),
        input: JSON.stringify({ type: 'service_account', private_key: core('linear') }),
      }),
    ],
    ['a web address with a token', () => step('scm update', 'code', '--repository-url', withToken('github.com/a/b'))],
    ['a server with a token', () => addStep(sampleOf('jenkins'), '--url', withToken('ci.acme.test'))],
    ['a ring that is none', () => ({ ...step('key import', '-'), input: `{"keys": ["${core('linear')}"]}` })],
    ['an address with a password', () => step('context add', 'x', '--database-url', database())],
    ['a broken address', () => ({ ...step('scm list'), env: { INTEGRATIONS_DATABASE_URL: `${database()}?x=y` } })],
    ['a server that is not there', () => ({ ...step('scm list'), env: { INTEGRATIONS_DATABASE_URL: database() } })],
    ...(
      [
        ['a credential as it is in a manifest', `{name: x, type: linear, linearApiKey: ${core('linear')}}`],
        ['a credential for a variable in a manifest', `{name: x, type: linear, linearApiKey: 'env:${core('linear')}'}`],
        ['a credential for a file in a manifest', `{name: x, type: linear, linearApiKey: 'file:${core('linear')}'}`],
        ['a credential for a key in a manifest', `{name: x, type: linear, ${core('linear')}: x}`],
        [
          'a credential for a reference in a manifest',
          `{name: x, type: linear}], pipelines: [{name: x, type: jenkins, scm: ${core('linear')}, target: app}`,
        ],
        ['a credential for a tenant in a manifest', `{name: x, type: linear}], tenant: [${core('linear')}`],
        ['a manifest that is not YAML', `{name: x, type: linear, linearApiKey: ${core('linear')}`],
        ['an alias to a credential', `{name: x, type: linear, linearApiKey: *${core('linear')}}`],
        ['a tag with a credential', `{name: x, type: linear, linearApiKey: !${core('linear')} x}`],
        ['an escape in a credential', `{name: x, type: linear, linearApiKey: "${core('linear')}\\q"}`],
      ] as const
    ).map(([what, item]): [string, () => Step] => [
      what,
      () => ({ ...step('apply', '-f', '-'), input: `{tenant: Acme, tickets: [${item}]}` }),
    ]),
    [
      'a broken ring',
      () => ({ ...step('scm show', 'code', '--reveal', '--yes'), env: { INTEGRATIONS_KEYRING: ring.slice(0, -4) } }),
    ],
    [
      'a ring of another kind',
      () => ({
        ...step('scm show', 'code', '--reveal', '--yes'),
        env: { INTEGRATIONS_KEYRING: ring.replaceAll('oct', 'RSA') },
      }),
    ],
  ])('%s', async (_, make) => {
    for (const flags of [[], ['--json']]) await watched.run(make(), 'failure', '--debug', ...flags);
    expect(watched.faultsSince()).toEqual([]);
  });

  test('a broken configuration', async () => {
    const path = join(box.configDir, 'config.yaml');
    const text = readFileSync(path, 'utf8');
    for (const broken of [`x: [${core('linear')}`, `contexts: {default: {token: ${core('linear')}}}`, core('linear')]) {
      writeFileSync(path, broken);
      await watched.run(step('scm list'), 'failure', '--debug');
    }
    writeFileSync(path, text);
    expect(watched.faultsSince()).toEqual([]);
  });

  function withToken(rest: string): string {
    return `https://x:${core('github')}@${rest}`;
  }

  function database(): string {
    return `mysql://user:${core('linear')}@127.0.0.1:1/none`;
  }
});

describe('what is started at a provider that tells the credentials it was given', () => {
  const doubles: [string, () => Promise<Double>][] = [
    ['jenkins', async () => (await jenkinsWithBuilds()) as Double],
    ['github-actions', githubWithRuns],
    ['gitlab-ci', async () => (await gitlabWithPipelines()) as Double],
  ];

  test.each(doubles)('%s', async (_, make) => {
    const double = await make();
    const box = await boxAt(sqlite, double);
    const watched = watch(box);
    const start = async () => {
      const started = await watched.run(step('pipeline trigger', 'ios', '--json', '--debug'), 'success');
      return String(started.json().runId);
    };
    const asked = [double.pipeline, double.scm].map(({ provider }) => sampleOf(provider)).find(hasCredentials);
    double.log.push(Buffer.from(asked?.credentials.map(({ value }) => `with ${value}\n`).join('') ?? ''));

    const first = await start();
    double.phase = 'succeeded';
    const { stderr } = await watched.run(step('pipeline watch', first, '--logs', '--debug'), 'success');
    expect(stderr).toMatch(/^with .+$/m);
    double.phase = 'queued';
    await watched.run(step('pipeline cancel', await start(), '--yes', '--debug'), 'success');
    double.instead = ({ headers }) => ({ status: 500, body: JSON.stringify(headers) });
    await watched.run(step('pipeline trigger', 'ios', '--debug'), 'failure');
    for (const path of ['runs', 'history']) await watched.run(step(path, '--debug'), 'success');
    await watched.run(step('pipeline runs', 'ios', '--debug'), 'success');
    expect([...watched.faultsSince(), ...watched.find(await sqlite.dump(box))]).toEqual([]);
  });
});

describe('what is created at a tracker that tells the credentials it was given', () => {
  const doubles: [string, () => Promise<TicketDouble>][] = [
    ['jira', () => jiraWithIssues()],
    ['linear', () => linearWithIssues()],
    ['azure-devops', azureWithWorkItems],
  ];

  test.each(doubles)('%s', async (_, make) => {
    const double = await make();
    const box = await ticketBoxAt(sqlite, double);
    const watched = watch(box);
    const create = (...flags: string[]) => step('ticket create', 'board', '--release', '1', '--debug', ...flags);
    await watched.run(create('--dry-run'), 'success');
    await watched.run(create('--link', 'https://acme.test/1'), 'success');
    await watched.run(step('ticket find', 'board', '--key', '1', '--json', '--debug'), 'success');
    await watched.run(step('ticket close', 'board', '--key', '1', '--debug'), 'success');
    double.instead = ({ method, headers }) =>
      method === 'POST'
        ? { status: 400, json: { message: headers, errors: { summary: headers }, errorMessages: [headers] } }
        : undefined;
    await watched.run(create('--key', '2'), 'failure');
    await watched.run(step('ticket find', 'board', '--key', '2', '--debug'), 'failure');
    for (const path of ['runs', 'history']) await watched.run(step(path, '--debug'), 'success');
    expect([...watched.faultsSince(), ...watched.find(await sqlite.dump(box))]).toEqual([]);
  });
});

test('what is sent over providers that tell the credentials they were given', async () => {
  const [slack, smtp, teams] = [await slackDouble(), await smtpDouble(), await teamsDouble()];
  const box = await boxWith(sqlite, { ...slack.env, ...smtp.env, ...teams.env }, 'slack', 'email', 'teams');
  const [, webhook] = sampleOf('slack').credentials;
  const hook = ['communication', 'add', 'slack', '--name', 'hook', '--webhook-url', 'env:HOOK'];
  await done(box.runWith({ env: { HOOK: webhook?.value } }, ...hook));
  const watched = watch(box);
  const all = ['slack', 'email', 'teams', 'hook'];
  await watched.run(step('communication test', ...all, '--yes', '--debug'), 'success');
  slack.answers['#releases'] = ({ headers }) => ({ status: 500, body: JSON.stringify(headers) });
  slack.answers['C0123456789'] = ({ headers }) => ({ json: { ok: false, error: headers['authorization'] } });
  slack.answers['webhook'] = ({ path }) => ({ status: 403, body: path });
  teams.answer = ({ path, query }) => ({ status: 400, json: { error: { code: `${path}?${query}`, message: path } } });
  for (const key of ['one', 'two'])
    await watched.run(step('notify', 'release_started', '--key', key, '--debug'), 'failure');
  await watched.run(step('notify', 'release_started', '--dry-run', '--debug'), 'success');
  for (const path of ['runs', 'history']) await watched.run(step(path, '--debug'), 'success');
  expect([...watched.faultsSince(), ...watched.find(await sqlite.dump(box))]).toEqual([]);
});

test('no command was left out', async () => {
  const paths = (await everyVerb()).map(({ path }) => path);
  // One needs a terminal, one answers requests; their own tests look for credentials in all that they show and leave.
  const elsewhere = ['setup', 'serve'];
  expect(paths.filter((path) => !visited.has(path))).toEqual(elsewhere);
});

function isPipeline({ category }: Sample): boolean {
  return category === 'pipeline';
}

/** Another one of the same shape; a private key stays. */
function otherThan(value: string): string {
  return value.startsWith('-----') ? value : value.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
}

function isChangeable({ credentials }: Sample): boolean {
  return credentials.some(({ value }) => otherThan(value) !== value);
}

function hasCredentials({ credentials }: Sample): boolean {
  return credentials.length > 0;
}

/** All stand beside each other, each under its provider's name. */
function inPlace(sample: Sample): string[] {
  const scm = providers.find(({ name }) => name === sample.provider)?.scm ?? 'github';
  return ['--name', sample.provider, ...(isPipeline(sample) ? ['--scm', scm, '--target', 'app-store'] : [])];
}

/** Makes a column refuse every sealed value. */
async function shrink(engine: Engine, box: Sandbox, table: string, column: string): Promise<void> {
  if (engine !== sqlite) {
    await engine.sql(box, `ALTER TABLE ${table} MODIFY ${column} VARCHAR(20) NULL`);
    return;
  }
  for (const event of ['INSERT', `UPDATE OF ${column}`]) {
    const name = `refuse_${column}_${event.slice(0, 6)}`;
    const refuse = `WHEN length(NEW.${column}) > 20 BEGIN SELECT RAISE(ABORT, 'too long'); END`;
    await engine.sql(box, `CREATE TRIGGER IF NOT EXISTS ${name} BEFORE ${event} ON ${table} ${refuse}`);
  }
}

/** Everything below a folder, but for the files that are named. */
function contentOf(folder: string, ...except: string[]): Buffer {
  const paths = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  const files = paths.filter((path) => statSync(path).isFile() && !except.some((name) => path.endsWith(name)));
  return Buffer.concat(files.map((path) => readFileSync(path)));
}
