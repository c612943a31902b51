import { mayBeCredential, quotable } from '../core/text.ts';
import { type Answer, Undecided } from '../core/verification.ts';

/** What came as JSON is `unknown` until it was looked at: any bytes may come back. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What stands at a path of a value; undefined where nothing does. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, name) => (Object.hasOwn(objectOf(node), name) ? objectOf(node)[name] : undefined),
    value,
  );
}

/** An object; anything else counts as an empty one. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A list; anything else counts as an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Longer than any name or token that a provider gives. */
const longestText = 8192;

/** A text that is not empty, cut where it is longer than any that is foreseen. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, longestText) : undefined;
}

/** @throws Undecided when the answer is not a JSON object */
export function jsonObject(answer: Answer): JsonObject {
  const value = answer.json();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unforeseen();
  return value as JsonObject;
}

/** The body of a refusal; empty where it is not a JSON object. */
export function errorBody(answer: Answer): JsonObject {
  try {
    return objectOf(JSON.parse(answer.text));
  } catch {
    return {};
  }
}

/** A 404 of the API; a page may come from anything that stands in front. */
export function isMissing({ status, isPage }: Answer): boolean {
  return status === 404 && !isPage;
}

export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** A name from an answer, fit for a message; undefined where there is none, or where it could be a credential. */
export function shownName(value: unknown): string | undefined {
  const name = textOf(value);
  return name === undefined || mayBeCredential(name) ? undefined : quotable(name);
}

/** Success, but not with what such an answer has in it. */
export function unforeseen(): Undecided {
  return new Undecided('UNREACHABLE', {
    detail: 'it gave an unexpected answer',
    hint: 'Check the address, and whether a proxy is in the way.',
  });
}
