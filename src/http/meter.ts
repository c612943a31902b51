import { version } from '../../package.json';
import { heading, type Metric, sample } from '../core/prometheus.ts';
import type { Log, RequestEntry } from './log.ts';

/** What a server counts of itself since it started. Requests are told by the paths that the API describes, never by an id. */
export interface Meter {
  /** A log whose requests are counted too. */
  beside(log: Log): Log;
  /** In the text format of Prometheus. */
  text(): string;
}

const build: Metric = { name: 'integrations_build_info', type: 'gauge', help: 'The version that runs.' };
const requests: Metric = {
  name: 'integrations_http_requests_total',
  type: 'counter',
  help: 'Requests that were answered, by path and class of status.',
};
const durations: Metric = {
  name: 'integrations_http_request_duration_seconds',
  type: 'histogram',
  help: 'How long they took until the answer began.',
};
const bounds = [0.005, 0.02, 0.1, 0.5, 2, 10];
const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'];

interface Duration {
  /** Of those that took no longer than the bound of the same place. */
  within: number[];
  seconds: number;
  count: number;
}

export function createMeter(): Meter {
  const counts = new Map<string, { labels: Record<string, string>; count: number }>();
  const taken = new Map<string, Duration>();

  function count({ method, route, status, ms }: RequestEntry): void {
    const path = route ?? 'none';
    const labels = {
      // Whoever calls may name any.
      method: methods.includes(method) ? method : 'other',
      route: path,
      status: `${Math.floor(status / 100)}xx`,
    };
    const key = Object.values(labels).join(' ');
    counts.set(key, { labels, count: (counts.get(key)?.count ?? 0) + 1 });
    const { within, seconds, count: before } = taken.get(path) ?? { within: bounds.map(() => 0), seconds: 0, count: 0 };
    taken.set(path, {
      within: within.map((many, at) => many + Number(ms / 1000 <= (bounds[at] ?? 0))),
      seconds: seconds + ms / 1000,
      count: before + 1,
    });
  }

  return {
    beside: (log) => ({
      ...log,
      request(entry) {
        count(entry);
        log.request(entry);
      },
    }),
    text: () =>
      [
        heading(build),
        sample(build.name, { version }, 1),
        heading(requests),
        ...[...counts.values()].map((each) => sample(requests.name, each.labels, each.count)),
        heading(durations),
        ...[...taken].map(([route, duration]) => durationLines(route, duration)),
      ].join(''),
  };
}

function durationLines(route: string, { within, seconds, count }: Duration): string {
  const { name } = durations;
  const buckets = bounds.map((bound, at) => sample(`${name}_bucket`, { route, le: String(bound) }, within[at] ?? 0));
  const all = sample(`${name}_bucket`, { route, le: '+Inf' }, count);
  return [...buckets, all, sample(`${name}_sum`, { route }, seconds), sample(`${name}_count`, { route }, count)].join(
    '',
  );
}
