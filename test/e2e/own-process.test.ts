import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { certificate } from '../support/certificate.ts';
import { type Sandbox, sandbox } from '../support/cli.ts';
import { providerServer } from '../support/provider-server.ts';
import { addSample, done } from '../support/workspace.ts';

/* What Node and its libraries would tell of this process to whoever sets a variable or sends a signal. */

let box: Sandbox;
const path = '/services/T0SENTINEL/B0SENTINEL/abcdefghijABCDEFGHIJ0123';

beforeAll(async () => {
  box = sandbox();
  await done(box.run('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file', '--no-input'));
  const add = ['communication', 'add', 'slack', '--name', 'releases', '--webhook-url', 'env:HOOK'];
  await done(box.runWith({ env: { HOOK: `https://hooks.slack.com${path}` } }, ...add));
  await addSample(box, 'github', 'mobile');
});

/** Takes connections and says nothing, so that a verification is there for as long as it is needed. */
async function silent(): Promise<string> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  atEnd(() => void server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

test('NODE_DEBUG and DEBUG tell no address of a webhook and no token', async () => {
  const server = await providerServer();
  server.on('POST', path, { status: 400, body: 'invalid_payload' });
  const env = {
    ...{ NODE_DEBUG: 'undici,fetch,websocket,child_process', DEBUG: '*' },
    ...{ INTEGRATIONS_SLACK_WEBHOOK_URL: server.url, INTEGRATIONS_SLACK_API_URL: server.url },
  };
  const { stderr, stdout } = await box.runWith({ env }, 'communication', 'verify', '--json');
  expect(server.requests.length).toBeGreaterThan(0);
  expect(stderr + stdout).not.toContain('SENTINEL');
  expect(stderr).not.toMatch(/UNDICI|CHILD_PROCESS \d+: spawn.*INTEGRATIONS_/);
});

describe('while it runs', () => {
  test('SIGUSR1 opens no inspector, and a report holds neither ring nor password', async () => {
    const reports = join(box.root, 'reports');
    mkdirSync(reports);
    const ring = readFileSync(join(box.configDir, 'keyring.json'), 'utf8');
    const secret = 'sentinel-of-the-database-password';
    const env = {
      NODE_OPTIONS: `--report-on-signal --report-signal=SIGUSR2 --report-on-fatalerror --report-directory=${reports}`,
      INTEGRATIONS_KEYRING: ring,
      INTEGRATIONS_DATABASE_PASSWORD: secret,
      INTEGRATIONS_GITHUB_API_URL: await silent(),
    };
    const { child, result } = box.start({ env }, 'scm', 'verify', '--timeout', '6', '--json');
    await sleep(2_500);
    child.kill('SIGUSR1');
    child.kill('SIGUSR2');
    const { stderr, status } = await result;
    expect(status).toBe(5);
    expect(stderr).not.toContain('Debugger listening');
    for (const name of readdirSync(reports)) {
      const report = readFileSync(join(reports, name), 'utf8');
      expect(report).not.toContain(secret);
      expect(report).not.toContain(JSON.parse(ring).keys[0].k);
    }
  });
});

test('NODE_TLS_REJECT_UNAUTHORIZED=0 lets no stranger in, and is told', async () => {
  const server = await providerServer({ tls: await certificate() });
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0', INTEGRATIONS_GITHUB_API_URL: server.url };
  const { stdout, stderr, status } = await box.runWith({ env }, 'scm', 'verify', '--json');
  expect([status, server.requests]).toEqual([5, []]);
  expect(stdout).toMatch(/certificate of .* is not accepted/);
  expect(stderr).toContain('warning: NODE_TLS_REJECT_UNAUTHORIZED is not heeded');
});
