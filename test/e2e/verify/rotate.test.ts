import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { CliResult, Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { mishapOf } from '../../support/provider-answers.ts';
import { page } from '../../support/provider-server.ts';
import { addThere, providerWorld, type World } from '../../support/provider-world.ts';
import { sampleOf } from '../../support/samples.ts';
import { longAgo, putInto } from '../../support/stored.ts';
import { openTerminal } from '../../support/terminal.ts';
import { done, workspace } from '../../support/workspace.ts';

const oldToken = sampleOf('github').credentials[0]?.value ?? '';
const refusedToken = `ghp_${'refused0'.repeat(4)}1234`;
const newToken = `ghp_${'rotated0'.repeat(4)}1234`;

forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;
  /** The old token, as it was stored. */
  let sealed: unknown;

  beforeAll(async () => {
    world = await providerWorld();
    box = await workspace(engine, world.env);
    for (const [provider, name] of [
      ['github', 'code'],
      ['app-store', 'app'],
      ['github-actions', 'release'],
      ['jira', 'board'],
    ] as const) {
      const { args, env } = addThere(world, provider, name);
      await done(box.runWith({ env }, ...args));
    }
    const [row] = await engine.sql(box, 'SELECT accessToken FROM tenant_scm_integrations');
    sealed = row?.['accessToken'];
  });

  beforeEach(async () => {
    world.mishaps();
    await engine.sql(box, 'UPDATE tenant_scm_integrations SET accessToken = ?', [sealed]);
    await putInto(engine, box, longAgo);
  });

  function rotate(...more: string[]): Promise<CliResult> {
    return box.runWith(
      { env: { NEW: newToken } },
      'scm',
      'rotate',
      'code',
      '--access-token',
      'env:NEW',
      ...more,
      '--json',
    );
  }

  async function stored() {
    const shown = await done(box.run('scm', 'show', 'code', '--reveal', '--yes', '--json'));
    const { credentials, verificationStatus, verificationError, lastVerifiedAt, credentialExpiresAt } = shown.json();
    return {
      token: credentials.accessToken,
      verificationStatus,
      verificationError,
      lastVerifiedAt,
      credentialExpiresAt,
    };
  }

  const untouched = {
    token: oldToken,
    verificationStatus: 'VALID',
    verificationError: null,
    lastVerifiedAt: longAgo.lastVerifiedAt,
    credentialExpiresAt: null,
  };
  const accepted = { token: newToken, verificationStatus: 'VALID', credentialExpiresAt: '2100-01-31T23:00:00Z' };

  it('swaps what is accepted, and stores the verdict with it', async () => {
    const before = world.server.requests.length;
    const result = await rotate();
    expect(result.status, result.stderr).toBe(0);
    expect(result.stderr).toBe('Rotated the credentials of the scm integration "code".\n');
    expect(result.json()).toMatchObject({ verificationStatus: 'VALID', credentials: { accessToken: true } });
    expect(await stored()).toMatchObject(accepted);
    const sent = world.server.requests.slice(before).map(({ headers }) => headers['authorization']);
    expect(new Set(sent)).toEqual(new Set([`Bearer ${newToken}`]));
  });

  it('leaves the old one where the new one is refused, and that works as before', async () => {
    world.mishaps({
      answers: {
        'github user': ({ headers }) =>
          headers['authorization'] === `Bearer ${oldToken}`
            ? { headers: { 'x-oauth-scopes': 'repo' }, json: { login: 'octocat' } }
            : { status: 401, json: { message: 'Bad credentials' } },
      },
    });
    // The end of the old one is no reason to call the new one expired.
    await putInto(engine, box, { ...longAgo, credentialExpiresAt: '2026-01-01T00:00:00Z' });
    const result = await rotate();
    expect([result.status, result.stdout]).toEqual([3, '']);
    expect(result.error()).toMatchObject({
      code: 'VERIFICATION_FAILED',
      message: expect.stringContaining('the old credentials stay'),
      details: { outcome: 'invalid', errorCode: 'INVALID' },
    });
    expect(await stored()).toEqual({ ...untouched, credentialExpiresAt: '2026-01-01T00:00:00Z' });
    expect((await box.run('scm', 'verify', 'code')).status).toBe(0);
  });

  it('leaves the old one while the provider is down; --no-verify swaps unasked', async () => {
    world.mishaps({ answers: { 'github user': page } });
    const result = await rotate();
    expect([result.status, result.stdout]).toEqual([5, '']);
    expect(result.error()).toMatchObject({ code: 'UNDECIDED', details: { errorCode: 'UNREACHABLE' } });
    expect(await stored()).toEqual(untouched);

    const before = world.server.requests.length;
    expect((await rotate('--no-verify')).status).toBe(0);
    expect(world.server.requests).toHaveLength(before);
    const unasked = { verificationStatus: 'NOT_VERIFIED', lastVerifiedAt: null, verificationError: null };
    expect(await stored()).toEqual({ ...untouched, ...unasked, token: newToken });
  });

  it('stores a credential that is accepted though something else is amiss', async () => {
    world.mishaps(mishapOf('NOT_FOUND', 'github'));
    const result = await rotate();
    expect(result.status).toBe(3);
    expect(result.error()).toMatchObject({ details: { outcome: 'invalid', errorCode: 'NOT_FOUND' } });
    expect(await stored()).toMatchObject({
      token: newToken,
      verificationStatus: 'INVALID',
      verificationError: expect.stringMatching(/^resource: /),
    });

    world.mishaps({ answers: { 'github repository': page } });
    expect((await rotate()).status).toBe(5);
    expect(await stored()).toMatchObject({ token: newToken, verificationStatus: 'NOT_VERIFIED' });
  });

  it('replaces one that does not open any more', async () => {
    const altered = String(sealed).replace(/.{8}$/, 'AAAAAAAA');
    await engine.sql(box, 'UPDATE tenant_scm_integrations SET accessToken = ?', [altered]);
    expect((await box.run('scm', 'verify', 'code')).status).toBe(4);
    const result = await rotate();
    expect(result.status, result.stderr).toBe(0);
    expect(await stored()).toMatchObject(accepted);
  });

  it('warns of an end that somebody noted for the old one', async () => {
    await putInto(engine, box, { ...longAgo, credentialExpiresAt: '2026-01-01T00:00:00Z' });
    const env = { NEW: sampleOf('jira').credentials[0]?.value };
    const args = ['ticket', 'rotate', 'board', '--api-token', 'env:NEW'];
    const result = await box.runWith({ env }, ...args);
    expect(result.status, result.stderr).toBe(0);
    expect(result.stderr).toContain(
      'It still says that the credential ends on 2026-01-01; --expires-at corrects that.',
    );
    expect((await box.runWith({ env }, ...args, '--expires-at', '2031-01-01')).stderr).not.toContain('warning');
  });

  it('wants credentials, and of the integration itself', async () => {
    const none = await box.run('pipeline', 'rotate', 'release', '--json');
    expect(none.status).toBe(64);
    expect(none.error()).toMatchObject({ code: 'USAGE', hint: expect.stringContaining('integrations scm rotate') });
    const missing = await box.run('scm', 'rotate', 'code', '--json');
    expect(missing.status).toBe(64);
    expect(missing.error().message).toContain('--access-token');
  });

  it('asks for them on a terminal, and shows nothing of them', async () => {
    const terminal = openTerminal(['scm', 'rotate', 'code'], { env: box.env, cwd: box.root });
    const before = await stored();
    world.mishaps({ answers: { 'github user': { status: 401, json: { message: 'Bad credentials' } } } });
    await terminal.waitFor('? Access token:', 20_000);
    terminal.answer(refusedToken);
    await terminal.waitFor('? Refresh token:');
    terminal.answer(sampleOf('github').credentials[1]?.value ?? '');
    // What is refused is asked for again, and what is stored stays meanwhile.
    await terminal.waitFor('? Access token:');
    expect(terminal.transcript.replace(/\s+/g, ' ')).toContain('The provider refuses "code"');
    expect(terminal.transcript.replace(/\s+/g, ' ')).toContain('the old credentials stay.');
    expect(await stored()).toEqual(before);
    world.mishaps();
    terminal.answer(newToken);
    await terminal.waitFor('? Refresh token:');
    terminal.answer(sampleOf('github').credentials[1]?.value ?? '');
    expect(await terminal.exit).toBe(0);
    expect(terminal.transcript).not.toContain(refusedToken);
    expect(terminal.transcript).not.toContain(newToken);
    expect(terminal.transcript).not.toContain('rotated0');
    expect(await stored()).toMatchObject(accepted);
  });
});
