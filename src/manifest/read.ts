import { isAlias, isMap, isScalar, isSeq, type YAMLError } from 'yaml';
import { composePieces, composeWhole, NotInPieces } from './compose.ts';
import type { Problem } from './problem.ts';
import type { ManifestText } from './text.ts';

/** A value of a file, with where it stands. Where an alias names it, that is where its anchor is. */
export type Located =
  | { kind: 'scalar'; offset: number; value: string | number | boolean | null }
  | { kind: 'list'; offset: number; items: Located[] }
  | { kind: 'map'; offset: number; entries: LocatedEntry[] };

export interface LocatedEntry {
  key: string;
  offset: number;
  value: Located;
}

/** Takes items of a document's long lists before all of it is read, so that they are not held as they stand there. */
export interface Ahead {
  /**
   * @param list where the list begins
   * @param key of the document, under which it stands
   * @returns whether it took the item, which then is not in its list
   */
  take(list: number, key: string, item: Located): boolean;
  /** What was taken counts for nothing: all of the document is read again. */
  giveBack(): void;
}

export const nothingAhead: Ahead = { take: () => false, giveBack: () => undefined };

interface ReadDocument<Taking> {
  contents: Located;
  /** What took items of it; undefined where nothing did, for it was read whole. */
  ahead: Taking | undefined;
}

/**
 * The documents of a file, YAML or JSON, one at a time, so that the trees of large files need not be held. What is
 * wrong goes to `problems`; a document with a mistake in its syntax is left out.
 * @param aheadOf begins a document
 */
export function* readDocuments<Taking extends Ahead>(
  text: ManifestText,
  problems: Problem[],
  aheadOf: () => Taking,
): Generator<ReadDocument<Taking>> {
  const open = new Set<Taking>();
  let done = 0;
  try {
    for (const { found, ...document } of readPieces(text, aheadOf, open)) {
      done += 1;
      for (const problem of found) problems.push(problem);
      open.delete(document.ahead);
      yield document;
    }
  } catch (error) {
    if (!(error instanceof NotInPieces) && !(error instanceof RangeError)) throw error;
    for (const ahead of open) ahead.giveBack();
    for (const contents of readWhole(text, problems, done)) yield { contents, ahead: undefined };
  }
}

/** @param skipped so many documents are read already */
function* readWhole(text: ManifestText, problems: Problem[], skipped: number): Generator<Located> {
  const problem = (offset: number, reason: string) => void problems.push({ origin: text, offset, reason });
  let count = 0;
  try {
    for (const document of composeWhole(text.text)) {
      count += 1;
      if (count <= skipped) continue;
      const faults = [...document.errors, ...document.warnings];
      // What follows the first mistake in the syntax is mostly told because of it, but for a bracket that is still open.
      const first = faults.find(({ message }) => message.startsWith('Flow ')) ?? faults[0];
      if (faults.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) problem(0, tooDeep);
      else if (first) problem(first.pos[0], syntaxReason(first, faults));
      else if (document.contents !== null) yield createLocator(problem, nothingAhead).read(document.contents);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problem(0, tooDeep);
  }
}

/** Without a mistake in its syntax. */
interface ReadInPieces<Taking> {
  contents: Located;
  ahead: Taking;
  /** What is wrong with it. */
  found: readonly Problem[];
}

/** @param open is given what takes items of each @throws NotInPieces */
function* readPieces<Taking extends Ahead>(
  text: ManifestText,
  aheadOf: () => Taking,
  open: Set<Taking>,
): Generator<ReadInPieces<Taking>> {
  const begin = () => {
    const found: Problem[] = [];
    const ahead = aheadOf();
    open.add(ahead);
    const locator = createLocator((offset, reason) => void found.push({ origin: text, offset, reason }), ahead);
    return { found, ahead, locator, pairs: [] as LocatedPair[] };
  };
  const ready: ReadInPieces<Taking>[] = [];
  let current = begin();
  const pieces = composePieces(text.text, {
    items: (list, key, items) => current.locator.readAhead(list, key, items),
    entry: ({ key, value }) => void current.pairs.push(current.locator.readPair(key, value)),
    end() {
      const { found, ahead, locator, pairs } = current;
      const offset = pairs[0]?.key.offset ?? 0;
      ready.push({ contents: { kind: 'map', offset, entries: locator.entriesOf(pairs) }, ahead, found });
      current = begin();
    },
  });
  for (const _ of pieces) yield* ready.splice(0, 1);
}

const tooDeep = 'the manifest is nested too deeply';

/** In place of the library's own messages, which quote the file. */
const syntaxReasons: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'an alias has no name that YAML accepts',
  BAD_DQ_ESCAPE: 'in double quotes a "\\" starts an escape, and this is none; single quotes take it as it is',
  BAD_INDENT: 'the line is not indented as those it belongs to',
  BAD_SCALAR_START: 'a text cannot start with this character: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a list or a map stands where one value is expected: is the line indented correctly?',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a character is missing: a closing quote or bracket, a comma, or a blank after ":"',
  MULTILINE_IMPLICIT_KEY: 'a key spans several lines: is there a ":" too many, or a quote missing?',
  MULTIPLE_DOCS: 'another document begins here; "---" separates them',
  TAB_AS_INDENT: 'a line is indented with a tab: use spaces',
  TAG_RESOLVE_FAILED: 'a tag stands here, and manifests have none',
};

