import { plural, sentenceList } from './text.ts';

/** Scopes as a provider names them, by what they are to an integration. */
export interface Scopes {
  needed: readonly string[];
  /** It works without them, but less is known then. */
  useful?: readonly string[];
  /** Neither missed nor too much. */
  harmless?: readonly string[];
}

const shown = 5;

/** How a token's scopes differ from what it is for: clauses for the detail of a check, none where they fit. */
export function scopeNotes(granted: readonly string[], { needed, useful = [], harmless = [] }: Scopes): string[] {
  const lacking = [...needed, ...useful].filter((scope) => !granted.includes(scope));
  const known = [...needed, ...useful, ...harmless];
  // What is no scope's name is something else that stands in the header.
  const more = granted.filter((scope) => !known.includes(scope) && /^[a-z][a-z0-9:._-]{0,60}$/i.test(scope));
  return [
    ...(lacking.length > 0 ? [`it lacks ${sentenceList(lacking)}`] : []),
    ...(more.length > 0 ? [`more than it needs: ${named(more)}`] : []),
  ];
}

function named(scopes: readonly string[]): string {
  const rest = scopes.length - shown;
  return rest > 0 ? sentenceList([...scopes.slice(0, shown), plural(rest, 'more', 'more')]) : sentenceList(scopes);
}
