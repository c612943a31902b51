import { beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { type ProviderServer, providerServer } from '../../support/provider-server.ts';
import { addThere, providerWorld } from '../../support/provider-world.ts';
import { sampleOf } from '../../support/samples.ts';
import { openTerminal } from '../../support/terminal.ts';
import { done, refused, workspace } from '../../support/workspace.ts';

/** Somebody who may use the program, or write its manifest, and does not know the credentials. */
let box: Sandbox;
let own: string;

const [token] = sampleOf('jira').credentials;
const env = { TOKEN: token?.value ?? '' };
const reason = 'jiraApiToken has to be given again: what is stored is not meant for the new address';

beforeAll(async () => {
  const world = await providerWorld();
  own = world.server.url;
  box = await workspace(sqlite, world.env);
  const { args, env } = addThere(world, 'jira', 'board');
  await done(box.runWith({ env }, ...args));
});

const address = async () => (await done(box.run('ticket', 'show', 'board', '--json'))).json().jiraUrl;
const verified = async () => (await done(box.run('ticket', 'verify', 'board', '--json'))).json();

/** Fails the test when it is sent anything. */
async function unharmed<T>(attack: (thief: ProviderServer) => Promise<T>): Promise<T> {
  const thief = await providerServer();
  const result = await attack(thief);
  expect(thief.requests).toEqual([]);
  expect(await address()).toBe(`${own}/jira`);
  return result;
}

const update = (...flags: string[]) => box.runWith({ env }, 'ticket', 'update', 'board', ...flags, '--json');

describe('update', () => {
  it.each([[[]], [['--verify']]])('to another server wants the credential in the same command %s', async (more) => {
    const error = await unharmed(({ url }) => refused(update('--url', `${url}/jira`, ...more)));
    expect(error).toMatchObject({ status: 64, code: 'VALIDATION', field: 'jiraApiToken', message: reason });
    expect(error.hint).toBe('Add --api-token env:NAME');
  });

  it('to another path of the same server, or of anything else, wants nothing', async () => {
    for (const flags of [
      ['--url', `${own}/elsewhere`],
      ['--project-key', 'WEB'],
      ['--url', `${own}/jira`],
    ])
      await done(update(...flags));
    await done(update('--project-key', 'MOB', '--verify'));
  });

  it('with the credential is a change like any other', async () => {
    await done(update('--url', 'https://jira.acme.test', '--api-token', 'env:TOKEN'));
    await done(update('--url', `${own}/jira`, '--api-token', 'env:TOKEN', '--verify'));
    expect(await verified()).toMatchObject([{ outcome: 'valid' }]);
  });

  it('asks for it in a terminal', async () => {
    const thief = await providerServer();
    const terminal = openTerminal(['ticket', 'update', 'board', '--url', thief.url], { env: box.env, cols: 160 });
    await terminal.waitFor('API token has to be given again: what is stored is not meant for the new address.');
    await terminal.waitFor('? API token:');
    expect(terminal.transcript).not.toContain('Enter keeps it');
    terminal.key('ctrl-c');
    expect(await terminal.exit).toBe(130);
    expect(thief.requests).toEqual([]);
    expect(await address()).toBe(`${own}/jira`);
  });

  it('asks for it again where it asks for each field, before the provider is asked', async () => {
    const thief = await providerServer();
    const terminal = openTerminal(['ticket', 'update', 'board'], { env: box.env, cols: 160 });
    for (const [question, answer] of [
      ['? Name:', ''],
      ['? Jira URL:', thief.url],
      ['? E-mail:', ''],
    ] as const) {
      await terminal.waitFor(question);
      terminal.answer(answer);
    }
    await terminal.waitFor('API token has to be given again');
    await terminal.waitFor('? API token:');
    terminal.answer('');
    await terminal.waitFor('API token is needed');
    terminal.key('ctrl-c');
    expect(await terminal.exit).toBe(130);
    expect(thief.requests).toEqual([]);
    expect(await address()).toBe(`${own}/jira`);
  });
});

describe('a manifest', () => {
  const item = (url: string, credential: string) => `  - { name: board, type: jira, jiraUrl: "${url}"${credential} }\n`;
  const manifest = (url: string, credential: string) => `tenant: Acme\ntickets:\n${item(url, credential)}`;

  it.each([
    ['keep', ', jiraApiToken: keep'],
    ['nothing', ''],
  ])('that changes the address and says %s is refused, with its place', async (_, credential) => {
    for (const command of [['plan'], ['plan', '--no-credentials'], ['apply'], ['apply', '--verify']]) {
      const error = await unharmed(({ url }) =>
        refused(box.runWith({ input: manifest(`${url}/jira`, credential) }, ...command, '-f', '-', '--json')),
      );
      expect([command, error]).toMatchObject([command, { status: 64, code: 'VALIDATION' }]);
      expect(error.message).toMatch(/^<stdin>:3:\d+: jiraApiToken has to be given again/);
    }
  });

  it('that gives the credential too seals it for the new address, even where it is the same one', async () => {
    const apply = (url: string) =>
      done(box.runWith({ env, input: manifest(url, ', jiraApiToken: env:TOKEN') }, 'apply', '-f', '-', '--json'));
    await apply('https://jira.acme.test');
    await apply(`${own}/jira`);
    expect(await verified()).toMatchObject([{ outcome: 'valid' }]);
    expect((await apply(`${own}/jira`)).json()).toMatchObject([{ action: 'none' }]);
  });

  it('that says keep and leaves the address as it is changes nothing', async () => {
    const input = manifest(`${own}/jira`, ', jiraApiToken: keep');
    expect((await done(box.runWith({ input }, 'plan', '-f', '-', '--json'))).json()).toMatchObject([
      { action: 'none' },
    ]);
  });
});
