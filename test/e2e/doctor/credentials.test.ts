import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { readKeyRing } from '../../../src/crypto/key-ring.ts';
import { createSealer } from '../../../src/crypto/seal.ts';
import { openBox } from '../../support/builders.ts';
import type { Sandbox } from '../../support/cli.ts';
import { commandIn, examine } from '../../support/doctor.ts';
import { forEachEngine, sqlite } from '../../support/engines.ts';
import { freshKeyring } from '../../support/keyring.ts';
import { checkout } from '../../support/programs.ts';
import { credentialFlags, sampleOf } from '../../support/samples.ts';
import { openTerminal } from '../../support/terminal.ts';
import { addSample, done, workspace } from '../../support/workspace.ts';

const scm = 'tenant_scm_integrations';

forEachEngine((engine) => {
  let box: Sandbox;
  let ids: Record<'code' | 'lab' | 'app' | 'build' | 'board' | 'theirs', string>;
  let tenants: Record<string, string>;

  beforeAll(async () => {
    box = await workspace(engine);
    await done(box.run('tenant', 'add', 'Other'));
    const add = async (provider: string, name: string, ...more: string[]) =>
      (await addSample(box, provider, name, ...more)).id;
    ids = {
      code: await add('github', 'code'),
      lab: await add('gitlab', 'lab'),
      app: await add('app-store', 'app'),
      build: await add('github-actions', 'build'),
      board: await add('linear', 'board'),
      theirs: await add('github', 'theirs', '--tenant', 'Other'),
    };
    const rows = (await done(box.run('tenant', 'list', '--json'))).json();
    tenants = Object.fromEntries(rows.map((row: { displayName: string; id: string }) => [row.displayName, row.id]));
  });

  const set = (table: string, column: string, value: string | null, id: string) =>
    engine.sql(box, `UPDATE ${table} SET ${column} = ? WHERE id = ?`, [value, id]);
  const valueIn = async (table: string, column: string, id: string) =>
    String((await engine.sql(box, `SELECT ${column} AS value FROM ${table} WHERE id = ?`, [id]))[0]?.['value']);

  test('altered values of two tenants: each by its id, and the others are opened all the same', async () => {
    const tampered = (await valueIn(scm, 'accessToken', ids.theirs)).replace(/..$/, 'AA');
    await set(scm, 'accessToken', tampered, ids.theirs);
    await set('tenant_ticket_integrations', 'linearApiKey', 'lin_api_inTheOpen0123456789', ids.board);
    const { status, stderr, items, faults } = await examine(box);
    expect(status).toBe(4);
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error.code).toBe('DECRYPTION_FAILED');
    const row = (category: string, id: string, column: string, tenant: string) => ({
      category,
      id,
      column,
      tenantId: tenants[tenant],
    });
    expect(faults['credentials']).toEqual([
      {
        id: 'credentials',
        severity: 'error',
        finding: expect.stringMatching(`^accessToken of ${ids.theirs} does not open: it was altered`),
        remedy: `Set it again: integrations scm rotate ${ids.theirs} --tenant ${tenants['Other']}`,
        count: 1,
        rows: [row('scm', ids.theirs, 'accessToken', 'Other')],
      },
      {
        id: 'credentials',
        severity: 'error',
        finding: `linearApiKey of ${ids.board} does not open: it is not a sealed value, or is cut short`,
        remedy: `Set it again: integrations ticket rotate ${ids.board} --tenant ${tenants['Acme']}`,
        count: 1,
        rows: [row('ticket', ids.board, 'linearApiKey', 'Acme')],
      },
    ]);
    expect(JSON.stringify(items)).not.toContain('inTheOpen');

    for (const [item, provider] of [
      [faults['credentials']?.[0], 'github'],
      [faults['credentials']?.[1], 'linear'],
    ] as const) {
      const { flags, env } = credentialFlags(sampleOf(provider));
      if (item) await done(box.runWith({ env }, ...commandIn(item), ...flags, '--no-verify'));
    }
    expect((await examine(box)).faults['credentials']).toBeUndefined();
  });

  test('values under a key that is not at hand: counted by its id, and back with it', async () => {
    const exported = join(box.root, `ring-${engine.name}.json`);
    await done(box.run('key', 'export', '--file', exported));
    const ring = join(box.configDir, 'keyring.json');
    const { keys } = JSON.parse(readFileSync(ring, 'utf8'));
    const [{ kid }] = keys;
    const added = { kty: 'oct', kid: 'new', k: randomBytes(32).toString('base64url') };
    writeFileSync(ring, JSON.stringify({ keys: [added, ...keys] }));
    const { flags, env } = credentialFlags(sampleOf('linear'));
    await done(box.runWith({ env }, 'ticket', 'rotate', 'board', ...flags, '--no-verify'));
    writeFileSync(ring, JSON.stringify({ keys: [added] }));
    const { status, faults } = await examine(box);
    expect([status, faults['credentials']]).toEqual([
      4,
      [
        expect.objectContaining({
          severity: 'error',
          finding: `9 values cannot be opened: the key "${kid}" is not at hand`,
          remedy: expect.stringMatching(/^integrations key import /),
          count: 9,
        }),
      ],
    ]);
    expect(faults['credentials']?.[0]?.rows).toHaveLength(9);
    await done(box.run('key', 'import', `file:${exported}`));
    expect((await examine(box)).faults['credentials']).toBeUndefined();
  });

  test('pipelines that use what they may not', async () => {
    const plant = (column: string, value: string) =>
      engine.unchecked(box, [
        `UPDATE tenant_pipeline_integrations SET ${column} = '${value}' WHERE id = '${ids.build}'`,
      ]);
    const cases = [
      ['scmIntegrationId', ids.theirs, 'uses an SCM of another tenant', 'scm', 'code'],
      ['scmIntegrationId', 'scm_gone', 'uses an SCM that does not exist', 'scm', 'code'],
      ['scmIntegrationId', ids.lab, 'needs an SCM of GitHub, but uses one of GitLab', 'scm', 'code'],
      ['targetIntegrationId', 'target_gone', 'uses a target that does not exist', 'target', 'app'],
    ] as const;
    for (const [column, value, reason, part, name] of cases) {
      await plant(column, value);
      const { status, faults } = await examine(box);
      // A file is looked into for references to what is not there, which weighs more.
      const isOrphan = engine.name === 'sqlite' && value !== ids.lab;
      expect([status, faults['pipelines']]).toEqual([
        isOrphan ? 4 : 1,
        [
          {
            id: 'pipelines',
            severity: 'error',
            finding: `the pipeline "build" (${ids.build}) ${reason}`,
            remedy: `integrations pipeline link ${ids.build} --${part} REF --tenant ${tenants['Acme']}`,
            count: 1,
            rows: [{ id: ids.build, tenantId: tenants['Acme'], category: 'pipeline' }],
          },
        ],
      ]);
      const command = commandIn(faults['pipelines']?.[0] as never).map((word) => (word === 'REF' ? name : word));
      await done(box.run(...command));
      expect((await examine(box)).faults['pipelines']).toBeUndefined();
    }
  });

  test('stale verifications, of what is switched on', async () => {
    const tables = ['scm', 'target', 'pipeline', 'ticket'].map((name) => `tenant_${name}_integrations`);
    for (const table of tables) await engine.sql(box, `UPDATE ${table} SET lastVerifiedAt = CURRENT_TIMESTAMP`);
    expect((await examine(box)).faults['verifications']).toBeUndefined();
    await set(scm, 'lastVerifiedAt', '2026-01-02 03:04:05', ids.theirs);
    await set(scm, 'lastVerifiedAt', null, ids.lab);
    await done(box.run('scm', 'disable', 'lab'));
    const { status, faults } = await examine(box);
    expect([status, faults['verifications']]).toEqual([
      0,
      [
        {
          id: 'verifications',
          severity: 'warning',
          finding: '1 integration not verified within 7 days',
          remedy: 'integrations verify --all-tenants --stale 7d',
          count: 1,
          rows: [{ id: ids.theirs, tenantId: tenants['Other'], category: 'scm' }],
        },
      ],
    ]);
    // Nobody answers at that address; it is the command that is tried, and that it asks about that row.
    const env = {
      INTEGRATIONS_GITHUB_API_URL: 'http://127.0.0.1:1',
      INTEGRATIONS_GITLAB_API_URL: 'http://127.0.0.1:1',
    };
    const verified = await box.runWith({ env }, ...commandIn(faults['verifications']?.[0] as never), '--json');
    expect(verified.json().map(({ id }: { id: string }) => id)).toContain(ids.theirs);
    await done(box.run('scm', 'enable', 'lab'));
  });

  test('verifications that are dated in the future, by a clock that was wrong', async () => {
    const tables = ['scm', 'target', 'pipeline', 'ticket'].map((name) => `tenant_${name}_integrations`);
    for (const table of tables) await engine.sql(box, `UPDATE ${table} SET lastVerifiedAt = CURRENT_TIMESTAMP`);
    await set(scm, 'lastVerifiedAt', '2037-01-02 03:04:05', ids.theirs);
    expect((await examine(box)).faults['verifications']).toEqual([
      expect.objectContaining({
        severity: 'warning',
        finding: '1 integration not verified within 7 days, 1 of them dated in the future: a clock is or was wrong',
        rows: [{ id: ids.theirs, tenantId: tenants['Other'], category: 'scm' }],
      }),
    ]);
    await set(scm, 'lastVerifiedAt', null, ids.theirs);
  });

  test('credentials that end within 14 days, or have ended', async () => {
    const inDays = (days: number) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19).replace('T', ' ');
    await set(scm, 'credentialExpiresAt', inDays(15), ids.lab);
    expect((await examine(box)).faults['expiry']).toBeUndefined();
    await set(scm, 'credentialExpiresAt', inDays(13), ids.code);
    await set(scm, 'credentialExpiresAt', inDays(-1), ids.theirs);
    const { faults } = await examine(box);
    expect(faults['expiry']).toEqual([
      expect.objectContaining({
        severity: 'warning',
        finding: '2 credentials ending within 14 days, 1 of them have already ended',
        count: 2,
      }),
    ]);
    const listed = await done(box.run(...commandIn(faults['expiry']?.[0] as never), '-o', 'name'));
    expect(listed.stdout.trim().split('\n')).toEqual([ids.theirs, ids.code]);
  });

  test('thousands of values: memory stays flat, and a terminal shows how far it is', async () => {
    const big = await workspace(engine);
    const { id: _, ...sample } = await addSample(big, 'linear', 'first');
    const peakOf = async (name: string) => {
      const peak = join(big.root, name);
      const preload = `--require ${join(checkout, 'test/bench/peak-memory.cjs')}`;
      const { status, items } = await examine(big, { env: { NODE_OPTIONS: preload, BENCH_PEAK_MEMORY: peak } });
      return {
        status,
        found: items.find(({ id }) => id === 'credentials')?.finding,
        kilobytes: Number(readFileSync(peak)),
      };
    };
    const small = await peakOf('small');
    const { queries } = await openBox(big);
    const sealer = createSealer(
      readKeyRing(readFileSync(join(big.configDir, 'keyring.json'), 'utf8'), 'the test'),
      sample.tenantId,
    );
    const secret = new Secret(sampleOf('linear').credentials[0]?.value ?? '', ['https://api.linear.app']);
    const place = (id: string) => ({ table: 'tenant_ticket_integrations', column: 'linearApiKey', id });
    const copies = Array.from({ length: 20_000 }, (__, number) => `ticket_copy${number}`).map((id) => ({
      id,
      displayName: id,
      tenantId: sample.tenantId,
      ticketSystemType: 'LINEAR',
      linearApiKey: sealer.seal(secret, place(id)),
      configuredByAccountId: sample.configuredByAccountId,
    }));
    await queries.batchInsert('tenant_ticket_integrations', copies, 50);
    const large = await peakOf('large');
    expect([small, large]).toMatchObject([
      { status: 0, found: 'all 1 open' },
      { status: 0, found: 'all 20001 open' },
    ]);
    expect(large.kilobytes - small.kilobytes).toBeLessThan(40_000);

    const terminal = openTerminal(['doctor'], { env: big.env });
    await terminal.waitFor(/\] \d+ of 20001/);
    expect(await terminal.exit).toBe(0);
  });

  test('more altered values than anyone reads: a hundred are told, the rest is counted', async () => {
    const many = await workspace(engine);
    const { id, tenantId, configuredByAccountId } = await addSample(many, 'linear', 'first');
    const { queries } = await openBox(many);
    const { linearApiKey } = await queries('tenant_ticket_integrations').where({ id }).first('linearApiKey');
    const copies = Array.from({ length: 150 }, (_, number) => `ticket_copy${number}`).map((copy) => ({
      ...{ id: copy, displayName: copy, tenantId, ticketSystemType: 'LINEAR', linearApiKey, configuredByAccountId },
    }));
    await queries.batchInsert('tenant_ticket_integrations', copies, 50);
    const { status, faults } = await examine(many);
    expect([status, faults['credentials']?.length]).toEqual([4, 101]);
    expect(faults['credentials']?.[0]?.finding).toMatch(/does not open: it was sealed for another row$/);
    expect(faults['credentials']?.at(-1)).toMatchObject({ finding: '50 further values do not open', count: 50 });
  });
});

