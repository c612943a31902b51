/** The headings of the program's help, and the commands beneath each, in their order. */
const groups: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ['Start', ['setup', 'init', 'status', 'doctor']],
  [
    'Integrations',
    [
      'scm',
      'target',
      'pipeline',
      'communication',
      'ticket',
      'verify',
      'expiring',
      'graph',
      'exec',
      'notify',
      'runs',
      'history',
    ],
  ],
  ['As a file, as a service', ['plan', 'apply', 'export', 'schema', 'serve', 'token']],
  ['Settings and help', ['tenant', 'account', 'context', 'key', 'db', 'provider', 'completion', 'version', 'help']],
];

const places = new Map(groups.flatMap(([heading, names]) => names.map((name) => [name, heading] as const)));
const order = [...places.keys()];

export function headingOf(name: string): string {
  return places.get(name) ?? 'Others';
}

/** In the order of the help; what stands in no group comes last. */
export function inOrder<T extends { readonly name: string }>(commands: readonly T[]): T[] {
  const rank = ({ name }: T) => (places.has(name) ? order.indexOf(name) : order.length);
  return [...commands].sort((a, b) => rank(a) - rank(b));
}
