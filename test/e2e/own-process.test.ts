import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { anotherNode } from '../support/another-node.ts';
import { atEnd } from '../support/at-end.ts';
import { certificate } from '../support/certificate.ts';
import type { Environment, Sandbox } from '../support/cli.ts';
import { type Engine, mariadb, sqlite } from '../support/engines.ts';
import { run as execute } from '../support/programs.ts';
import { providerServer } from '../support/provider-server.ts';
import { sampleOf } from '../support/samples.ts';
import { addSample, done, workspace } from '../support/workspace.ts';

/* What Node and its libraries would tell of this process to whoever sets a variable or sends a signal. */

const path = '/services/T0SENTINEL/B0SENTINEL/abcdefghijABCDEFGHIJ0123';

/** The Node that runs the tests, and others on a server's database, for which nothing native is needed. */
const nodes: readonly [name: string, engine: Engine, node: () => Promise<string>][] = [
  ['the Node of the tests', sqlite, async () => process.execPath],
  ...['22', '24'].map((major): [string, Engine, () => Promise<string>] => [
    `Node ${major}`,
    mariadb,
    () => anotherNode(major),
  ]),
];

/** Takes connections and says nothing, so that a verification is there for as long as it is needed. */
async function silent(): Promise<{ url: string; asked: Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  const asked = new Promise<void>((resolve) => server.once('connection', () => resolve()));
  await new Promise((resolve) => server.once('listening', resolve));
  atEnd(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, asked };
}

describe.each(nodes)('%s', (_name, engine, findNode) => {
  let box: Sandbox;
  let node: string;
  const run = (env: Environment, ...args: string[]) => box.runWith({ node, env }, ...args);

  beforeAll(async () => {
    node = await findNode();
    box = await workspace(engine);
    const add = ['communication', 'add', 'slack', '--name', 'releases', '--webhook-url', 'env:HOOK'];
    await done(run({ HOOK: `https://hooks.slack.com${path}` }, ...add));
    await addSample(box, 'github', 'mobile');
  }, 300_000);

  test('NODE_DEBUG and DEBUG tell no address of a webhook and no token', async () => {
    const server = await providerServer();
    server.on('POST', path, { status: 400, body: 'invalid_payload' });
    const env = {
      ...{ NODE_DEBUG: 'undici,fetch,websocket,child_process', DEBUG: '*' },
      ...{ INTEGRATIONS_SLACK_WEBHOOK_URL: server.url, INTEGRATIONS_SLACK_API_URL: server.url },
    };
    const { stderr, stdout } = await run(env, 'communication', 'verify', '--json');
    expect(server.requests.length).toBeGreaterThan(0);
    expect(stderr + stdout).not.toContain('SENTINEL');
    expect(stderr).not.toMatch(/UNDICI|CHILD_PROCESS \d+: spawn.*INTEGRATIONS_/);
  });

  test('SIGUSR1 opens no inspector, and a report holds neither ring nor password', async () => {
    const reports = join(box.root, 'reports');
    mkdirSync(reports);
    const keyring = readFileSync(join(box.configDir, 'keyring.json'), 'utf8');
    const { url, asked } = await silent();
    const env = {
      NODE_OPTIONS: `--report-on-signal --report-signal=SIGUSR2 --report-on-fatalerror --report-directory=${reports}`,
      INTEGRATIONS_KEYRING: keyring,
      INTEGRATIONS_GITHUB_API_URL: url,
      ...(engine === sqlite ? { INTEGRATIONS_DATABASE_PASSWORD: 'sentinel-of-the-database-password' } : {}),
    };
    const { child, result } = box.start({ node, env }, 'scm', 'verify', '--timeout', '6', '--json');
    await asked;
    child.kill('SIGUSR1');
    child.kill('SIGUSR2');
    const { stderr, status } = await result;
    expect(status).toBe(5);
    expect(stderr).not.toContain('Debugger listening');
    const written = readdirSync(reports).map((name) => readFileSync(join(reports, name), 'utf8'));
    // Where Node cannot leave the environment out, there is none.
    const canLeaveOut = await execute(node, ['-p', '"excludeEnv" in process.report']);
    expect(written).toHaveLength(canLeaveOut.trim() === 'true' ? 1 : 0);
    const password = env.INTEGRATIONS_DATABASE_PASSWORD ?? box.env['INTEGRATIONS_DATABASE_PASSWORD'] ?? '';
    expect(password).toMatch(/.{8}/);
    for (const report of written) {
      expect(JSON.parse(report)).not.toHaveProperty('environmentVariables');
      expect(report).not.toContain(password);
      expect(report).not.toContain(JSON.parse(keyring).keys[0].k);
      for (const { core } of sampleOf('github').credentials) expect(report).not.toContain(core);
    }
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 lets no stranger in, and is told', async () => {
    const server = await providerServer({ tls: await certificate() });
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0', INTEGRATIONS_GITHUB_API_URL: server.url };
    const { stdout, stderr, status } = await run(env, 'scm', 'verify', '--json');
    expect([status, server.requests]).toEqual([5, []]);
    expect(stdout).toMatch(
      /the certificate of 127\.0\.0\.1 is (self-signed|signed by an authority that is unknown here)/,
    );
    expect(stderr).toContain('warning: NODE_TLS_REJECT_UNAUTHORIZED is ignored');
  });

  test("that SOCKS is an experiment of a library is nobody's business", async () => {
    const { stdout, stderr } = await run({ HTTPS_PROXY: 'socks5://127.0.0.1:9' }, 'scm', 'verify', '--json');
    expect(JSON.parse(stdout)).toMatchObject([{ outcome: 'undecided', errorCode: 'UNREACHABLE' }]);
    expect(stderr).not.toMatch(/experimental|trace-warnings/i);
  });
});
