import { beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../support/cli.ts';
import { forEachEngine, sqlite } from '../support/engines.ts';
import { readPrometheus } from '../support/prometheus-text.ts';
import { addSample, done, workspace } from '../support/workspace.ts';

async function metrics(box: Sandbox, ...args: string[]) {
  const { stdout } = await done(box.run('status', '-o', 'prometheus', ...args));
  return readPrometheus(stdout);
}

forEachEngine((engine) => {
  let box: Sandbox;
  let acme: string;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    box = await workspace(engine);
    acme = (await done(box.run('tenant', 'show', '--json'))).json().id;
    await engine.sql(box, 'INSERT INTO tenants (id, displayName) VALUES (?, ?)', ['a"\\b', 'Strange']);
    ids['code'] = (await addSample(box, 'github', 'code', '--expires-at', '2027-06-30')).id;
    ids['board'] = (await addSample(box, 'jira', 'board', '--disabled')).id;
    ids['other'] = (await addSample(box, 'slack', 'other', '--tenant', 'a"\\b')).id;
    const seen = `verificationStatus = 'INVALID', lastVerifiedAt = '2026-11-01 12:00:00'`;
    await engine.sql(box, `UPDATE tenant_ticket_integrations SET ${seen}`);
  });

  test("a tenant's integrations", async () => {
    const code = { tenant: acme, category: 'scm', type: 'github', id: ids['code'] };
    const board = { tenant: acme, category: 'ticket', type: 'jira', id: ids['board'] };
    const status = (labels: object, is: string) =>
      ['NOT_VERIFIED', 'VALID', 'INVALID', 'EXPIRED'].map((each) => ({
        metric: 'integrations_verification_status',
        labels: { ...labels, status: each },
        value: each === is ? 1 : 0,
      }));
    expect(await metrics(box)).toEqual([
      {
        metric: 'integrations_credential_expiry_timestamp_seconds',
        labels: code,
        value: Date.parse('2027-06-30T00:00:00Z') / 1000,
      },
      ...status(code, 'NOT_VERIFIED'),
      ...status(board, 'INVALID'),
      {
        metric: 'integrations_last_verified_timestamp_seconds',
        labels: board,
        value: Date.parse('2026-11-01T12:00:00Z') / 1000,
      },
      { metric: 'integrations_active', labels: code, value: 1 },
      { metric: 'integrations_active', labels: board, value: 0 },
    ]);
  });

  test('those of all tenants, whatever a host calls them', async () => {
    const active = (await metrics(box, '--all-tenants')).filter(({ metric }) => metric === 'integrations_active');
    expect(active.map(({ labels }) => [labels['tenant'], labels['id']])).toEqual([
      [acme, ids['code']],
      ['a"\\b', ids['other']],
      [acme, ids['board']],
    ]);
  });

  test('where there are none, nothing but the headings', async () => {
    await done(box.run('tenant', 'add', 'Empty'));
    expect(await metrics(box, '--tenant', 'Empty')).toEqual([]);
    const { stdout } = await done(box.run('status', '-o', 'prometheus', '--tenant', 'Empty'));
    expect(stdout.match(/^# TYPE /gm)).toHaveLength(4);
  });
});

// A server's column takes no other types.
test('an integration of a type that is not known yet hides none of the others', async () => {
  const box = await workspace(sqlite);
  await addSample(box, 'github', 'code');
  await addSample(box, 'jira', 'board');
  await sqlite.sql(box, "UPDATE tenant_scm_integrations SET scmType = 'FORGEJO'");
  const types = (await metrics(box)).map(({ labels }) => labels['type']);
  expect(new Set(types)).toEqual(new Set(['FORGEJO', 'jira']));
});
