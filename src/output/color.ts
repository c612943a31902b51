/** Colours for people only: FORCE_COLOR overrules the absence of a terminal, NO_COLOR and --no-color everything. */
export function usesColor(
  env: Readonly<Record<string, string | undefined>>,
  stream: { isTTY?: boolean | undefined },
  refused: boolean,
): boolean {
  if (refused || env['NO_COLOR'] || env['TERM'] === 'dumb') return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  return Boolean(stream.isTTY);
}
