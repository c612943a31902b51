import { expect, test } from 'vitest';
import { runHere } from '../../support/in-process.ts';

async function hintFor(line: string, error = /^error: unknown command '/): Promise<string | undefined> {
  const { status, stderr } = await runHere({ env: {} }, {}, ...line.split(' '));
  expect(status).toBe(64);
  expect(stderr).toMatch(error);
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
  ['enviroment', 'did you mean: integrations help environment'],
  ['help enviroment', 'did you mean: integrations help environment'],
  ['help scmm', 'did you mean: integrations help scm'],
  ['help scm ad', 'did you mean: integrations help scm add'],
  ['help verfy', 'did you mean: integrations help verify'],
  ['help get', 'did you mean: integrations status or integrations scm list'],
  ['help scm delete', 'did you mean: integrations scm remove NAME'],
  ['constructor', 'integrations --help'],
  ['scm __proto__', 'integrations scm --help'],
])('%s', async (line, hint) => {
  expect(await hintFor(line)).toBe(hint);
});

test.each([
  ['verify scm', 'did you mean: integrations scm verify'],
  ['verify targets ios', 'did you mean: integrations target verify NAME'],
  ['verify mobile', 'integrations verify --help'],
  ['apply integrations.yaml', 'integrations apply -f FILE'],
  ['status scm', 'integrations status --help'],
])('too many words: %s', async (line, hint) => {
  expect(await hintFor(line, /^error: too many arguments/)).toBe(hint);
});

test.each([
  ['tenant add --name X', 'the name is an argument: integrations tenant add NAME'],
  ['account add --email=ops@acme.test', 'the email is an argument: integrations account add EMAIL'],
  ['context add --name staging', 'the name is an argument: integrations context add NAME'],
  ['scm show --id x', 'the ref is an argument: integrations scm show REF'],
  ['scm list --name x', 'integrations scm list --help'],
  ['scm add github --token x', 'did you mean --access-token or --refresh-token?'],
  ['scm list --__proto__', 'integrations scm list --help'],
])('a flag that there is not: %s', async (line, hint) => {
  expect(await hintFor(line, /^error: unknown option '--/)).toBe(hint);
});
