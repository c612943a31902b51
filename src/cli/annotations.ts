import { isRecord } from '../core/record.ts';

/** Errors of a manifest as GitHub shows them on the lines of a pull request: workflow commands, a line each. */
export function annotationsOf(details: unknown): string[] {
  const problems = isRecord(details) ? details['problems'] : undefined;
  if (!Array.isArray(problems)) return [];
  return problems.filter(isRecord).map(({ file, line, column, key, message }) => {
    // Standard input is no file of the pull request.
    const at = line === null ? '' : `,line=${property(line)},col=${property(column)}`;
    const place = file === '<stdin>' ? '' : ` file=${property(file)}${at}`;
    return `::error${place}::${data([key, message].filter((part) => typeof part === 'string').join(' '))}`;
  });
}

/** As GitHub's own toolkit escapes them, so that no text ends the line or begins another command. */
function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(value: unknown): string {
  return data(String(value)).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
