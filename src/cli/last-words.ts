import { systemCode, systemHint, systemReason } from '../files/system-error.ts';

/**
 * What is said of an error that nothing else can tell, such as that no file can be opened any more, the program's own
 * among them. It needs none, and tells of an error no more than its kind.
 */
export function lastWords(error: unknown, argv: readonly string[]): string {
  const code = systemCode(error);
  const kind = error instanceof Error ? error.name : typeof error;
  const message = `the program had to end: ${code === undefined ? kind : systemReason(error)}`;
  const hint = systemHint(error) ?? 'Run it again with --debug and report what it says.';
  const places = argv.includes('--debug') && error instanceof Error ? placesIn(error.stack) : '';
  const isJson = argv.some((word) => /^(--json|(--output=|-o)?jsonl?)$/.test(word));
  if (!isJson) return `${places}error: ${message}\nhint:  ${hint}\n`;
  const told = { code: 'INTERNAL', message, hint, field: null, details: null };
  return `${places}${JSON.stringify({ error: told })}\n`;
}

function placesIn(stack = ''): string {
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return places.map((line) => `debug:${line}\n`).join('');
}
