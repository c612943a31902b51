import { expect, test } from 'vitest';
import type { Deps } from '../../src/app/deps.ts';
import { credentials } from '../../src/app/doctor/credentials.ts';
import { applyAll } from '../../src/app/manifest/apply.ts';
import { planAll, prepare } from '../../src/app/manifest/prepare.ts';
import { reveal } from '../../src/app/reveal.ts';
import { rotate } from '../../src/app/rotate.ts';
import { openTenant } from '../../src/app/scope.ts';
import { createSealing } from '../../src/app/sealing.ts';
import { Secret } from '../../src/core/secret.ts';
import { createKeyRing, type KeyRing, newRingKey } from '../../src/crypto/key-ring.ts';
import { createSealer } from '../../src/crypto/seal.ts';
import { aRow, workspace } from '../support/builders.ts';
import { acme, depsFor } from '../support/deps.ts';
import { sqlite } from '../support/engines.ts';

/* What began before a key rotate goes on after it: the rows are sealed under a key that it has not read. */

const table = 'tenant_scm_integrations';

/** A run that has read its ring, and the integration `code` on a server, sealed anew since. */
async function begun(server = 'https://github.com', origin = 'https://api.github.com') {
  const space = await workspace(sqlite);
  const { queries } = space.database;
  const { id } = await space.a.scm.insert(
    aRow('scm', { displayName: 'code', organization: 'acme', repositoryUrl: `${server}/acme/mobile` }),
  );
  let ring: KeyRing = createKeyRing([newRingKey()]);
  const seal = () => {
    const secret = new Secret('ghp_stored', [origin]);
    const accessToken = createSealer(ring, acme.id).seal(secret, { table, column: 'accessToken', id });
    return queries(table).where({ id }).update({ accessToken });
  };
  const source = { origin: 'the test', store: 'file', load: async () => ring } as const;
  const sealing = createSealing({ source: async () => source, ring: source.load, queries: async () => queries });
  await seal();
  await sealing.sealers();
  const rotateAgain = async () => {
    ring = createKeyRing([newRingKey(), ...ring.keys]);
    await seal();
  };
  await rotateAgain();
  const deps: Deps = { ...depsFor(space), ...sealing };
  const stored = async () => {
    const [row] = await queries(table).where({ id });
    return createSealer(ring, acme.id).open(row.accessToken, { table, column: 'accessToken', id }).reveal();
  };
  return { space, deps, id, rotateAgain, stored };
}

test('show --reveal', async () => {
  const { space, deps, id } = await begun();
  const scope = await openTenant(deps, acme);
  const row = await scope.stores.scm.get(id);
  if (!row) throw new Error('the row is gone');
  expect(await reveal(scope, row)).toMatchObject({ accessToken: 'ghp_stored' });
  expect(await space.database.queries('tenant_integration_history').where({ action: 'reveal' })).toHaveLength(1);
});

test('doctor', async () => {
  const { space, deps } = await begun();
  const given = { ...deps, rawDatabase: async () => space.database };
  expect(await credentials.look(given as never)).toEqual([{ severity: 'ok', finding: 'all 1 open' }]);
});

test('a new credential for where the stored one is meant for', async () => {
  const { deps, id, stored } = await begun('https://git.acme.test', 'https://git.acme.test');
  const scope = await openTenant(deps, acme);
  const row = await scope.stores.scm.get(id);
  if (!row) throw new Error('the row is gone');
  const next = `ghp_${'n'.repeat(36)}`;
  await rotate(scope, row, { accessToken: new Secret(next) }, undefined);
  expect(await stored()).toBe(next);
});

/** Plans to give `code` this credential. */
async function planned(deps: Deps, token: string) {
  const item = { name: 'code', type: 'github', organization: 'acme', accessToken: `value:${token}` };
  const text = JSON.stringify({ tenant: 'Acme', scm: [{ ...item, repositoryUrl: 'https://github.com/acme/mobile' }] });
  const position = (offset: number) => ({ line: 1, column: offset + 1 });
  const origin = { file: '<stdin>', index: 0, position, folder: '/', isStdin: true, values: { left: 1_000 } };
  const sources = { env: {}, allowOutside: false };
  const manifests = { texts: [{ ...origin, text }], problems: [], sources, envPrefix: undefined, prune: false };
  return planAll(deps, await prepare(deps, { ...manifests, tenant: undefined }));
}

test('plan', async () => {
  const { deps } = await begun();
  const [tenant] = await planned(deps, 'ghp_stored');
  expect(tenant?.changes.map(({ action }) => action)).toEqual(['none']);
});

test('apply, of which the key was made after it planned', async () => {
  const { deps, rotateAgain, stored } = await begun();
  const plans = await planned(deps, `ghp_${'n'.repeat(36)}`);
  await rotateAgain();
  const [outcome] = [...(await applyAll(deps, plans, { review: undefined, isShown: false, parallel: 1 })).values()];
  expect(outcome?.error).toBeUndefined();
  expect(await stored()).toBe(`ghp_${'n'.repeat(36)}`);
});
