import { type Exchange, faulty, providerServer, type RawReply, type Reply } from '../provider-server.ts';
import type { Double, Phase, Start } from './double.ts';

/** What a Jenkins alone answers. */
export type JenkinsStart = Start | 'joined' | 'declined' | 'sign-in' | 'not accepted' | 'disabled';

export interface JenkinsBuild {
  item: number;
  parameters: Record<string, string>;
  since: number;
  /** Undefined as long as it is in the queue. */
  number?: number;
  building: boolean;
  result: string | null;
  cancelled?: true;
  paused?: true;
}

export interface Jenkins extends Omit<Double, 'start'> {
  start: JenkinsStart;
  builds: JenkinsBuild[];
  /** Parameter definitions, as the API shows them. */
  definitions: Record<string, unknown>[];
  /** An item has left the queue, and is not kept any more. */
  forgetsItems: boolean;
}

const own = { 'x-jenkins': '2.516.1' };
const page = (status: number, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { ...own, 'content-type': 'text/html;charset=utf-8', ...headers },
  body: '<!doctype html><html><body>Jenkins</body></html>',
});

/** A Jenkins with one job, `mobile/release`, that remembers what it was asked to build; below `/jenkins`. */
export async function jenkinsWithBuilds(): Promise<Jenkins> {
  const server = await providerServer();
  const root = '/jenkins';
  const job = `${root}/job/mobile/job/release`;
  const builds: JenkinsBuild[] = [];
  const begin = (build: JenkinsBuild) => {
    build.number ??= builds.filter(({ number }) => number !== undefined).length + 1;
    build.building = true;
  };
  const phases: Record<Phase, (build: JenkinsBuild) => void> = {
    queued: () => undefined,
    running: begin,
    waiting(build) {
      begin(build);
      build.paused = true;
    },
    succeeded: (build) => end(build, 'SUCCESS'),
    failed: (build) => end(build, 'FAILURE'),
    cancelled: (build) => end(build, 'ABORTED'),
    'never seen before'(build) {
      begin(build);
      build.result = 'LEVITATING';
    },
  };
  const end = (build: JenkinsBuild, result: string) => {
    begin(build);
    Object.assign(build, { building: false, result });
  };
  let phase: Phase = 'queued';
  const jenkins: Jenkins = {
    server,
    env: {},
    scm: { provider: 'github', flags: [] },
    pipeline: { provider: 'jenkins', flags: ['--url', `${server.url}/jenkins`] },
    builds,
    get started() {
      return builds.map(({ parameters }) => ({ parameters }));
    },
    definitions: [],
    declared: ['LANE'],
    start: 'started',
    get phase() {
      return phase;
    },
    set phase(next) {
      phase = next;
      const build = builds.at(-1);
      if (build) phases[next](build);
    },
    ahead: 0,
    log: [],
    forgetsItems: false,
    ignoresCancel: false,
    instead: () => undefined,
  };
  const dated = (reply: Reply): Reply => ({
    ...reply,
    headers: { ...own, ...reply.headers, date: new Date(Date.now() + jenkins.ahead).toUTCString() },
  });
  const json = (value: Record<string, unknown>): Reply => dated({ json: value });
  const on = (method: string, path: string | RegExp, answer: (exchange: Exchange) => Reply | RawReply) =>
    server.on(method, path, (exchange) => jenkins.instead(exchange) ?? answer(exchange));

  on('GET', `${job}/api/json`, ({ query }) => {
    if (query.get('tree')?.startsWith('builds')) return json({ builds: jenkins.builds.filter(hasNumber).map(listed) });
    const plain = jenkins.declared.map((name) => ({ name, type: 'StringParameterDefinition' }));
    const definitions = [...plain, ...jenkins.definitions];
    const property = definitions.length > 0 ? [{ parameterDefinitions: definitions }] : [];
    return json({ _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob', buildable: true, property });
  });

  function added({ body }: Exchange): JenkinsBuild {
    const { delay: _, ...parameters } = Object.fromEntries(new URLSearchParams(body));
    const item = 40 + jenkins.builds.length;
    const build = { item, parameters, since: Date.now() + jenkins.ahead, building: false, result: null };
    jenkins.builds.push(build);
    return build;
  }
  const queued = (status: number, { item }: JenkinsBuild) =>
    dated({ status, headers: { location: `https://ci.acme.test/queue/item/${item}/` } });
  const starts: Record<JenkinsStart, (exchange: Exchange) => Reply | RawReply> = {
    started: (exchange) => queued(201, added(exchange)),
    joined: (exchange) => queued(303, jenkins.builds[0] ?? added(exchange)),
    'started, and the connection cut': (exchange) => {
      added(exchange);
      return faulty.reset();
    },
    'started, and a fault told': (exchange) => {
      added(exchange);
      return page(500);
    },
    'started, and nothing told': (exchange) => {
      added(exchange);
      return dated({ status: 201 });
    },
    'connection cut': () => faulty.reset(),
    fault: () => page(500),
    refused: () => page(409),
    'credential refused': () => ({ ...page(401), headers: { 'www-authenticate': 'Basic realm="Jenkins"' } }),
    declined: () => page(302, { location: '.' }),
    'sign-in': () => page(302, { location: 'https://ci.acme.test/securityRealm/commenceLogin?from=%2F' }),
    'not accepted': () => page(400),
    disabled: () => page(409),
    throttled: () => ({ status: 429, headers: { 'retry-after': '60' }, body: 'slow down' }),
  };
  for (const path of [`${job}/build`, `${job}/buildWithParameters`])
    on('POST', path, (exchange) => starts[jenkins.start](exchange));

  on('GET', /\/jenkins\/queue\/item\/\d+\/api\/json/, ({ path }) => {
    const build = jenkins.builds.find(({ item }) => path.includes(`/item/${item}/`));
    if (!build || (jenkins.forgetsItems && build.number !== undefined)) return page(404);
    const of = (word: string) => ({ _class: `hudson.model.Queue$${word}`, id: build.item });
    if (build.cancelled) return json({ ...of('LeftItem'), cancelled: true });
    if (build.number === undefined) return json({ ...of('BuildableItem'), why: 'Waiting for next available executor' });
    return json({ ...of('LeftItem'), executable: { number: build.number } });
  });
  on('GET', `${root}/queue/api/json`, () =>
    json({
      items: jenkins.builds
        .filter((build) => !hasNumber(build) && !build.cancelled)
        .map((build) => ({ ...listed(build), id: build.item, task: { url: `https://ci.acme.test${job}/` } })),
    }),
  );
  const numbered = (path: string) => jenkins.builds.find(({ number }) => path.startsWith(`${job}/${number}/`));
  on('GET', new RegExp(`^${job}/\\d+/api/json$`), ({ path }) => {
    const build = numbered(path);
    if (!build) return page(404);
    const { number = 0, building, result } = build;
    return json({ _class: 'org.jenkinsci.plugins.workflow.job.WorkflowRun', number, building, result });
  });
  on('GET', new RegExp(`^${job}/\\d+/wfapi/describe$`), ({ path }) => {
    const build = numbered(path);
    return build?.paused ? json({ status: 'PAUSED_PENDING_INPUT' }) : page(404);
  });
  on('GET', new RegExp(`^${job}/\\d+/logText/progressiveText$`), ({ path, query }) => {
    const build = numbered(path);
    // A piece more each time it is asked for.
    const log = build ? jenkins.log : [];
    const whole = Buffer.concat(log);
    const begin = Number(query.get('start'));
    const pieces = log.map((_, index) => Buffer.concat(log.slice(0, index + 1)).length);
    const end = pieces.find((length) => length > begin) ?? whole.length;
    const headers = { 'x-text-size': String(end), ...(end < whole.length ? { 'x-more-data': 'true' } : {}) };
    return dated({
      headers: { 'content-type': 'text/plain;charset=utf-8', ...headers },
      body: whole.subarray(begin, end),
    });
  });
  on('POST', `${root}/queue/cancelItem`, ({ query }) => {
    const build = jenkins.builds.find(({ item }) => String(item) === query.get('id'));
    if (!build || hasNumber(build)) return page(404);
    build.cancelled = true;
    return dated({ status: 204 });
  });
  on('POST', new RegExp(`^${job}/\\d+/stop$`), ({ path }) => {
    const build = numbered(path);
    if (build && !jenkins.ignoresCancel) jenkins.phase = 'cancelled';
    return page(302, { location: '.' });
  });
  return jenkins;
}

function hasNumber({ number }: JenkinsBuild): boolean {
  return number !== undefined;
}

function listed({ number, item, since, parameters }: JenkinsBuild): Record<string, unknown> {
  const pairs = Object.entries(parameters).map(([name, value]) => ({ name, value }));
  const actions = [{ parameters: pairs }, { causes: [{ userId: 'release-bot' }] }, {}];
  return { number, queueId: item, timestamp: since, inQueueSince: since, actions };
}