/** Where one code stands for several mistakes. */
const finerReasons: readonly (readonly [message: RegExp, reason: string])[] = [
  [/^Flow /, 'a "[" or "{" that was opened before this is not closed with its "]" or "}"'],
  [/without - indicator|at the same column/, 'the line is not indented as those it belongs to'],
  [/^Missing closing/, 'a text in quotation marks is not closed before this'],
];

/** A value that the next line goes on with, to which YAML says both that it is a map and that it is over several lines. */
const wrongIndent = 'the next line is not indented as those it belongs to';

function syntaxReason({ code, message }: YAMLError, faults: readonly YAMLError[]): string {
  const isNext = code === 'BLOCK_AS_IMPLICIT_KEY' && faults.some((each) => each.code === 'MULTILINE_IMPLICIT_KEY');
  if (isNext) return wrongIndent;
  const [, finer] = finerReasons.find(([words]) => words.test(message)) ?? [];
  return finer ?? syntaxReasons[code] ?? 'this is not YAML: quotes, brackets or blanks do not fit';
}

type Told = (offset: number, reason: string) => void;

/** A key with its value. */
interface LocatedPair {
  key: Located;
  value: Located;
  /** Whether it is YAML's `<<`. */
  merges: boolean;
}

/** Makes entries of the pairs of a map, with what it takes over. */
function createMerging(problem: Told) {
  return entriesOf;

  function entriesOf(pairs: readonly LocatedPair[]): LocatedEntry[] {
    const seen = new Set<string>();
    const entries: LocatedEntry[] = [];
    const merged: LocatedEntry[] = [];
    for (const { key, value, merges } of pairs) {
      const { offset } = key;
      if (merges) merged.push(...entriesToMerge(value));
      else if (key.kind !== 'scalar' || typeof key.value !== 'string') problem(offset, 'a key must be text');
      else if (seen.has(key.value)) problem(offset, 'a key is there twice');
      else {
        seen.add(key.value);
        entries.push({ key: key.value, offset, value });
      }
    }
    // What stands in the map itself goes before what it takes over, and the first map before the others.
    for (const entry of merged) {
      if (seen.has(entry.key)) continue;
      seen.add(entry.key);
      entries.push(entry);
    }
    return entries;
  }

  /** Of a map, or of each in a list of them (YAML's type `merge`). */
  function entriesToMerge(content: Located): readonly LocatedEntry[] {
    if (content.kind === 'map') return content.entries;
    if (content.kind === 'list' && content.items.every(({ kind }) => kind === 'map')) {
      return content.items.flatMap(entriesToMerge);
    }
    problem(content.offset, '"<<" takes over the keys of a map, and this is none');
    return [];
  }
}

/** Reads what a document holds, in the order in which it stands there. */
function createLocator(problem: Told, taking: Ahead) {
  /** `null` while its own content is read. */
  const anchors = new Map<string, Located | null>();
  /** What was read of lists before the rest of them, by where they begin. */
  const ahead = new Map<number, Located[]>();
  const entriesOf = createMerging(problem);
  return { read, readPair, entriesOf, readAhead };

  function readAhead(list: number, key: string, items: readonly unknown[]): void {
    const known = ahead.get(list) ?? [];
    ahead.set(list, known);
    for (const item of items) {
      const located = read(item);
      if (!taking.take(list, key, located)) known.push(located);
    }
  }

  function read(node: unknown): Located {
    if (isAlias(node)) {
      const offset = node.range?.[0] ?? 0;
      const found = anchors.get(node.source);
      if (found) return found;
      problem(
        offset,
        found === null ? 'an alias stands inside what it names' : 'an alias names an anchor that is not there',
      );
      return { kind: 'scalar', offset, value: null };
    }
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return { kind: 'scalar', offset: 0, value: null };
    const offset = node.range?.[0] ?? 0;
    if (node.anchor !== undefined) anchors.set(node.anchor, null);
    const located: Located = isScalar(node)
      ? { kind: 'scalar', offset, value: scalar(node.value, offset) }
      : isSeq(node)
        ? { kind: 'list', offset, items: listOf(node.items, offset) }
        : { kind: 'map', offset, entries: entriesOf(node.items.map(({ key, value }) => readPair(key, value))) };
    if (node.anchor !== undefined) anchors.set(node.anchor, located);
    return located;
  }

  function listOf(items: readonly unknown[], offset: number): Located[] {
    const located = ahead.get(offset) ?? [];
    for (const item of items) located.push(read(item));
    return located;
  }

  function readPair(node: unknown, content: unknown): LocatedPair {
    const key = read(node);
    const { offset } = key;
    const value = content === null ? ({ kind: 'scalar', offset, value: null } as const) : read(content);
    return { key, value, merges: isScalar(node) && node.value === '<<' && node.type === 'PLAIN' };
  }

  function scalar(value: unknown, offset: number): string | number | boolean | null {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return Object.is(value, -0) ? 0 : value;
    problem(offset, 'a number must be one that JSON has');
    return null;
  }
}
