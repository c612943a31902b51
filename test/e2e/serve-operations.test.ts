import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, expect, test } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import type { Sandbox } from '../support/cli.ts';
import { sqlite } from '../support/engines.ts';
import { audience, githubClaims, testIssuer } from '../support/oidc-issuer.ts';
import { readPrometheus } from '../support/prometheus-text.ts';
import { addSample, done, workspace } from '../support/workspace.ts';

let box: Sandbox;
let scm: string;
let token: string;

beforeAll(async () => {
  box = await workspace(sqlite);
  await addSample(box, 'github', 'code');
  const { id } = (await done(box.run('tenant', 'show', '--json'))).json();
  scm = `/api/v1/${id}/integrations/scm`;
  token = (await done(box.run('token', 'add', '--name', 'ci', '--scope', 'read', '--json'))).json().token;
});

interface Event {
  event: string;
  [more: string]: unknown;
}

/** A server as a process of its own, at a port that is free, with the lines that it writes. */
async function serving(...flags: string[]) {
  const { child, result } = box.start({}, 'serve', '--listen', '127.0.0.1:0', ...flags);
  atEnd(() => child.kill('SIGKILL'));
  const lines: Event[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line.startsWith('{') ? JSON.parse(line) : { event: line });
    for (const look of waiting) look();
  });
  /** The next line of such an event that nobody had yet. */
  let seen = 0;
  const logged = (event: string) =>
    new Promise<Event>((resolve, reject) => {
      const look = () => {
        const at = lines.findIndex((line, index) => index >= seen && line.event === event);
        if (at < 0) return;
        waiting.delete(look);
        seen = at + 1;
        resolve(lines[at] as Event);
      };
      waiting.add(look);
      look();
      void result.then(({ status, stderr }) => reject(new Error(`It ended with ${status}: ${stderr}`)));
    });
  const { address } = await logged('listening');
  const ask = (path: string, bearer?: string) =>
    fetch(`${address}${path}`, { headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` } });
  return { child, result, lines, logged, ask };
}

test('SIGHUP reads the keys anew; a file of them that others may read is refused, and the old ones stay', async () => {
  const { child, result, logged, ask } = await serving();
  const ring = join(box.configDir, 'keyring.json');
  child.kill('SIGHUP');
  await logged('keys read');
  chmodSync(ring, 0o640);
  child.kill('SIGHUP');
  expect(await logged('fault')).toMatchObject({
    level: 'error',
    kind: 'KEY_UNAVAILABLE',
    message: expect.stringContaining('can be read or changed by others'),
  });
  expect((await ask(scm, token)).status).toBe(200);
  chmodSync(ring, 0o600);
  child.kill('SIGHUP');
  await logged('keys read');
  child.kill('SIGTERM');
  expect((await result).status).toBe(143);
});

test('/metrics is open on this machine, and behind a proxy only for its scope', async () => {
  const own = await serving();
  const { status, headers, text } = await own.ask('/metrics').then(async (response) => ({
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  }));
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect(readPrometheus(text).map(({ metric }) => metric)).toContain('integrations_active');
  const proxied = await serving('--behind-proxy');
  expect((await proxied.ask('/metrics')).status).toBe(401);
  expect((await proxied.ask('/metrics', token)).status).toBe(403);
});

test('--oidc-map lets in the jobs that it names, and its tokens stand in no line', async () => {
  const issuer = await testIssuer();
  const path = join(box.root, 'jobs.yaml');
  const rule = '{ claims: { repository: acme/mobile }, tenant: Acme, scopes: [read], account: ops@acme.test }';
  writeFileSync(path, `- { issuer: '${issuer.url}', audience: '${audience}', rules: [${rule}] }\n`, { mode: 0o600 });
  const { ask, logged, lines } = await serving('--oidc-map', path);
  const [mine, foreign] = [await issuer.token(), await issuer.token({ repository: 'evil/mobile' })];
  expect((await ask(scm, mine)).status).toBe(200);
  expect(await logged('request')).toMatchObject({ status: 200, subject: githubClaims.sub });
  expect((await ask(scm, foreign)).status).toBe(401);
  expect(await logged('token refused')).toMatchObject({ reason: 'no rule allows it' });
  expect(await logged('request')).toMatchObject({ status: 401, caller: null });
  for (const each of [mine, foreign]) expect(JSON.stringify(lines)).not.toContain(each.split('.')[2]);
});

test.each([
  ['- { issuer: https://ci.test }', 64, 'issuer 1: audience is not text'],
  [
    '- { issuer: https://ci.test, audience: a, rules: [{ claims: { sub: x }, tenant: Nobody, scopes: [read], account: ops@acme.test }] }',
    7,
    'a rule for https://ci.test: no tenant named "Nobody"',
  ],
])('the map %j keeps it from starting', async (map, status, message) => {
  const path = join(box.root, 'wrong.yaml');
  writeFileSync(path, map, { mode: 0o600 });
  const refused = await box.start({}, 'serve', '--listen', '127.0.0.1:0', '--oidc-map', path).result;
  expect([refused.status, refused.stdout]).toEqual([status, '']);
  expect(refused.stderr).toContain(message);
});
