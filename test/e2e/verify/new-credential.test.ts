import { beforeAll, describe, expect, it } from 'vitest';
import { providers } from '../../../src/providers/index.ts';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { type ProviderServer, providerServer } from '../../support/provider-server.ts';
import { type Ids, populated, providerWorld, type World } from '../../support/provider-world.ts';
import { credentialFlags, sampleOf } from '../../support/samples.ts';
import { openTerminal } from '../../support/terminal.ts';
import { eachOf, refused } from '../../support/workspace.ts';

/**
 * Somebody who can write the database, and has no key, changes where a row leads, and waits for the next credential that
 * is given to it.
 */
let world: World;
let box: Sandbox;
let ids: Ids;

beforeAll(async () => {
  world = await providerWorld();
  ({ box, ids } = await populated(sqlite, world));
});

/** The rows that an address of their own leads to where a credential goes. */
const addressed = providers.flatMap((provider) => {
  const address = provider.fields.find(({ kind }) => kind === 'url');
  const secrets = provider.fields.filter((field) => field.addressed);
  if (!address || secrets.length === 0) return [];
  return [{ name: provider.name, provider, address, secrets }];
});

/** What the thief writes beside the address: whether the stored credentials are left, spoilt or taken away. */
const left: readonly (readonly [string, (sealed: string) => string | null])[] = [
  ['left', (sealed) => sealed],
  ['spoilt', (sealed) => `${sealed.slice(0, -4)}AAAA`],
  ['taken away', () => ''],
  ['not there', () => null],
];

interface Theft {
  thief: ProviderServer;
  path: string;
}

async function changed(
  { name, provider, address, secrets }: (typeof addressed)[number],
  spoil: (sealed: string) => string | null,
  work: (theft: Theft) => Promise<void>,
): Promise<void> {
  const { table } = provider.category;
  const id = ids[name] ?? '';
  const columns = [address.name, ...secrets.map((field) => field.name)];
  const thief = await providerServer();
  const path = name === 'jenkins' || name === 'jira' ? `${thief.url}/ci` : `${thief.url}/acme/mobile`;
  const [was = {}] = await sqlite.sql(box, `SELECT ${columns.join(', ')} FROM ${table} WHERE id = ?`, [id]);
  const set = async (row: Record<string, unknown>) => {
    for (const column of columns)
      await sqlite.sql(box, `UPDATE ${table} SET ${column} = ? WHERE id = ?`, [row[column] ?? null, id]);
  };
  const spoilt = secrets.map((field) => {
    const sealed = was[field.name];
    return [field.name, typeof sealed === 'string' ? spoil(sealed) : null] as const;
  });
  await set({ ...Object.fromEntries(spoilt), [address.name]: path });
  try {
    await work({ thief, path });
  } finally {
    await set(was);
  }
}

describe.each(left)('where the stored ones are %s', (how, spoil) => {
  // The column of an SCM is never null.
  const able = addressed.filter(({ provider }) => spoil('') !== null || provider.category.name !== 'scm');
  it.each(able)('a new credential of $name goes nowhere', async (theft) => {
    const { name, provider } = theft;
    const { name: category } = provider.category;
    const { flags, env } = credentialFlags(sampleOf(name));
    const tenant = category === 'pipeline' ? ['--tenant', 'Pipes'] : [];
    await changed(theft, spoil, async ({ thief }) => {
      const id = ids[name] ?? '';
      const storing = [
        ['rotate', id, '--no-verify'],
        ['update', id],
      ];
      const verbs = [['rotate', id], ['update', id, '--verify'], ...(how === 'left' ? storing : [])];
      await eachOf(verbs, async (verb) => {
        const run = box.runWith({ env }, category, ...verb, ...flags, ...tenant, '--yes', '--json');
        expect(await refused(run), verb.join(' ')).toMatchObject({
          status: 6,
          code: 'CONFLICT',
          message: expect.stringContaining(`leads to ${thief.url}, and no stored credential is meant for there`),
          hint: expect.stringContaining(`integrations ${category} update ${id} --`),
        });
      });
      expect(thief.requests).toEqual([]);
    });
  });
});

describe('jira', () => {
  const jira = addressed.find(({ name }) => name === 'jira');
  if (!jira) throw new Error('jira has an address');
  const [, keep] = left[0] ?? ['', (sealed: string) => sealed];
  const token = `ATATT3xFfGF0${'fresh'.repeat(12)}=A1B2C3D4`;
  const env = { NEW: token };

  it('a manifest that does not name the address is refused before anything is sent', async () => {
    await changed(jira, keep, async ({ thief, path }) => {
      const item = { name: 'jira', type: 'jira', jiraApiToken: 'env:NEW' };
      const apply = (more: object) =>
        box.runWith(
          { env, input: JSON.stringify({ tenant: 'Acme', tickets: [{ ...item, ...more }] }) },
          ...['apply', '-f', '-', '--verify', '--yes', '--json'],
        );
      expect(await refused(apply({}))).toMatchObject({
        status: 6,
        message: expect.stringContaining(`would go to ${thief.url}, for which no stored credential is meant`),
      });
      expect(thief.requests).toEqual([]);
      thief.on('GET', /./, { status: 401 });
      await apply({ jiraUrl: path });
      expect(thief.requests).not.toEqual([]);
    });
  });

  it('an address that is named with the credential is meant', async () => {
    await changed(jira, keep, async ({ thief, path }) => {
      thief.on('GET', /./, { status: 401 });
      const flags = ['--url', path, '--api-token', 'env:NEW', '--verify'];
      await box.runWith({ env }, 'ticket', 'update', ids['jira'] ?? '', ...flags);
      expect(thief.requests).not.toEqual([]);
    });
  });

  it('a person is asked', async () => {
    await changed(jira, keep, async ({ thief }) => {
      const ask = async (answer: string) => {
        const args = ['ticket', 'rotate', ids['jira'] ?? '', '--api-token', 'env:NEW'];
        const terminal = openTerminal(args, { env: { ...box.env, ...env } });
        await terminal.waitFor(`Send the new credential to ${thief.url}?`);
        expect(terminal.transcript).toContain('somebody may have changed the address');
        terminal.answer(answer);
        return terminal;
      };
      const refusing = await ask('n');
      expect(await refusing.exit).toBe(130);
      expect(thief.requests).toEqual([]);
      thief.on('GET', /./, { status: 401 });
      const sure = await ask('y');
      expect(await sure.exit).toBe(3);
      expect(thief.requests).not.toEqual([]);
    });
  });
});
