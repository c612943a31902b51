import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { atEnd } from '../../support/at-end.ts';
import type { Sandbox } from '../../support/cli.ts';
import { mariadb, sqlite } from '../../support/engines.ts';
import { pack } from '../../support/package.ts';
import { checkout, run } from '../../support/programs.ts';
import { done, workspace } from '../../support/workspace.ts';

/** The jobs of the README as their services would read them. */
const [github, gitlab] = [
  ...readFileSync(join(checkout, 'README.md'), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm),
].map(([, text = '']) => parse(text));

const manifest = [
  'tenant: Acme',
  'scm:',
  '  - name: mobile',
  '    type: github',
  '    organization: acme',
  '    repositoryUrl: https://github.com/acme/mobile',
  '    accessToken: env:ACME_GITHUB_TOKEN',
].join('\n');

/** What the jobs install: packed as for a release, on a server, with its digest. */
let tool: { INTEGRATIONS_PACKAGE: string; INTEGRATIONS_PACKAGE_SHA256: string };

beforeAll(async () => {
  const bytes = readFileSync((await pack()).tarball);
  const server = createServer((_request, response) => response.end(bytes)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => void server.close());
  tool = {
    INTEGRATIONS_PACKAGE: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tenant-integrations-0.2.0.tgz`,
    INTEGRATIONS_PACKAGE_SHA256: createHash('sha256').update(bytes).digest('hex'),
  };
});

/** Runs scripts as a service does, in a checkout with the manifest: each in a shell of its own. */
async function job(box: Sandbox, scripts: readonly string[], env: Record<string, string>): Promise<string> {
  const work = join(box.root, 'work');
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'integrations.yaml'), manifest);
  // What a merge request would like to be heard.
  writeFileSync(join(work, '.npmrc'), 'registry=http://127.0.0.1:9/\nignore-scripts=false\n');
  // How this machine reaches the registry.
  const machine = {
    ...process.env,
    npm_config_userconfig: join(homedir(), '.npmrc'),
    npm_config_prefer_offline: 'true',
  };
  const cache = { npm_config_cache: (await run('npm', ['config', 'get', 'cache'])).trim() };
  const all: NodeJS.ProcessEnv = { ...machine, ...cache, ...box.env, CI: 'true', ...tool, ...env };
  let printed = '';
  for (const script of scripts) {
    // GitHub's `shell: bash`.
    printed += await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { cwd: work, env: all });
  }
  return printed;
}

const token = { ACME_GITHUB_TOKEN: `ghp_${'a'.repeat(36)}` };

const services: [name: string, jobs: () => Record<'plan' | 'apply', string[]>][] = [
  ['GitHub', () => ({ plan: stepsOf(github.jobs.plan), apply: stepsOf(github.jobs.apply) })],
  [
    'GitLab',
    () => {
      const whole = ({ script }: { script: string[] }) => [[...gitlab.default.before_script, ...script].join('\n')];
      return { plan: whole(gitlab.plan), apply: whole(gitlab.apply) };
    },
  ],
];

const inputs = { file: 'integrations.yaml', 'env-prefix': 'ACME_', account: 'ops@acme.test' };

/** A script with what stands for inputs filled in: those of the job, or what `tool` has in the environment. */
function filledIn(text: string, more: Record<string, string> = {}): string {
  const all: Record<string, string> = {
    ...{ package: '$INTEGRATIONS_PACKAGE', sha256: '$INTEGRATIONS_PACKAGE_SHA256' },
    ...inputs,
    ...more,
  };
  return text.replace(/\$(?:\{\{|\[\[) inputs\.([a-z0-9-]+) (?:\}\}|\]\])/g, (_, name: string) => all[name] ?? '');
}

function withVariables(variables: Record<string, string>, script: string): string {
  const set = Object.entries(variables).map(([name, value]) => `export ${name}="${value}"`);
  return [...set, script].join('\n');
}

const action = parse(readFileSync(join(checkout, '.github/actions/integrations/action.yml'), 'utf8'));

function actionSteps(command: string): string[] {
  return action.runs.steps.map(({ env, run: script }: { env: Record<string, string>; run: string }) =>
    filledIn(withVariables(env, script), { command }),
  );
}

const [, component] = parseAllDocuments(
  readFileSync(join(checkout, '.gitlab/components/integrations.yml'), 'utf8'),
).map((document) => document.toJS());

function componentJob(name: string): string[] {
  const base = component['.integrations'];
  const script = [...base.before_script, ...component[name].script].join('\n');
  return [filledIn(withVariables(base.variables, script))];
}

const files: typeof services = [
  ['the action', () => ({ plan: actionSteps('plan'), apply: actionSteps('apply') })],
  ['the component', () => ({ plan: componentJob('integrations-plan'), apply: componentJob('integrations-apply') })],
];

test('no input stands in a script, where it could be one', () => {
  for (const { run: script } of action.runs.steps) expect(script).not.toContain('${{');
  for (const { script = [], before_script = [] } of Object.values<Record<string, string[]>>(component))
    expect([...script, ...before_script].join()).not.toContain('$[[');
});

describe.each([...services, ...files])('%s', (_name, jobs) => {
  test('plans without any credential, and applies, with a package that runs no script', async () => {
    const box = await workspace(mariadb);
    const { plan, apply } = jobs();
    const summary = join(box.root, 'summary');
    const planned = await job(box, plan, { INTEGRATIONS_KEYRING: 'none', GITHUB_STEP_SUMMARY: summary });
    expect(planned).toContain('1 to create');
    expect((await done(box.run('scm', 'list', '--json'))).json()).toEqual([]);
    // No provider answers here, so what is applied is stored and stays undecided.
    const env = { ...token, INTEGRATIONS_GITHUB_API_URL: 'http://127.0.0.1:9', INTEGRATIONS_ACCOUNT: 'ops@acme.test' };
    await expect(job(box, apply, env)).rejects.toThrow(/failed: 5/);
    expect((await done(box.run('scm', 'list', '--json'))).json()).toHaveLength(1);
    expect(await job(box, apply, env)).toContain('No differences');
  });
});

describe.each(services)('%s', (_name, jobs) => {
  test('installs nothing but what was digested', async () => {
    const box = await workspace(mariadb);
    const other = { INTEGRATIONS_PACKAGE_SHA256: createHash('sha256').update('another one').digest('hex') };
    await expect(job(box, jobs().plan, other)).rejects.toThrow(/tool\.tgz: FAILED|did NOT match/);
  });
});

test('where no script ran, SQLite says what it lacks', async () => {
  const box = await sqlite.sandbox();
  const install = stepsOf(github.jobs.plan).slice(0, 1);
  await job(box, install, {});
  const bin = join(box.home, 'integrations', 'node_modules', '.bin', 'integrations');
  const result = await box.runWith({ bin }, 'init', '--tenant', 'Acme', '--key-store', 'file', '--json');
  expect([result.status, result.error().code]).toEqual([4, 'DATABASE_UNAVAILABLE']);
  expect(result.error().hint).toContain('npm rebuild better-sqlite3');
});

test('the credentials stand beside apply alone, and beside nothing that is installed or fetched', () => {
  const { plan, apply } = github.jobs;
  expect(JSON.stringify(plan)).not.toMatch(/KEYRING|secrets\.(?!INTEGRATIONS_READ_PASSWORD)/);
  expect(Object.keys(apply.steps.at(-1).env)).toContain('INTEGRATIONS_KEYRING');
  for (const { env, steps } of [plan, apply]) {
    expect(env).toBeUndefined();
    expect(JSON.stringify(steps.slice(0, -1))).not.toContain('secrets.');
  }
  expect(JSON.stringify(github.env)).not.toContain('secrets.');
  expect(gitlab.plan.rules[0].if).toContain('merge_request_event');
  expect(gitlab.apply.rules[0].if).toContain('CI_DEFAULT_BRANCH');
});

test('a pull request is data to a workflow of the main branch, and no action may change under its name', () => {
  const { plan, apply } = github.jobs;
  expect([plan.if, apply.if].map((text: string) => /event_name == '(\w+)'/.exec(text)?.[1])).toEqual([
    'pull_request_target',
    'push',
  ]);
  expect(Object.keys(github.on)).toEqual(['pull_request_target', 'push']);
  for (const { steps } of [plan, apply]) {
    const uses: string[] = steps.flatMap((step: Step) => step.uses ?? []);
    expect(uses).toHaveLength(2);
    for (const action of uses) expect(action).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
    // Fetched after the tool is there, as the one file that is read.
    expect(steps.map((step: Step) => step.uses?.split('@')[0] ?? 'run')).toEqual([
      ...['actions/setup-node', 'run', 'actions/checkout', 'run'],
    ]);
    expect(steps[2].with).toMatchObject({ 'persist-credentials': false, 'sparse-checkout': 'integrations.yaml' });
  }
});

interface Step {
  run?: string;
  uses?: string;
}

function stepsOf({ steps }: { steps: Step[] }): string[] {
  return steps.flatMap((step) => step.run ?? []);
}
