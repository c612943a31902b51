import { expect, test } from 'vitest';
import { sqlite } from '../support/engines.ts';
import { serving } from '../support/serving.ts';
import { done, workspace } from '../support/workspace.ts';

test('the policy of the page lets nothing in', async () => {
  const box = await workspace(sqlite);
  await done(box.run('token', 'add', '--name', 'page', '--scope', 'read'));
  const response = await fetch(await serving(box));
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy.split('; ').filter((each) => !each.includes('sha256'))).toEqual([
    "default-src 'none'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(await response.text()).not.toMatch(/\son\w+=/);
});
