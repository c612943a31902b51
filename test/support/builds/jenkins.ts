import {
  type Exchange,
  faulty,
  type ProviderServer,
  providerServer,
  type RawReply,
  type Reply,
} from '../provider-server.ts';

/** What happens when a build is asked for. */
export type JenkinsStart =
  | 'queued'
  | 'joined'
  /** It is started, and the connection breaks before an answer. */
  | 'started and cut'
  | 'started and 500'
  | 'started and no number'
  /** Nothing is started. */
  | 'cut'
  | '500'
  | 'declined'
  | 'sign-in'
  | 'not accepted'
  | 'disabled'
  | 'throttled';

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
  log: Buffer[];
}

export interface Jenkins {
  server: ProviderServer;
  builds: JenkinsBuild[];
  /** Parameter definitions, as the API shows them. */
  definitions: Record<string, unknown>[];
  start: JenkinsStart;
  /** Milliseconds by which its clock is ahead. */
  ahead: number;
  /** An item has left the queue, and is not kept any more. */
  forgetsItems: boolean;
  ignoresStop: boolean;
  /** Takes the n-th build out of the queue. */
  begin(build?: JenkinsBuild): void;
  end(result: string, build?: JenkinsBuild): void;
  /** Stands in the place of its answers, where it gives one. */
  instead: (exchange: Exchange) => Reply | RawReply | undefined;
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
  const jenkins: Jenkins = {
    server,
    builds: [],
    definitions: [{ name: 'LANE', type: 'StringParameterDefinition' }],
    start: 'queued',
    ahead: 0,
    forgetsItems: false,
    ignoresStop: false,
    instead: () => undefined,
    begin(build = last()) {
      build.number = jenkins.builds.filter(({ number }) => number !== undefined).length + 1;
      build.building = true;
    },
    end(result, build = last()) {
      if (build.number === undefined) jenkins.begin(build);
      build.building = false;
      build.result = result;
    },
  };
  const last = (): JenkinsBuild => {
    const build = jenkins.builds.at(-1);
    if (!build) throw new Error('nothing was started');
    return build;
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
    const property = jenkins.definitions.length > 0 ? [{ parameterDefinitions: jenkins.definitions }] : [];
    return json({ _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob', buildable: true, property });
  });

  function added({ body }: Exchange): JenkinsBuild {
    const { delay: _, ...parameters } = Object.fromEntries(new URLSearchParams(body));
    const item = 40 + jenkins.builds.length;
    const build = { item, parameters, since: Date.now() + jenkins.ahead, building: false, result: null, log: [] };
    jenkins.builds.push(build);
    return build;
  }
  const queued = (status: number, { item }: JenkinsBuild) =>
    dated({ status, headers: { location: `https://ci.acme.test/queue/item/${item}/` } });
  const starts: Record<JenkinsStart, (exchange: Exchange) => Reply | RawReply> = {
    queued: (exchange) => queued(201, added(exchange)),
    joined: (exchange) => queued(303, jenkins.builds[0] ?? added(exchange)),
    'started and cut': (exchange) => {
      added(exchange);
      return faulty.reset();
    },
    'started and 500': (exchange) => {
      added(exchange);
      return page(500);
    },
    'started and no number': (exchange) => {
      added(exchange);
      return dated({ status: 201 });
    },
    cut: () => faulty.reset(),
    '500': () => page(500),
    declined: () => page(302, { location: '.' }),
    'sign-in': () => page(302, { location: 'https://ci.acme.test/securityRealm/commenceLogin?from=%2F' }),
    'not accepted': () => page(400),
    disabled: () => page(409),
    throttled: () => ({ status: 429, headers: { 'retry-after': '1' }, body: 'slow down' }),
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
    const whole = Buffer.concat(build?.log ?? []);
    const begin = Number(query.get('start'));
    const pieces = build?.log.map((_, index) => Buffer.concat(build.log.slice(0, index + 1)).length) ?? [];
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
    if (build && !jenkins.ignoresStop) jenkins.end('ABORTED', build);
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
