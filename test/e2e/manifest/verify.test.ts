import { expect, test } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { providerWorld } from '../../support/provider-world.ts';
import { sampleOf } from '../../support/samples.ts';
import { done, workspace } from '../../support/workspace.ts';

const [token] = sampleOf('linear').credentials;

function document(...names: string[]): string {
  const tickets = names.map((name) => ({
    name,
    type: 'linear',
    linearApiKey: `value:${token?.value}`,
    linearTeamId: 'MOB',
  }));
  return JSON.stringify({ tenant: 'Acme', tickets });
}

async function statuses(box: Sandbox): Promise<Record<string, string>> {
  const rows: { displayName: string; verificationStatus: string }[] = (
    await done(box.run('ticket', 'list', '--json'))
  ).json();
  return Object.fromEntries(rows.map(({ displayName, verificationStatus }) => [displayName, verificationStatus]));
}

forEachEngine((engine) => {
  test('--verify asks about what changed, stores the verdicts and ends with them', async () => {
    const world = await providerWorld();
    const box = await workspace(engine, world.env);
    await done(box.runWith({ input: document('old') }, 'apply', '-f', '-'));
    expect(await statuses(box)).toEqual({ old: 'NOT_VERIFIED' });
    const good = await done(box.runWith({ input: document('old', 'new') }, 'apply', '-f', '-', '--verify', '--json'));
    expect(good.json()).toMatchObject([
      { name: 'old', action: 'none', result: 'skipped', verification: null },
      { name: 'new', action: 'create', result: 'done', verification: { outcome: 'valid', status: 'VALID' } },
    ]);
    expect(await statuses(box)).toEqual({ old: 'NOT_VERIFIED', new: 'VALID' });

    world.through(() => ({ status: 401, json: { errors: [{ extensions: { code: 'AUTHENTICATION_ERROR' } }] } }));
    const bad = await box.runWith({ input: document('old', 'new', 'third') }, 'apply', '-f', '-', '--verify', '--json');
    expect([bad.status, bad.error().code]).toEqual([3, 'VERIFICATION_FAILED']);
    expect(bad.json().at(-1)).toMatchObject({ name: 'third', result: 'done', verification: { outcome: 'invalid' } });
    expect(await statuses(box)).toEqual({ old: 'NOT_VERIFIED', new: 'VALID', third: 'INVALID' });
  });
});
