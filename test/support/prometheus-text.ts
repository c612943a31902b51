/** A sample as Prometheus reads it. */
export interface ReadSample {
  metric: string;
  labels: Record<string, string>;
  value: number;
}

const labelPattern = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;
const unescaped: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };

/**
 * Reads the text format 0.0.4, as strictly as its description says (prometheus.io, "Exposition formats"): a metric's
 * heading comes once and before its samples, which stand together, no two of them with the same labels.
 * @throws Error with the line that breaks it
 */
export function readPrometheus(text: string): ReadSample[] {
  const samples: ReadSample[] = [];
  const types = new Map<string, string>();
  const seen = new Set<string>();
  let current = '';
  if (text !== '' && !text.endsWith('\n')) throw new Error('The last line has no end.');
  for (const line of text.split('\n').slice(0, -1)) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
    if (kind) {
      if (kind === 'HELP') {
        if (types.has(name)) throw new Error(`${name} comes twice.`);
        current = name;
        continue;
      }
      if (name !== current || !['gauge', 'counter', 'histogram'].includes(rest)) throw new Error(line);
      types.set(name, rest);
      continue;
    }
    const [, metric = '', braces, number = ''] = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$/.exec(line) ?? [];
    const ownName = types.get(current) === 'histogram' ? metric.replace(/_(bucket|sum|count)$/, '') : metric;
    const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number);
    if (ownName !== current || !types.has(current) || number === '' || Number.isNaN(value)) throw new Error(line);
    const labels = readLabels(braces?.slice(1, -1) ?? '', line);
    const series = `${metric} ${JSON.stringify(Object.entries(labels).sort())}`;
    if (seen.has(series)) throw new Error(`Twice: ${line}`);
    seen.add(series);
    samples.push({ metric, labels, value });
  }
  return samples;
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  labelPattern.lastIndex = 0;
  while (labelPattern.lastIndex < text.length) {
    const [, name = '', value = ''] = labelPattern.exec(text) ?? [];
    if (name === '' || name in labels) throw new Error(line);
    labels[name] = value.replace(/\\[\\"n]/g, (pair) => unescaped[pair] ?? pair);
  }
  return labels;
}
