import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { categories } from '../../src/core/category.ts';
import type { Json } from '../../src/core/field.ts';
import { providers } from '../../src/providers/index.ts';
import type { Sandbox } from '../support/cli.ts';
import { forEachEngine } from '../support/engines.ts';
import { scmFlag } from '../support/provider-world.ts';
import { addCommand, type Sample, samples } from '../support/samples.ts';
import { addSample, done, workspace } from '../support/workspace.ts';

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const verdict = { verificationStatus: 'INVALID', lastVerifiedAt: '2026-01-02T03:04:05Z', verificationError: 'no' };
const dayAfter = { given: '2031-06-30', stored: '2031-06-30T00:00:00Z' };

test('there is a sample of each provider, and it has every flag that the provider takes', async () => {
  expect(samples.map(({ provider }) => provider)).toEqual(providers.map(({ name }) => name));
  for (const sample of samples) {
    const provider = providers.find(({ name }) => name === sample.provider);
    const bundled = provider?.bundles.map(({ flag }) => flag) ?? [];
    const typed = [...sample.flags, ...sample.credentials.map(({ flag }) => flag), '--name', '--expires-at']
      .filter((word) => word.startsWith('--'))
      .map((word) => word.replace(/^--(no-)?/, ''));
    expect([...new Set([...typed, ...bundled])].sort(), sample.provider).toEqual(
      [...(provider?.fields.map(({ flag }) => flag) ?? []), ...bundled].sort(),
    );
  }
});

forEachEngine((engine) => {
  let box: Sandbox;
  // The pipelines work in a tenant of their own, where there is something for them to use.
  let used: { code: string; app: string };

  beforeAll(async () => {
    box = await workspace(engine);
    await done(box.run('tenant', 'add', 'Pipes'));
    const github = await addSample(box, 'github', 'code', '--tenant', 'Pipes');
    await addSample(box, 'gitlab', 'gitlab code', '--tenant', 'Pipes');
    const target = await addSample(box, 'app-store', 'app', '--tenant', 'Pipes');
    used = { code: github.id, app: target.id };
  });

  test.each(samples)('$provider: add, list, show, update, disable, enable, remove', async (sample) => {
    const { category, provider, credentials } = sample;
    const { typeColumn, idPrefix, table } = categories[category];
    const tenant = category === 'pipeline' ? 'Pipes' : 'Acme';
    const name = `${provider} "one"`;
    const run = (...args: string[]) => done(box.run(category, ...args, '--tenant', tenant, '--json'));

    const add = addCommand(provider, name, '--tenant', tenant, '--expires-at', dayAfter.given, ...scmFlag(provider));
    const added = await done(box.runWith({ env: add.env }, ...add.args, '--json'));
    expect(added.stderr).toBe(`Added the ${categories[category].noun} "${name}" in tenant "${tenant}".\n`);
    const { id } = added.json();
    const expected: Record<string, unknown> = {
      id: expect.stringMatching(new RegExp(`^${idPrefix}_[0-9a-f]{32}$`)),
      tenantId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      [typeColumn]: provider.toUpperCase().replaceAll('-', '_'),
      displayName: name,
      ...withIds(sample, await idsOf(sample)),
      credentials: Object.fromEntries(credentials.map(({ column }) => [column, true])),
      verificationStatus: 'NOT_VERIFIED',
      lastVerifiedAt: null,
      verificationError: null,
      credentialExpiresAt: dayAfter.stored,
      isActive: true,
      configuredByAccountId: expect.stringMatching(/^account_/),
      createdAt: expect.stringMatching(moment),
      updatedAt: expect.stringMatching(moment),
    };
    expect(added.json()).toEqual(expected);
    expect(await storedCredentials(id)).toEqual(credentials.map(() => expect.stringMatching(/^eyJ[\w-]+\.\.[\w.-]+$/)));

    const listed = await run('list', '--type', provider);
    const text = await done(box.run(category, 'show', id, '--tenant', tenant));
    expect(listed.json()).toEqual([added.json()]);
    for (const value of Object.values(sample.stored).filter((each) => typeof each === 'string')) {
      if (value !== 'code' && value !== 'app') expect(text.stdout).toContain(value);
    }

    await pretendVerified();
    expect((await run('show', name)).json()).toEqual({ ...expected, ...verdict });
    const updated = await run('update', name, ...sample.change.flags, '--expires-at', '');
    Object.assign(expected, sample.change.stored, { credentialExpiresAt: null });
    expect(updated.json()).toEqual(expected);
    expect(updated.stderr).toBe(`Changed the ${categories[category].noun} "${name}" in tenant "${tenant}".\n`);

    for (const { column, flag, value } of credentials) {
      await pretendVerified();
      const path = join(box.root, `${provider}-${column}`);
      writeFileSync(path, `  ${value}\n\n`);
      const before = await storedCredentials(id, column);
      expect((await run('update', id, flag, `file:${path}`)).json()).toEqual(expected);
      expect(await storedCredentials(id, column)).not.toEqual(before);
    }
    const [first] = credentials;
    if (first) {
      const piped = [category, 'update', id, first.flag, '-', '--tenant', tenant, '--json'];
      expect((await done(box.runWith({ input: `${first.value}\n` }, ...piped))).json()).toEqual(expected);
      const revealed = await run('show', name, '--reveal', '--yes');
      const values = Object.fromEntries(credentials.map(({ column, value }) => [column, value]));
      expect(revealed.json()).toEqual({ ...expected, credentials: values });
    }

    const disabled = await run('disable', name);
    expect(disabled.json()).toEqual({ ...expected, isActive: false });
    expect((await run('enable', id)).json()).toEqual(expected);

    const removed = await run('remove', name, '--yes');
    expect(removed.json()).toEqual([{ category, id, displayName: name }]);
    const gone = await box.run(category, 'show', id, '--tenant', tenant, '--json');
    expect([gone.status, gone.error().code, gone.stdout]).toEqual([7, 'NOT_FOUND', '']);

    async function storedCredentials(row: string, ...only: string[]) {
      const columns = only.length > 0 ? only : credentials.map(({ column }) => column);
      if (columns.length === 0) return [];
      const [found] = await engine.sql(box, `SELECT ${columns.join(', ')} FROM ${table} WHERE id = ?`, [row]);
      return columns.map((column) => found?.[column]);
    }

    async function pretendVerified() {
      const columns =
        "verificationStatus = 'INVALID', lastVerifiedAt = '2026-01-02 03:04:05', verificationError = 'no'";
      await engine.sql(box, `UPDATE ${table} SET ${columns} WHERE id = ?`, [id]);
    }
  });

  async function idsOf(sample: Sample): Promise<Record<string, string>> {
    const scm = providers.find(({ name }) => name === sample.provider)?.scm;
    if (scmFlag(sample.provider).length === 0 || !scm) return used;
    const [row] = (await done(box.run('scm', 'list', '--type', scm, '--tenant', 'Pipes', '--json'))).json();
    return { ...used, code: row.id };
  }
});

function withIds({ stored, category }: Sample, ids: Record<string, string>): Record<string, Json | undefined> {
  if (category !== 'pipeline') return stored;
  return { ...stored, scmIntegrationId: ids['code'], targetIntegrationId: ids['app'] };
}
