import { RequestProblem } from './problem.ts';

/** A strong entity tag of a version (RFC 9110). */
export function entityTag(version: string): string {
  return `"${version}"`;
}

/**
 * The version that an `If-Match` header names; undefined for `*`, and where there is none and none is needed.
 * @throws RequestProblem
 */
export function versionAsked(header: string | undefined, needed: boolean): string | undefined {
  if (header === undefined) {
    if (!needed) return undefined;
    throw new RequestProblem('PRECONDITION_REQUIRED', 'this changes what is stored, so If-Match is needed', {
      hint: 'Send the ETag that GET answers with, or * for whatever is stored.',
    });
  }
  if (header.trim() === '*') return undefined;
  const [, version] = /^\s*"([\w-]+)"\s*$/.exec(header) ?? [];
  if (version !== undefined) return version;
  // A weak tag matches nothing here, and a list names several versions of which one at most can be.
  throw changedMeanwhile();
}

export function changedMeanwhile(): RequestProblem {
  return new RequestProblem('PRECONDITION_FAILED', 'it has changed since it was read', {
    hint: 'GET it again, look at what changed, and send its ETag.',
  });
}
