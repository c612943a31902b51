import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../src/core/secret.ts';
import { createKeyRing, newRingKey, type RingKey, writeKeyRing } from '../../src/crypto/key-ring.ts';
import { createSealer } from '../../src/crypto/seal.ts';
import { accountId, type BenchDatabase, withKnex } from './databases.ts';
import { compare, type Result, timeNode } from './measure.ts';

const rows = 50_000;
const table = 'tenant_scm_integrations';

/**
 * `key rotate` over 100,000 sealed values against reading and writing the same rows in batches with the driver alone,
 * in a database of its own: what that writes does not open.
 */
export async function rotateKeys(database: BenchDatabase, other: BenchDatabase, directory: string): Promise<Result> {
  const { engine, env } = database;
  const config = join(directory, 'rotate', engine);
  const ringFile = join(config, 'keyring.json');
  mkdirSync(config, { recursive: true, mode: 0o700 });
  // Of two keys one seals: each turn makes the other one the first, as a machine gets it whose ring is given.
  const keys: [RingKey, RingKey] = [newRingKey(), newRingKey()];
  for (const each of [database, other]) await fillSealed(each, keys[0]);
  const { INTEGRATIONS_KEYRING: _, ...rest } = env;
  const rotating = { ...rest, INTEGRATIONS_KEYRING_FILE: ringFile };
  const compared = await compare(
    {
      name: 'key rotate',
      run() {
        keys.reverse();
        writeFileSync(ringFile, writeKeyRing(createKeyRing(keys)), { mode: 0o600 });
        return timeNode({ args: ['bin/integrations.cjs', 'key', 'rotate', '--json'], env: rotating });
      },
    },
    {
      name: 'driver',
      run: () => timeNode({ args: ['test/bench/driver-rewrite.mjs', engine, JSON.stringify(other.connection)] }),
    },
    { rounds: 5, warmUp: 1 },
  );
  rmSync(config, { recursive: true });
  return { name: `${engine}: key rotate of ${rows * 2} values`, unit: 'driver alone', limit: 3, ...compared };
}

async function fillSealed(database: BenchDatabase, key: RingKey): Promise<void> {
  const sealer = createSealer(createKeyRing([key]), database.tenantId);
  const filled = Array.from({ length: rows }, (_, index) => {
    const id = `scm_rotate${String(index).padStart(24, '0')}`;
    const seal = (column: string) =>
      sealer.seal(new Secret(`ghp_${'a'.repeat(36)}`, ['https://api.github.com']), { table, column, id });
    return {
      id,
      tenantId: database.tenantId,
      scmType: 'GITHUB',
      displayName: `rotate ${index}`,
      organization: `rotate-${index}`,
      repositoryUrl: `https://github.com/acme-${index}/mobile`,
      accessToken: seal('accessToken'),
      refreshToken: seal('refreshToken'),
      configuredByAccountId: accountId,
    };
  });
  await withKnex(database, async (knex) => {
    await knex.transaction((transaction) => transaction.batchInsert(table, filled, 100));
  });
}
