import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { createKeyRing, newRingKey, writeKeyRing } from '../../src/crypto/key-ring.ts';
import { createSealer } from '../../src/crypto/seal.ts';
import { checkout } from '../support/programs.ts';

const python = '/usr/bin/python3';
const [, recipe = ''] = /```python\n([\s\S]*?)```/.exec(readFileSync(join(checkout, 'README.md'), 'utf8')) ?? [];

/** Where it is missing elsewhere, the run says that this was skipped; `.ci/run` brings it. */
const isMissing = spawnSync(python, ['-c', 'import cryptography']).status !== 0 && !process.env['CI'];

const ring = createKeyRing([newRingKey(), newRingKey()]);
const slot = { table: 'tenant_scm_integrations', column: 'accessToken', id: 'scm_1' };
const place = 'tenant_scm_integrations/accessToken/scm_1';
const secret = new Secret('ghp_größer', ['https://api.github.com']);
const sealed = createSealer(ring, 'tenant').seal(secret, slot);

/** What the README's lines make of a value: the value with its audience, or the name of the error. */
function opened(value: string, tenantId: string, at: string): unknown {
  const script = `import sys
${recipe}
value, keys, tenant_id, place = json.load(sys.stdin)
try: print(json.dumps(open_sealed(value, json.loads(keys), tenant_id, place)))
except Exception as error: print(json.dumps(type(error).__name__))`;
  const input = JSON.stringify([value, writeKeyRing(ring), tenantId, at]);
  const { stdout, stderr } = spawnSync(python, ['-c', script], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe.skipIf(isMissing)("the README's Python, which needs python3-cryptography", () => {
  test('opens a sealed value, and tells where it may go', () => {
    expect(opened(sealed, 'tenant', place)).toEqual(['ghp_größer', ['https://api.github.com']]);
  });

  test('opens none of another place, of another tenant, or that was altered', () => {
    expect(opened(sealed, 'tenant', place.replace('scm_1', 'scm_2'))).toBe('ValueError');
    expect(opened(sealed, 'another', place)).toBe('InvalidTag');
    const parts = sealed.split('.');
    const header = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString('utf8'));
    const led = Buffer.from(JSON.stringify({ ...header, aud: ['https://evil.test'] })).toString('base64url');
    expect(opened([led, ...parts.slice(1)].join('.'), 'tenant', place)).toBe('InvalidTag');
  });
});
