import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOidcMap } from '../../../src/config/oidc-map.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oidc-map-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const path = join(folder, 'jobs.yaml');
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

const rule = '{ claims: { sub: x }, tenant: Acme, scopes: [read], account: ci@acme.test }';
const issuer = (rules = `[${rule}]`, address = 'https://ci.test') =>
  `[{ issuer: '${address}', audience: 'https://a.test', rules: ${rules} }]`;

test('issuers with their rules, in the order of the file', async () => {
  const path = written(`
- issuer: https://token.actions.githubusercontent.com
  audience: https://integrations.acme.test
  rules:
    - claims: { repository: acme/mobile, environment: production }
      tenant: Acme
      scopes: [read, use]
      account: ci@acme.test
    - claims: { repository_owner_id: 4711, ref_protected: true }
      allTenants: true
      scopes: [read]
      account: ci@acme.test
- issuer: https://gitlab.com
  audience: https://integrations.acme.test
  rules:
    - { claims: { project_path: acme/* }, tenant: Acme, scopes: [read], account: ci@acme.test }
`);
  const [github, gitlab] = await readOidcMap(path);
  expect(github).toEqual({
    issuer: 'https://token.actions.githubusercontent.com',
    audience: 'https://integrations.acme.test',
    rules: [
      {
        claims: { repository: 'acme/mobile', environment: 'production' },
        tenant: 'Acme',
        scopes: ['read', 'use'],
        account: 'ci@acme.test',
      },
      {
        claims: { repository_owner_id: '4711', ref_protected: 'true' },
        tenant: undefined,
        scopes: ['read'],
        account: 'ci@acme.test',
      },
    ],
  });
  expect(gitlab?.rules[0]?.claims).toEqual({ project_path: 'acme/*' });
});

test.each([
  ['', 'a list with at least one entry is expected'],
  ['[]', 'a list with at least one entry is expected'],
  ['{ a: [', 'is not YAML'],
  ['[&a {}, *a]', 'is not YAML'],
  ['[1]', 'issuer 1: does not hold issuer, audience and rules'],
  ['[{ issuer: https://ci.test, audience: a, rules: [], more: 1 }]', '"more" is not one of issuer, audience, rules'],
  ['[{ issuer: https://ci.test, rules: [1] }]', 'issuer 1: audience is not text'],
  [issuer('[]'), 'issuer 1: rules: a list with at least one entry is expected'],
  [issuer(undefined, 'http://ci.test'), 'the address of the issuer does not begin with https://'],
  [issuer(undefined, 'ci.test'), 'issuer is no address'],
  [issuer(undefined, 'https://me:secret@ci.test'), 'issuer is no address'],
  [`${issuer().slice(0, -1)}, ${issuer().slice(1)}`, 'two entries are for https://ci.test'],
  [issuer('[{ claims: {}, tenant: Acme, scopes: [read], account: a }]'), 'no claim says whose token it is'],
  [issuer(`[${rule.replace('sub: x', 'ref: refs/heads/main')}]`), 'no claim says whose token it is'],
  [issuer(`[${rule.replace('sub: x', "repository: '*/mobile'")}]`), 'without "*" before its first "/"'],
  [issuer(`[${rule.replace('sub: x', 'sub: [x]')}]`), 'issuer 1: rule 1: the claim sub is not text'],
  [issuer(`[${rule.replace('sub: x', "sub: ''")}]`), 'issuer 1: rule 1: the claim sub is not text'],
  [issuer(`[${rule.replace('sub: x', 'repository_id: 12345678901234567890')}]`), 'the claim repository_id is not text'],
  [issuer(`[${rule.replace('tenant: Acme, ', '')}]`), 'name a tenant, or write allTenants: true'],
  [issuer(`[${rule.replace('tenant: Acme', 'tenant: Acme, allTenants: true')}]`), 'name a tenant, or write allTenants'],
  [issuer(`[${rule.replace('tenant: Acme', 'allTenants: false')}]`), 'name a tenant, or write allTenants: true'],
  [issuer(`[${rule.replace('[read]', '[reveal]')}]`), 'a scope is one of read, write, verify, use, admin, metrics'],
  [issuer(`[${rule.replace('[read]', '[]')}]`), 'scopes: a list with at least one entry is expected'],
  [issuer(`[${rule.replace(', account: ci@acme.test', '')}]`), 'issuer 1: rule 1: account is not text'],
])('%s is refused', async (text, message) => {
  await expect(readOidcMap(written(text))).rejects.toMatchObject({
    code: 'USAGE',
    field: 'oidc-map',
    message: expect.stringContaining(message),
  });
});

test('a file that others may change, or that is not there, is refused', async () => {
  const path = written(issuer());
  expect(await readOidcMap(path)).toHaveLength(1);
  chmodSync(path, 0o666);
  await expect(readOidcMap(path)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('changed') });
  await expect(readOidcMap(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'USAGE' });
});
