import { isRecord } from '../record.ts';
import { unwrapped } from './unwrapped.ts';

/** The object of JSON in a text, however it was wrapped, also where the line breaks in its texts are real ones; undefined where there is none. */
export function jsonObjectIn(text: string): Record<string, unknown> | undefined {
  return unwrapped(text, (each) => {
    const value = each.startsWith('{') ? (parsed(each) ?? parsed(withEscapedBreaks(each))) : undefined;
    return isRecord(value) ? value : undefined;
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands in quotation marks is a text, in which JSON has no line break of its own. */
function withEscapedBreaks(text: string): string {
  let [inText, isEscaped, whole] = [false, false, ''];
  for (const each of text) {
    whole += inText ? (breaks.get(each) ?? each) : each;
    if (each === '"' && !isEscaped) inText = !inText;
    isEscaped = each === '\\' && !isEscaped;
  }
  return whole;
}

const breaks = new Map([
  ['\n', '\\n'],
  ['\r', ''],
  ['\t', '\\t'],
]);
