import { visible } from './text.ts';

/** A metric as Prometheus is told of it. */
export interface Metric {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  /** A sentence. */
  readonly help: string;
}

export type Labels = Readonly<Record<string, string>>;

/** The text format 0.0.4, which every version of Prometheus reads. */
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

/** What stands before the samples of a metric, all of which follow at once. */
export function heading({ name, type, help }: Metric): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

/** A line of a metric. */
export function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** What a terminal would obey is told by its code, since the text may stand on one. */
function escaped(text: string): string {
  return visible(text).replace(/[\\"\n]/g, (char) => escapes[char] ?? char);
}
