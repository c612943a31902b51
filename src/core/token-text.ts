import { plainMarks } from './pasted/wrappings.ts';

const setsVariable = 'is a whole line that sets a variable; give only what comes after the "="';

/**
 * What stands around a token where it was copied from. No token has any of it, and none proves itself as a key does, so
 * it is refused with what to leave out, and not taken off on a guess.
 */
const wrapped: readonly (readonly [shape: RegExp, reason: string])[] = [
  [/^\$?["'`“”‘’«»„]|["'`“”‘’«»]$/, 'is in quotation marks; leave them out'],
  [/^[<[{(].*[>\]})]$/, 'is in brackets; leave them out'],
  [/^(curl|wget|http|git|docker|gh|glab|npm) /i, 'is a whole command; give the token alone'],
  [/^(proxy-)?authorization[ :=]/i, 'is a whole header; give only what comes after its first word'],
  [
    /^(private-token|job-token|deploy-token|x-[\w-]{0,30}(key|token))[ ]?[:=]/i,
    'is a whole header; give only what comes after the ":"',
  ],
  [/^(bearer|token|basic|oauth|key)[ :=]/i, 'has a word in front, as in a header; give the token alone'],
  [
    /^((export|set|setx|declare|const|let|var|env) |\$env:|[\w.-]{0,40}(token|secret|password|passwd|api[_-]?key|credential)["']?( ?=|:) ?(?=[^=]))/i,
    setsVariable,
  ],
  [/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+ ?= ?(?=[^=])/, setsVariable],
  [/[,;]$/, 'ends in a comma or semicolon; leave it out'],
  [/&(amp|lt|gt|quot|apos|#\d{1,5}|#x[0-9a-f]{1,4});/i, 'is escaped as HTML; give it as it was made'],
  [/\\/, 'has a backslash in it; give it as it was made, without escapes'],
];

// No joiners and no variation selectors: they belong to what stands beside them.
const around = /^[\s\0\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]$/;

/** White space and invisible marks around a text are no part of it. */
export function withoutAround(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && around.test(text[start] ?? '')) start += 1;
  while (end > start && around.test(text[end - 1] ?? '')) end -= 1;
  return text.slice(start, end);
}

/** Nor are the two characters `\n` behind a token. */
export function bareToken(text: string): string {
  let bare = withoutAround(text);
  while (/\\[nrt]$/.test(bare)) bare = withoutAround(bare.slice(0, -2));
  return bare;
}

/** Why a text is not a token alone, where that shows: a clause. */
export function wrappedReason(text: string): string | undefined {
  if (text.length > 4096) return undefined;
  const [, reason] = wrapped.find(([shape]) => shape.test(text)) ?? [];
  if (reason !== undefined) return reason;
  // A key or a file that took the place of a token is told as that.
  if (/^(-----BEGIN|\{)/.test(text)) return undefined;
  if (/\s/.test(text)) return 'has white space or control characters in it';
  if (text === plainMarks(text)) return undefined;
  return 'has characters that no token has: invisible marks, or letters of another width';
}
