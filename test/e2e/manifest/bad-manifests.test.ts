import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { categoryList } from '../../../src/core/category.ts';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { sampleOf } from '../../support/samples.ts';
import { tracer } from '../../support/traces.ts';
import { addSample, done, workspace } from '../../support/workspace.ts';

const { value: secret = '', core = '' } = sampleOf('linear').credentials[0] ?? {};
const find = tracer([{ name: 'the sentinel', value: core }]);

/** A document whose one ticket holds these lines. */
function ticket(...lines: string[]): string {
  return [
    'tenant: Acme',
    'tickets:',
    '  - name: board',
    '    type: linear',
    ...lines.map((line) => `    ${line}`),
  ].join('\n');
}

/** What Linear needs, with the credential given. */
const whole = ['linearApiKey: env:LINEAR', 'linearTeamId: MOB'];

let box: Sandbox;

beforeAll(async () => {
  box = await workspace(sqlite);
  await addSample(box, 'github', 'stored');
  await addSample(box, 'app-store', 'app');
});

async function rows(): Promise<number> {
  let count = 0;
  for (const { table } of categoryList) count += (await sqlite.sql(box, `SELECT id FROM ${table}`)).length;
  return count;
}

/** What `apply` and `plan` say of a manifest that they refuse; nothing is written. */
async function refusal(text: string | Buffer, ...flags: string[]) {
  writeFileSync(join(box.root, 'm.yaml'), text);
  const options = { env: { LINEAR: secret, EMPTY: '' } };
  const args = ['-f', join(box.root, 'm.yaml'), ...flags];
  const planned = await runHere(box, options, 'plan', ...args);
  const applied = await runHere(box, options, 'apply', ...args);
  expect({ ...planned, stderr: '' }).toEqual({ ...applied, stdout: '', stderr: '' });
  expect(planned.stderr).toBe(applied.stderr);
  expect(find(applied.stderr)).toEqual([]);
  expect(await rows()).toBe(2);
  return { status: applied.status, text: applied.stderr.replaceAll(`${box.root}/`, '') };
}

test('what is right goes through', async () => {
  const options = { input: ticket(...whole), env: { LINEAR: secret } };
  expect(await runHere(box, options, 'plan', '-f', '-')).toMatchObject({ status: 0, stderr: '' });
});

describe('null in a needed field of a new item is as absent', () => {
  const item = (category: string, type: string, ...lines: string[]) =>
    ['tenant: Acme', `${category}:`, '  - name: new', `    type: ${type}`, ...lines.map((line) => `    ${line}`)].join(
      '\n',
    );
  const jira = (url: string, email: string) =>
    item('tickets', 'jira', `jiraUrl: ${url}`, email, 'jiraApiToken: env:LINEAR', 'jiraProjectKey: MOB');

  test.each<[what: string, manifest: string, message: RegExp]>([
    [
      'a channel that YAML takes for a comment',
      item('communication', 'slack', 'slackBotToken: env:LINEAR', 'slackChannels: #releases'),
      /slackChannels is needed for Slack; nothing stands here: put it in quotes/,
    ],
    [
      'both credentials of Slack',
      item('communication', 'slack', 'slackBotToken: null', 'slackWebhookUrl: null', 'slackChannels: ["#releases"]'),
      /slackWebhookUrl is needed for Slack, or slackBotToken/,
    ],
    [
      'the e-mail of Jira Cloud',
      jira('https://acme.atlassian.net', 'jiraEmail: null'),
      /jiraEmail is needed on Jira Cloud/,
    ],
  ])('%s', async (_what, manifest, message) => {
    const refused = await refusal(manifest);
    expect(refused).toEqual({ status: 64, text: expect.stringMatching(message) });
  });

  test('where it says something of its own, it goes through', async () => {
    const options = { input: jira('https://jira.acme.test', 'jiraEmail: null'), env: { LINEAR: secret } };
    expect(await runHere(box, options, 'plan', '-f', '-')).toMatchObject({ status: 0 });
  });
});

