import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Environment, Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { credentialFlags, sampleOf } from '../../support/samples.ts';
import { addSample, done, refused, workspace } from '../../support/workspace.ts';

const table = 'tenant_scm_integrations';

/** What becomes of sealed values that are lost, altered or moved: each has its own message, and no other row suffers. */
forEachEngine((engine) => {
  let box: Sandbox;
  let kid: string;
  let sealed: Record<'first' | 'second' | 'other', { id: string; accessToken: string; refreshToken: string }>;
  const reveal = (name: string, env: Environment = {}, tenant = 'Acme') =>
    box.runWith({ env }, 'scm', 'show', name, '--reveal', '--yes', '--json', '--tenant', tenant);
  const put = (column: string, value: string, id: string) =>
    engine.sql(box, `UPDATE ${table} SET ${column} = ? WHERE id = ?`, [value, id]);

  beforeAll(async () => {
    box = await workspace(engine);
    await done(box.run('tenant', 'add', 'Other'));
    await addSample(box, 'github', 'first');
    await addSample(box, 'gitlab', 'second');
    await addSample(box, 'gitlab', 'other', '--tenant', 'Other');
    const rows = await engine.sql(box, `SELECT displayName, id, accessToken, refreshToken FROM ${table}`);
    sealed = Object.fromEntries(rows.map((row) => [row['displayName'], row])) as typeof sealed;
    kid = JSON.parse(readFileSync(join(box.configDir, 'keyring.json'), 'utf8')).keys[0].kid;
  });

  /** What `show --reveal` says of the first row while its access token is another text. */
  async function whileStored(value: string): Promise<string> {
    await put('accessToken', value, sealed.first.id);
    const refusal = await refused(reveal('first'));
    await put('accessToken', sealed.first.accessToken, sealed.first.id);
    expect(refusal).toMatchObject({ status: 4, code: 'DECRYPTION_FAILED', field: 'accessToken' });
    return refusal.message.replace(`accessToken of ${sealed.first.id} does not open: it `, '');
  }

  test('no other row is disturbed, and what opens nothing works as before', async () => {
    await put('accessToken', 'nonsense', sealed.first.id);
    const second = await done(reveal('second'));
    const listed = await done(box.run('scm', 'list', '-o', 'csv', '--fields', 'displayName'));
    const shown = await done(box.run('scm', 'show', 'first', '--json'));
    await put('accessToken', sealed.first.accessToken, sealed.first.id);
    expect(second.json().credentials.accessToken).toBe(sampleOf('gitlab').credentials[0]?.value);
    expect(listed.stdout.trim().split('\n').toSorted()).toEqual(['displayName', 'first', 'second']);
    expect(shown.json().credentials.accessToken).toBe(true);
    expect((await done(reveal('first'))).json().credentials.accessToken).toBe(sampleOf('github').credentials[0]?.value);
  });

  test('a value that was cut, altered or moved', async () => {
    const { accessToken, refreshToken } = sealed.first;
    const [header = '', , iv = '', text = '', tag = ''] = accessToken.split('.');
    const flipped = (part: string) => `${part[0] === 'A' ? 'B' : 'A'}${part.slice(1)}`;
    const altered = `was altered, was sealed for another tenant, or key "${kid}" is not the key it was sealed with`;
    const other = Buffer.from(header, 'base64url').toString().replace('A256GCM', 'A128GCM');
    const cases: [value: string, message: string][] = [
      [accessToken.slice(0, accessToken.length / 2), 'is not a sealed value, or is cut short'],
      [accessToken.slice(0, -2), 'is cut short'],
      [sampleOf('github').credentials[0]?.value ?? '', 'is not a sealed value, or is cut short'],
      [[header, '', iv, flipped(text), tag].join('.'), altered],
      [[header, '', iv, text, flipped(tag)].join('.'), altered],
      [[header, '', flipped(iv), text, tag].join('.'), altered],
      [
        [header, '', iv, text, `${tag.slice(0, -1)}${nextSpareBit(tag)}`].join('.'),
        'was altered: its encoding is not canonical',
      ],
      [[`AAAA${header}`, '', iv, text, tag].join('.'), 'was altered: its header is not readable'],
      [
        [Buffer.from(other).toString('base64url'), '', iv, text, tag].join('.'),
        'has a header that this version does not know',
      ],
      [refreshToken, 'was sealed for the column refreshToken'],
      [sealed.second.accessToken, 'was sealed for another row'],
      [sealed.other.accessToken, 'was sealed for another row'],
    ];
    for (const [value, message] of cases) expect(await whileStored(value)).toBe(message);
  });

  test('a row that was moved to another tenant, or to another table', async () => {
    const [acme] = await engine.sql(box, `SELECT tenantId FROM ${table} WHERE id = ?`, [sealed.first.id]);
    const [other] = await engine.sql(box, `SELECT tenantId FROM ${table} WHERE id = ?`, [sealed.other.id]);
    await engine.sql(box, `UPDATE ${table} SET tenantId = ? WHERE id = ?`, [other?.['tenantId'], sealed.first.id]);
    const moved = await refused(reveal('first', {}, 'Other'));
    await engine.sql(box, `UPDATE ${table} SET tenantId = ? WHERE id = ?`, [acme?.['tenantId'], sealed.first.id]);
    expect(moved).toMatchObject({ status: 4, code: 'DECRYPTION_FAILED' });
    expect(moved.message).toContain('was sealed for another tenant');

    const board = await addSample(box, 'linear', 'board');
    const sql = 'UPDATE tenant_ticket_integrations SET linearApiKey = ? WHERE id = ?';
    await engine.sql(box, sql, [sealed.first.accessToken, board.id]);
    expect(await refused(box.run('ticket', 'show', 'board', '--reveal', '--yes', '--json'))).toMatchObject({
      status: 4,
      code: 'DECRYPTION_FAILED',
      message: `linearApiKey of ${board.id} does not open: it was sealed for another table`,
    });
    await done(reveal('first'));
  });

  test('another key of the same name, a ring without the key, no ring at all', async () => {
    const ring = (name: string) => {
      const k = randomBytes(32).toString('base64url');
      return { INTEGRATIONS_KEYRING: JSON.stringify({ keys: [{ kty: 'oct', kid: name, k }] }) };
    };
    const empty = { INTEGRATIONS_CONFIG_DIR: join(box.root, 'empty'), INTEGRATIONS_ACCOUNT: 'ops@acme.test' };
    expect(await refused(reveal('first', ring(kid)))).toMatchObject({
      status: 4,
      code: 'DECRYPTION_FAILED',
      message: expect.stringContaining(`key "${kid}" is not the key it was sealed with`),
    });
    expect(await refused(reveal('first', ring('stranger')))).toMatchObject({
      status: 4,
      code: 'KEY_UNAVAILABLE',
      message: `accessToken of ${sealed.first.id} is sealed under key "${kid}", which is not among the keys at hand (stranger)`,
      hint: 'integrations key import',
    });
    expect(await refused(reveal('first', empty))).toMatchObject({
      status: 4,
      code: 'KEY_UNAVAILABLE',
      message: expect.stringContaining('there is no encryption key'),
    });
    // What reads or changes no credential needs no key.
    const keyless = (...args: string[]) => done(box.runWith({ env: empty }, ...args, '--tenant', 'Acme', '--json'));
    expect((await keyless('scm', 'list')).json()).toHaveLength(2);
    await keyless('scm', 'show', 'first');
    await keyless('status');
    await keyless('graph');
    expect((await keyless('scm', 'update', 'second', '--default-branch', 'keyless')).json().defaultBranch).toBe(
      'keyless',
    );
    await keyless('scm', 'disable', 'second');
    await keyless('scm', 'enable', 'second');
    await done(reveal('second'));
  });

  test('a credential that does not open is mended by a new one', async () => {
    await put('accessToken', 'nonsense', sealed.first.id);
    const { flags, env } = credentialFlags(sampleOf('github'));
    await done(box.runWith({ env }, 'scm', 'update', 'first', ...flags));
    expect((await done(reveal('first'))).json().credentials.accessToken).toBe(sampleOf('github').credentials[0]?.value);
  });
});

/** The same last character of base64url, with a bit set that carries nothing. */
function nextSpareBit(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(text.at(-1) ?? '') + 1] ?? '';
}
