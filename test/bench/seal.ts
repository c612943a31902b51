import { createCipheriv, randomBytes } from 'node:crypto';
import { Secret } from '../../src/core/secret.ts';
import { createKeyRing, newRingKey } from '../../src/crypto/key-ring.ts';
import { createSealer } from '../../src/crypto/seal.ts';
import { compare, type Result } from './measure.ts';

const count = 20_000;

/** Sealing against a bare loop of AES-256-GCM over the same values: at least 0.6 of its speed. */
export async function sealing(): Promise<Result[]> {
  const values = Array.from({ length: count }, (_, index) => `token-${index}-${randomBytes(20).toString('hex')}`);
  const secrets = values.map((value) => new Secret(value, ['https://api.github.com']));
  const sealer = createSealer(createKeyRing([newRingKey()]), 'tenant');
  const key = randomBytes(32);

  const ours = timed(() => {
    for (const [index, secret] of secrets.entries()) {
      sealer.seal(secret, { table: 'tenant_scm_integrations', column: 'accessToken', id: `scm_${index}` });
    }
  });
  const bare = timed(() => {
    for (const value of values) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      Buffer.concat([iv, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    }
  });
  const {
    ours: sealed,
    baseline,
    ratio,
  } = await compare({ name: 'seal', run: ours }, { name: 'aes-256-gcm', run: bare }, { rounds: 21 });
  const result = { name: 'seal, speed', unit: 'node:crypto', ours: sealed, baseline, ratio: 1 / ratio };
  return [{ ...result, limit: 0.6, atLeast: true }];
}

function timed(work: () => void): () => number {
  return () => {
    const start = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - start) / 1e6;
  };
}