describe('each mistake is told with its place', () => {
  test.each<[what: string, manifest: string, place: string, message: RegExp]>([
    ['a key that is not known', ticket('linearTeam: MOB'), '5:5', /this key is not known; perhaps linearTeamId/],
    [
      'a key at the top',
      'tenant: Acme\nrepositories: []',
      '2:1',
      /this key is not known here; there are tenant, scm, targets/,
    ],
    ["another provider's key", ticket('jiraUrl: x'), '5:5', /this key is not known here; there are name, type, linear/],
    ['no tenant', 'scm: []', '1:1', /tenant is needed in every document/],
    ['a tenant that is a number', 'tenant: 12', '1:9', /tenant must be the name or the id/],
    ['a tenant that there is not', 'tenant: Nobody', '1:1', /tenant names a tenant that does not exist/],
    ['no name', 'tenant: Acme\nscm:\n  - type: github', '3:5', /name is needed/],
    ['no type', 'tenant: Acme\nscm:\n  - name: x', '3:5', /type is needed: github, gitlab or bitbucket/],
    [
      'a type of another category',
      'tenant: Acme\nscm: [{name: x, type: jira}]',
      '2:23',
      /type must be github, gitlab or/,
    ],
    ['no list', 'tenant: Acme\nscm: {}', '2:6', /scm must be a list/],
    ['an item that is no map', 'tenant: Acme\nscm: [x]', '2:7', /an integration of scm must be a map/],
    ['a document that is a list', '- tenant: Acme', '1:1', /a document must be a map/],
    ['no document', '# nothing\n', '1:1', /the manifest holds no document/],
    [
      'a number for text',
      ticket(...whole.slice(0, 1), 'linearTeamId: 12'),
      '6:19',
      /linearTeamId must be text: put it in quotes/,
    ],
    ['text for a switch', ticket(...whole, 'active: "no"'), '7:13', /active must be true or false/],
    [
      'text for true or false',
      ticket(...whole, 'autoCreateEpics: "yes"'),
      '7:22',
      /autoCreateEpics must be true or false/,
    ],
    ['text for a map', ticket(...whole, "epicTemplate: '{}'"), '7:19', /epicTemplate must be a map/],
    [
      'text for a list',
      'tenant: Acme\ncommunication: [{name: x, type: email, emailRecipients: a@b.c}]',
      '2:57',
      /emailRecipients must be a list of texts/,
    ],
    [
      'text for a number',
      'tenant: Acme\npipelines: [{name: x, type: jenkins, buildTimeout: "5"}]',
      '2:52',
      /buildTimeout must be a whole number, without/,
    ],
    [
      'a number that JSON has not',
      ticket(...whole, 'epicTemplate: {a: .inf}'),
      '7:23',
      /a number must be one that JSON has/,
    ],
    [
      'nothing where it is needed',
      ticket('linearApiKey: env:LINEAR', 'linearTeamId: null'),
      '6:19',
      /linearTeamId is needed and cannot be cleared/,
    ],
    ['a field that is missing', ticket('linearApiKey: env:LINEAR'), '3:5', /linearTeamId is needed for Linear/],
    ['a credential that is missing', ticket('linearTeamId: MOB'), '3:5', /linearApiKey is needed for Linear/],
    [
      'the credential itself',
      ticket(`linearApiKey: ${secret}`),
      '5:19',
      /linearApiKey must be env:NAME, file:PATH or keep, not the cred/,
    ],
    [
      'the credential as value:',
      ticket(`linearApiKey: value:${secret}`),
      '5:19',
      /linearApiKey may be given as value: only on standard input/,
    ],
    [
      'keep where nothing is',
      ticket('linearApiKey: keep', 'linearTeamId: MOB'),
      '5:19',
      /linearApiKey says keep, and nothing is stored/,
    ],
    [
      'a variable that is not set',
      ticket('linearApiKey: env:NOTHING'),
      '5:19',
      /linearApiKey: the environment variable NOTHING is not set/,
    ],
    [
      'a variable that is empty',
      ticket('linearApiKey: env:EMPTY'),
      '5:19',
      /linearApiKey: the environment variable EMPTY is empty/,
    ],
    [
      'a variable of ours',
      ticket('linearApiKey: env:INTEGRATIONS_KEYRING'),
      '5:19',
      /linearApiKey cannot come from a variable of our own/,
    ],
    [
      'no variable',
      ticket(`linearApiKey: env:${secret}-`),
      '5:19',
      /linearApiKey must have the name of an environment variable/,
    ],
    [
      'a file that is missing',
      ticket('linearApiKey: file:none'),
      '5:19',
      /linearApiKey: the file none cannot be read: there is no such/,
    ],
    [
      'a folder',
      ticket('linearApiKey: file:home'),
      '5:19',
      /linearApiKey: the file home cannot be read: it is a directory/,
    ],
    [
      'a file outside',
      ticket('linearApiKey: file:/etc/hostname'),
      '5:19',
      /linearApiKey: the file \/etc\/hostname is outside the manifest's folder/,
    ],
    [
      'a way outside',
      ticket('linearApiKey: file:home/../../../../../etc/hostname'),
      '5:19',
      /outside the manifest's folder/,
    ],
    ['a link to outside', ticket('linearApiKey: file:link'), '5:19', /outside the manifest's folder/],
    [
      'a file that cannot be opened',
      ticket('linearApiKey: file:binary'),
      '5:19',
      /linearApiKey: the file binary is not text/,
    ],
    ['a reference to nothing', pipeline('scm: nothing'), '2:96', /scm names no scm integration/],
    ['a reference that is a list', pipeline('scm: [stored]'), '2:96', /scm must be the name of the scm integration/],
    [
      'an scm of another kind',
      'tenant: Acme\npipelines: [{name: x, type: gitlab-ci, scm: stored}]',
      '2:45',
      /scm names one of GitHub; a GitLab CI pipeline needs one of GitLab/,
    ],
    [
      'a name twice',
      `${ticket(...whole)}\n  - {name: board, type: linear}`,
      '7:5',
      /name is that of another integration of tickets/,
    ],
    [
      'an organization twice',
      `tenant: Acme\nscm: [${scm('a')}, ${scm('b')}]`,
      '2:151',
      /organization is that of another item of this document/,
    ],
    ['a tenant twice', 'tenant: Acme\n---\ntenant: Acme', '3:1', /tenant is named twice/],
    ['a key twice', 'tenant: Acme\ntenant: Acme', '2:1', /a key is there twice/],
    ['a key that is a number', 'tenant: Acme\n1: x', '2:1', /a key must be text/],
    ['a key that is a list', 'tenant: Acme\n? [a]\n: x', '2:3', /a key must be text/],
    ['an anchor within itself', 'tenant: Acme\nscm: &a [*a]', '2:10', /an alias stands inside what it names/],
    ['an alias to nothing', `tenant: Acme\nscm: *${secret}`, '2:6', /an alias names an anchor that is not there/],
    ['a tag', `tenant: !${secret} Acme`, '1:9', /a tag stands here/],
    ['a merge key without a map', 'tenant: Acme\n<<: [x]', '2:5', /takes over the keys of a map/],
    ['a quote without its end', ticket(`linearApiKey: "${secret}`), '5:68', /in quotation marks is not closed/],
    ['a list without its end', `tenant: Acme\nscm: [${secret}`, '2:55', /is not closed with its/],
    [
      'an escape that is none',
      ticket(`linearApiKey: "${secret}\\q"`),
      '5:68',
      /in double quotes a "\\" starts an escape/,
    ],
    ['a tab', `tenant: Acme\nscm:\n\t- ${secret}`, '3:1', /tab|not YAML/],
    [
      'a colon too many',
      ticket(`linearApiKey: ${secret}: ${secret}`),
      '5:19',
      /a list or a map stands where|spans several lines|not YAML/,
    ],
    [
      'a line that is not indented',
      `tenant: Acme\nscm:\n  - name: x\n   type: ${secret}`,
      '4:1',
      /not indented as those it belongs to/,
    ],
  ])('%s', async (_, manifest, place, message) => {
    const { status, text } = await refusal(manifest);
    expect(text).toMatch(message);
    expect(text).toContain(`m.yaml:${place}: `);
    expect(status).toBe(/names (none|no |a tenant that does not exist)/.test(text) ? 7 : 64);
  });

  beforeAll(() => {
    symlinkSync('/etc/hostname', join(box.root, 'link'));
    writeFileSync(join(box.root, 'binary'), Buffer.from([0xff, 0xfe, 0x00]));
  });

  function pipeline(reference: string): string {
    return `tenant: Acme\npipelines: [{name: x, type: github-actions, target: app, githubWorkflowPath: release.yml, ${reference}}]`;
  }

  function scm(name: string): string {
    return `{name: ${name}, type: gitlab, organization: a, repositoryUrl: https://gitlab.com/a/b, accessToken: env:LINEAR}`;
  }
});

describe('a file that is no manifest', () => {
  test.each<[what: string, content: () => string | Buffer, message: RegExp]>([
    [
      'binary',
      () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]),
      /m\.yaml: the manifest is not text in UTF-8\nhint: {2}Save it as UTF-8/,
    ],
    ['text with a NUL', () => `tenant: Ac\0me`, /m\.yaml: the manifest is not text in UTF-8\n/],
    [
      'half of UTF-16',
      () => Buffer.from('\ufefftenant: Acme', 'utf16le').subarray(0, -1),
      /m\.yaml: the manifest is not text in UTF-8\n/,
    ],
    [
      '100 MB',
      () => Buffer.alloc(100 * 1024 * 1024, 'tenant: Acme # \n'),
      /m\.yaml: the manifest is larger than 64 MB\nhint: {2}Cut it into several files/,
    ],
    ['a bracket a hundred thousand times', () => '['.repeat(100_000), /m\.yaml:1:1: the manifest is nested too deeply/],
    ['a billion laughs', bomb, /epicTemplate repeats itself by aliases too often/],
    ['a bomb of items', () => `tenant: Acme\nscm:\n  - &a {name: x}\n${'  - *a\n'.repeat(200)}`, /and \d+ more\n/],
  ])('%s', async (_, content, message) => {
    const { status, text } = await refusal(content());
    expect(text).toMatch(message);
    expect(status).toBe(64);
  });

  function bomb(): string {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`,
    );
    return ticket(...whole, `epicTemplate: { l0: &l0 [lol], ${levels.join(', ')} }`);
  }

  test('that is missing, a folder, or not ours to read', async () => {
    mkdirSync(join(box.root, 'folder'));
    writeFileSync(join(box.root, 'closed'), 'tenant: Acme');
    chmodSync(join(box.root, 'closed'), 0o000);
    for (const [name, reason] of [
      ['none', 'there is no such file\nhint:  Check the path; - reads standard input.'],
      ['folder', `it is a directory\nhint:  Name a file in it, such as ${join(box.root, 'folder/integrations.yaml')}.`],
      ...(process.getuid?.() === 0 ? [] : [['closed', 'permission denied\nhint:  Let the user']]),
    ]) {
      const { status, stderr } = await runHere(box, {}, 'plan', '-f', join(box.root, name ?? ''));
      expect([status, stderr]).toEqual([
        64,
        expect.stringContaining(`${name}: the manifest cannot be read: ${reason}`),
      ]);
    }
  });
});

test('a byte-order mark and Windows line ends change nothing, not even the places', async () => {
  const good = `\ufeff${ticket(...whole)}\n`.replaceAll('\n', '\r\n');
  writeFileSync(join(box.root, 'windows.yaml'), good);
  const { status, stdout } = await runHere(
    box,
    { env: { LINEAR: secret } },
    'plan',
    '-f',
    join(box.root, 'windows.yaml'),
    '--json',
  );
  expect([status, JSON.parse(stdout)]).toEqual([0, [expect.objectContaining({ action: 'create', name: 'board' })]]);
  expect((await refusal(good.replace('linearTeamId', 'teamId'))).text).toContain('m.yaml:6:5: ');
});

test('JSON with tabs is read as well', async () => {
  const input = JSON.stringify(
    { tenant: 'Acme', tickets: [{ name: 'x', type: 'linear', linearApiKey: `value:${secret}`, linearTeamId: 'A' }] },
    null,
    '\t',
  );
  expect(await runHere(box, { input }, 'plan', '-f', '-')).toMatchObject({ status: 0, stderr: '' });
});

test('all mistakes of all files are told at once, in their order, and for scripts too', async () => {
  writeFileSync(
    join(box.root, 'one.yaml'),
    'tenant: Acme\nx: 1\ny: 2\ntickets: [{name: t, type: linear, autoCreateEpics: 1}]\n',
  );
  const args = ['plan', '-f', join(box.root, 'one.yaml'), '-f', '-', '-f', join(box.root, 'none.yaml')];
  const options = { input: ticket('linearApiKey: env:NOTHING') };
  const { status, stderr } = await runHere(box, options, ...args);
  expect(status).toBe(64);
  const places = stderr.split('\n').flatMap((line) => /^(?:\S*\/)?([^/ ]+(?::\d+:\d+|\.yaml)): /.exec(line)?.[1] ?? []);
  expect(places).toEqual(['one.yaml:2:1', 'one.yaml:3:1', 'one.yaml:4:52', '<stdin>:5:19', 'none.yaml']);
  const { error } = JSON.parse((await runHere(box, options, ...args, '--json')).stderr);
  expect(error).toMatchObject({ code: 'VALIDATION', message: 'the manifest has 5 problems' });
  expect(error.details.problems[3]).toMatchObject({ file: '<stdin>', line: 5, column: 19, key: 'linearApiKey' });
  expect(error.details.problems[4]).toMatchObject({
    file: expect.stringMatching('none.yaml'),
    line: null,
    column: null,
  });
});

test('--allow-outside takes files from elsewhere, and a path is relative to the manifest', async () => {
  const folder = join(box.root, 'below');
  mkdirSync(folder);
  writeFileSync(join(box.root, 'key'), `${secret}\n`);
  writeFileSync(join(folder, 'm.yaml'), ticket('linearApiKey: file:../key', 'linearTeamId: A'));
  const args = ['plan', '-f', join(folder, 'm.yaml')];
  expect((await runHere(box, {}, ...args)).status).toBe(64);
  expect(await runHere(box, {}, ...args, '--allow-outside')).toMatchObject({ status: 0, stderr: '' });
});

test('--no-credentials needs neither the sources nor the key', async () => {
  const fresh = await workspace(sqlite);
  const without = {
    env: { INTEGRATIONS_KEYRING: 'broken' },
    input: ticket('linearApiKey: env:NOTHING', 'linearTeamId: A'),
  };
  expect(await runHere(fresh, without, 'plan', '-f', '-')).toMatchObject({ status: 64 });
  const { status, stdout, stderr } = await runHere(fresh, without, 'plan', '-f', '-', '--no-credentials', '--json');
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({
      action: 'create',
      fields: expect.arrayContaining([{ name: 'linearApiKey', before: null, after: 'changed' }]),
    }),
  ]);
  expect((await done(fresh.run('ticket', 'list', '--json'))).json()).toEqual([]);
});
