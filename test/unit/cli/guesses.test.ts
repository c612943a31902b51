import { expect, test } from 'vitest';
import { runHere } from '../../support/in-process.ts';

async function hintFor(line: string): Promise<string | undefined> {
  const { status, stderr } = await runHere({ env: {} }, {}, ...line.split(' '));
  expect(status).toBe(64);
  expect(stderr).toMatch(/^error: unknown command '/);
  return /^hint: {2}(.*)$/m.exec(stderr)?.[1];
}

test.each([
  ['github', 'did you mean: integrations scm add github'],
  ['jira', 'did you mean: integrations ticket add jira'],
  ['scm github', 'did you mean: integrations scm add github'],
  ['get', 'did you mean: integrations status or integrations scm list'],
  ['get repos', 'did you mean: integrations scm list'],
  ['delete targets ios', 'did you mean: integrations target remove NAME'],
  ['add slack', 'did you mean: integrations communication add slack'],
  ['create', 'did you mean: integrations setup or integrations scm add'],
  ['login', 'did you mean: integrations setup or integrations context add NAME'],
  ['logout', 'did you mean: integrations context remove NAME'],
  ['auth', 'did you mean: integrations setup or integrations context add NAME'],
  ['config', 'did you mean: integrations context show or integrations help environment'],
  ['describe', 'did you mean: integrations scm show NAME'],
  ['edit', 'did you mean: integrations scm update NAME'],
  ['communications list', 'did you mean: integrations communication list'],
  ['stores', 'did you mean: integrations target --help'],
  ['scm delete mobile', 'did you mean: integrations scm remove NAME'],
  ['tickets describe', 'did you mean: integrations ticket show NAME or integrations ticket list'],
  ['scm lst', 'did you mean: integrations scm list'],
  ['statsu', 'did you mean: integrations status'],
  ['help get', 'did you mean: integrations status or integrations scm list'],
  ['help scm delete', 'did you mean: integrations scm remove NAME'],
  ['constructor', 'integrations --help'],
  ['scm __proto__', 'integrations scm --help'],
])('%s', async (line, hint) => {
  expect(await hintFor(line)).toBe(hint);
});
