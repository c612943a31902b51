import { type Exchange, faulty, providerServer, type RawReply, type Reply } from '../provider-server.ts';
import type { Double, Phase, Start } from './double.ts';

const words: Record<Phase, string> = {
  queued: 'pending',
  running: 'running',
  waiting: 'manual',
  succeeded: 'success',
  failed: 'failed',
  cancelled: 'canceled',
  'never seen before': 'levitating',
};

/** A GitLab with one project, whose pipelines take any variable; with `job`, that is a manual one. */
export async function gitlabWithPipelines({ job = '' } = {}): Promise<Double & { plays: number; jobStatus: string }> {
  const server = await providerServer();
  const project = '/api/v4/projects/acme%2Fmobile';
  const pipelines: { id: number; created: number; phase: Phase; variables: { key: string; value: string }[] }[] = [];
  const double = {
    server,
    env: { INTEGRATIONS_GITLAB_API_URL: `${server.url}/api/v4` },
    scm: { provider: 'gitlab', flags: [] },
    pipeline: { provider: 'gitlab-ci', flags: ['--job-name', job, '--pipeline-id', ''] },
    get started() {
      return pipelines.map(({ variables }) => ({
        parameters: Object.fromEntries(
          variables.flatMap(({ key, value }) => (key === 'INTEGRATIONS_RUN_ID' ? [] : [[key, value]])),
        ),
      }));
    },
    start: 'started' as Start,
    declared: [] as string[],
    get phase(): Phase {
      return pipelines.at(-1)?.phase ?? 'queued';
    },
    set phase(phase: Phase) {
      const pipeline = pipelines.at(-1);
      if (pipeline) pipeline.phase = phase;
    },
    ignoresCancel: false,
    ahead: 0,
    log: [] as Buffer[],
    instead: (() => undefined) as Double['instead'],
    plays: 0,
    jobStatus: 'created',
  };
  const dated = (reply: Reply): Reply => ({
    ...reply,
    headers: { date: new Date(Date.now() + double.ahead).toUTCString(), ...reply.headers },
  });
  const on = (method: string, path: string | RegExp, answer: (exchange: Exchange) => Reply | RawReply) =>
    server.on(method, path, (exchange) => {
      const reply = double.instead(exchange) ?? answer(exchange);
      return typeof reply === 'function' ? reply : dated(reply);
    });
  const list = (value: unknown[]): Reply => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
  const told = (status: number, message: unknown): Reply => ({ status, json: { message } });

  on('GET', '/api/v4/user', () => ({ json: { id: 1, username: 'ada', state: 'active' } }));
  on('GET', project, () => ({
    json: {
      path_with_namespace: 'acme/mobile',
      namespace: { full_path: 'acme' },
      default_branch: 'trunk',
      permissions: { project_access: { access_level: 40 } },
      ci_pipeline_variables_minimum_override_role: double.declared.length > 0 ? 'no_one_allowed' : 'developer',
    },
  }));
  on('GET', `${project}/repository/files/.gitlab-ci.yml/raw`, () => ({
    body:
      double.declared.length === 0
        ? 'release:\n  script: make\n'
        : `spec:\n  inputs:\n${double.declared.map((name) => `    ${name}:\n`).join('')}---\nrelease:\n  script: make\n`,
  }));
  const begin = ({ body }: Exchange) => {
    const pipeline = { id: 700 + pipelines.length, created: Date.now() + double.ahead, phase: 'queued' as const };
    const { variables = [], inputs = {} } = JSON.parse(body);
    const given = Object.entries(inputs).map(([key, value]) => ({ key, value: String(value) }));
    pipelines.push({ ...pipeline, variables: [...variables, ...given] });
    return { id: pipeline.id, status: 'created', web_url: `${server.url}/acme/mobile/-/pipelines/${pipeline.id}` };
  };
  const starts: Record<Start, (exchange: Exchange) => Reply | RawReply> = {
    started: (exchange) => ({ status: 201, json: begin(exchange) }),
    'started, and the connection cut': (exchange) => {
      begin(exchange);
      return faulty.reset();
    },
    'started, and a fault told': (exchange) => {
      begin(exchange);
      return told(500, '500 Internal Server Error');
    },
    'started, and nothing told': (exchange) => {
      begin(exchange);
      return { status: 201 };
    },
    'connection cut': () => faulty.reset(),
    fault: () => told(502, 'Bad Gateway'),
    refused: () => told(400, { base: ['The resulting pipeline would have been empty.'] }),
    'credential refused': () => told(401, '401 Unauthorized'),
    throttled: () => ({ status: 429, headers: { 'retry-after': '60' }, body: 'Retry later' }),
  };
  on('POST', `${project}/pipeline`, (exchange) => starts[double.start](exchange));
  const shown = ({ id, phase }: (typeof pipelines)[number]) => ({
    id,
    status: words[phase],
    web_url: `${server.url}/acme/mobile/-/pipelines/${id}`,
  });
  on('GET', `${project}/pipelines`, ({ query }) =>
    list(pipelines.filter(({ created }) => created >= Date.parse(query.get('created_after') ?? '')).map(shown)),
  );
  const of = (path: string) => pipelines.find(({ id }) => path.includes(`/pipelines/${id}`));
  on('GET', new RegExp(`^${project}/pipelines/\\d+$`), ({ path }) => {
    const pipeline = of(path);
    return pipeline ? { json: shown(pipeline) } : told(404, '404 Not found');
  });
  on('GET', new RegExp(`^${project}/pipelines/\\d+/variables$`), ({ path }) => list(of(path)?.variables ?? []));
  const jobs = () => {
    const status = job === '' || double.plays > 0 ? words[double.phase] : double.jobStatus;
    return [
      {
        id: 31,
        name: job === '' ? 'release' : job,
        status,
        failure_reason: status === 'failed' ? 'script_failure' : null,
      },
    ];
  };
  on('GET', new RegExp(`^${project}/pipelines/\\d+/jobs$`), () => list(jobs()));
  on('POST', `${project}/jobs/31/play`, () => {
    double.plays += 1;
    return { json: { id: 31, status: 'pending' } };
  });
  on('GET', `${project}/jobs/31/trace`, () => ({
    headers: { 'content-type': 'text/plain' },
    body: Buffer.concat(double.log),
  }));
  on('POST', new RegExp(`^${project}/pipelines/\\d+/cancel$`), ({ path }) => {
    if (!double.ignoresCancel) double.phase = 'cancelled';
    return { json: { id: of(path)?.id ?? 0, status: 'canceling' } };
  });
  return double;
}
