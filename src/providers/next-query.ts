import { textOf } from './json-answer.ts';

/**
 * The query of the page that an answer names as the next one, with its `?`; undefined where there is none. Its host and
 * path are not believed: credentials go where the first request went.
 */
export function nextQuery(link: unknown): string | undefined {
  return URL.parse(textOf(link) ?? '')?.search || undefined;
}