describe('the ring', () => {
  test('that is missing, malformed, or can be read by others', async () => {
    const box = await workspace(sqlite);
    await addSample(box, 'github', 'code');
    const ring = join(box.configDir, 'keyring.json');
    const text = readFileSync(ring, 'utf8');

    renameSync(ring, `${ring}.aside`);
    const missing = await examine(box);
    expect([missing.status, missing.faults['key']]).toEqual([
      4,
      [
        expect.objectContaining({
          severity: 'error',
          finding: `there is no encryption key: ${ring} holds none`,
          remedy: expect.stringMatching(/^integrations init makes one; integrations key import /),
        }),
      ],
    ]);
    expect(missing.faults['credentials']).toEqual([expect.objectContaining({ severity: 'skipped' })]);
    await done(box.run('key', 'import', `file:${ring}.aside`));
    expect((await examine(box)).status).toBe(0);

    writeFileSync(ring, text.slice(0, -20));
    const malformed = await examine(box);
    expect([malformed.status, malformed.faults['key']?.[0]?.finding]).toEqual([
      4,
      `${ring} starts like JSON but does not parse`,
    ]);
    expect(malformed.faults['credentials']).toEqual([expect.objectContaining({ severity: 'skipped' })]);
    expect(JSON.stringify(malformed.items)).not.toContain(JSON.parse(text).keys[0].k);
    writeFileSync(ring, text);

    chmodSync(ring, 0o640);
    const open = await examine(box);
    expect([open.status, open.faults['key']?.[0]?.remedy, open.faults['files']?.[0]?.remedy]).toEqual([
      4,
      `chmod 600 ${ring}`,
      `chmod 600 ${ring}`,
    ]);
    chmodSync(ring, 0o600);
    expect((await examine(box)).status).toBe(0);

    const given = await examine(box, { env: { INTEGRATIONS_KEYRING: 'no ring' } });
    expect([given.status, given.faults['key']?.[0]?.finding]).toEqual([
      4,
      expect.stringMatching(/^INTEGRATIONS_KEYRING /),
    ]);
  });

  test('in a keychain that is there, and in one that is gone', async () => {
    const { absent } = inject('secretService');
    const answering = await freshKeyring();
    const box = await sqlite.sandbox();
    await done(box.runWith({ env: answering }, 'init', '--key-store', 'keychain', '--no-input'));
    expect(existsSync(join(box.configDir, 'keyring.json'))).toBe(false);
    const there = await examine(box, { env: answering });
    expect([there.status, there.items.find(({ id }) => id === 'keychain')?.finding]).toEqual([0, 'it answers']);

    const gone = await examine(box, { env: absent });
    expect([gone.status, gone.faults['keychain']]).toEqual([
      4,
      [
        expect.objectContaining({
          severity: 'error',
          finding: expect.stringMatching(
            /^the context keeps its secrets in the keychain, and .* keychain does not answer$/,
          ),
          remedy: expect.stringContaining('INTEGRATIONS_KEYRING_FILE'),
        }),
      ],
    ]);
    const file = join(box.root, 'ring.json');
    await done(box.runWith({ env: answering }, 'key', 'export', '--file', file));
    const mended = await examine(box, { env: { ...absent, INTEGRATIONS_KEYRING_FILE: file } });
    expect([mended.status, mended.faults]).toEqual([0, {}]);
  });

  test('that would go into the keychain: where there is none, that is only said', async () => {
    const box = await workspace(sqlite);
    const env = { ...inject('secretService').absent, INTEGRATIONS_CONFIG_DIR: join(box.root, 'none') };
    const { faults } = await examine(box, { env });
    expect(faults['keychain']).toEqual([expect.objectContaining({ severity: 'info' })]);
    const answered = await examine(box, { env: { ...env, ...inject('secretService').answering } });
    expect(answered.items.find(({ id }) => id === 'keychain')).toMatchObject({
      severity: 'ok',
      finding: expect.stringContaining('integrations init'),
    });
  });
});
