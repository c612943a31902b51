import { description } from '../descriptions.ts';
import { type Exchange, faulty, providerServer, type RawReply, type Reply } from '../provider-server.ts';
import type { Double, Phase, Start } from './double.ts';

const words: Record<Phase, readonly [status: string, conclusion: string | null]> = {
  queued: ['queued', null],
  running: ['in_progress', null],
  waiting: ['waiting', null],
  succeeded: ['completed', 'success'],
  failed: ['completed', 'failure'],
  cancelled: ['completed', 'cancelled'],
  'never seen before': ['levitating', null],
};

/**
 * A GitHub with one workflow, held against its own description; without `details` one as Enterprise Server was before
 * 3.21, which does not say which run a dispatch became.
 */
export async function githubWithRuns({ details = true } = {}): Promise<Double> {
  const server = await providerServer({ description: description('github-rest.openapi3.json') });
  const repository = '/repos/acme/mobile';
  const runs: { id: number; created: number; phase: Phase; inputs: Record<string, string> }[] = [];
  const double: Double = {
    server,
    env: { INTEGRATIONS_GITHUB_API_URL: server.url },
    scm: { provider: 'github', flags: [] },
    pipeline: { provider: 'github-actions', flags: [] },
    get started() {
      return runs.map(({ inputs }) => ({ parameters: inputs }));
    },
    start: 'started',
    declared: ['LANE'],
    get phase() {
      return runs.at(-1)?.phase ?? 'queued';
    },
    set phase(phase) {
      const run = runs.at(-1);
      if (run) run.phase = phase;
    },
    ignoresCancel: false,
    ahead: 0,
    log: [],
    instead: () => undefined,
  };
  const dated = (reply: Reply): Reply => ({
    ...reply,
    headers: { date: new Date(Date.now() + double.ahead).toUTCString(), 'x-oauth-scopes': 'repo', ...reply.headers },
  });
  const on = (
    method: string,
    path: string | RegExp,
    answer: (exchange: Exchange) => Reply | RawReply,
    options?: { undescribed: boolean },
  ) =>
    server.on(
      method,
      path,
      (exchange) => {
        const reply = double.instead(exchange) ?? answer(exchange);
        return typeof reply === 'function' ? reply : dated(reply);
      },
      options,
    );

  on('GET', '/user', () => ({ json: { login: 'octocat', id: 1 } }));
  on('GET', repository, () => ({
    json: {
      full_name: 'acme/mobile',
      default_branch: 'trunk',
      owner: { login: 'acme' },
      permissions: { push: true },
      private: true,
    },
  }));
  on(
    'GET',
    `${repository}/actions/workflows/release.yml`,
    () => ({ json: { path: '.github/workflows/release.yml', state: 'active' } }),
    { undescribed: true },
  );
  on('GET', new RegExp(`^${repository}/git/matching-refs/`), ({ path }) => {
    const name = decodeURIComponent(path.split('/').at(-1) ?? '');
    const there = ['heads/main', 'heads/trunk'].includes(name) ? [{ ref: `refs/${name}` }] : [];
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(there) };
  });
  on('GET', new RegExp(`^${repository}/contents/`), () => ({
    body: `on:\n  workflow_dispatch:\n    inputs:\n${double.declared.map((name) => `      ${name}: {}\n`).join('')}jobs: {}\n`,
  }));

  const begin = ({ body }: Exchange) => {
    const run = { id: 900 + runs.length, created: Date.now() + double.ahead, phase: 'queued' as const, inputs: {} };
    runs.push({ ...run, inputs: JSON.parse(body).inputs ?? {} });
    return run;
  };
  const told = (status: number, message: string): Reply => ({ status, json: { message } });
  const starts: Record<Start, (exchange: Exchange) => Reply | RawReply> = {
    started: (exchange) => {
      const { id } = begin(exchange);
      return details
        ? { json: { workflow_run_id: id, run_url: 'https://x', html_url: 'https://x' } }
        : { status: 204, body: '' };
    },
    'started, and the connection cut': (exchange) => {
      begin(exchange);
      return faulty.reset();
    },
    'started, and a fault told': (exchange) => {
      begin(exchange);
      return told(502, 'Server Error');
    },
    'started, and nothing told': (exchange) => {
      begin(exchange);
      return { status: 204 };
    },
    'connection cut': () => faulty.reset(),
    fault: () => told(500, 'Server Error'),
    refused: () => told(422, 'Actions has been disabled for this user.'),
    'credential refused': () => told(401, 'Bad credentials'),
    throttled: () => ({ ...told(403, 'You have exceeded a secondary rate limit'), headers: { 'retry-after': '60' } }),
  };
  on('POST', `${repository}/actions/workflows/release.yml/dispatches`, (exchange) =>
    !details && 'return_run_details' in JSON.parse(exchange.body)
      ? told(422, 'Invalid request.\n\n"return_run_details" is not a permitted key.')
      : starts[double.start](exchange),
  );

  const shown = ({ id, created, phase, inputs }: (typeof runs)[number]) => {
    const [status, conclusion] = words[phase];
    return {
      id,
      status,
      conclusion,
      created_at: new Date(created).toISOString(),
      display_title: inputs['INTEGRATIONS_RUN_ID'] ?? 'Release',
    };
  };
  // The description takes `created` for one moment; GitHub's docs say that it takes its search syntax.
  on(
    'GET',
    `${repository}/actions/workflows/release.yml/runs`,
    ({ query }) => {
      const since = Date.parse((query.get('created') ?? '').replace('>=', ''));
      return { json: { workflow_runs: runs.filter(({ created }) => created >= since).map(shown) } };
    },
    { undescribed: true },
  );
  on('GET', new RegExp(`^${repository}/actions/runs/\\d+$`), ({ path }) => {
    const run = runs.find(({ id }) => path.endsWith(`/${id}`));
    return run ? { json: shown(run) } : told(404, 'Not Found');
  });
  on('GET', new RegExp(`^${repository}/actions/runs/\\d+/pending_deployments$`), () => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ environment: { name: 'production' }, wait_timer: 0 }]),
  }));
  on('GET', new RegExp(`^${repository}/actions/runs/\\d+/jobs$`), () => {
    const isOver = words[double.phase][0] === 'completed';
    const ended = isOver ? { status: 'completed', conclusion: words[double.phase][1] } : { status: 'in_progress' };
    return { json: { jobs: [{ id: 5, name: 'release', steps: [{ name: 'Upload', ...ended }], ...ended }] } };
  });
  on('GET', `${repository}/actions/jobs/5/logs`, () => ({
    status: 302,
    headers: { location: `${server.url.replace('127.0.0.1', 'localhost')}/elsewhere/log?sig=abc` },
  }));
  on(
    'GET',
    '/elsewhere/log',
    ({ headers }) => ({ status: headers['authorization'] ? 400 : 200, body: Buffer.concat(double.log) }),
    { undescribed: true },
  );
  on('POST', new RegExp(`^${repository}/actions/runs/\\d+/cancel$`), () => {
    if (!double.ignoresCancel) double.phase = 'cancelled';
    return { status: 202, json: {} };
  });
  return double;
}
