import { Composer, CST, type Document, isMap, isScalar, Lexer, type Pair, Parser } from 'yaml';

// Keys are checked by the reader and not by the library, which compares each with all before it.
const options = {
  prettyErrors: false,
  uniqueKeys: false,
  merge: false,
  resolveKnownTags: false,
  schema: 'core',
} as const;

/** The documents of a text, each whole, with what is wrong with them. */
export function composeWhole(text: string): Iterable<Document> {
  return new Composer(options).compose(new Parser().parse(text));
}

/** Takes what is composed of a document, in the order of the text. */
export interface Taker {
  /** Some items of the list that begins at this offset under this key of the document, and has more behind them. */
  items(list: number, key: string, items: readonly unknown[]): void;
  /** An entry of the document itself. */
  entry(pair: Pair): void;
  /** The document ends. */
  end(): void;
}

/** What no piece can tell: the document is to be composed whole. */
export class NotInPieces extends Error {}

/** So many items are composed at once: each composition makes a schema. */
const batch = 8;

/**
 * Composes documents piece by piece, so that neither the tokens nor the nodes of a large one are ever held together.
 * Each piece is composed as the library composes it in its document.
 * @yields once a document, when all of it was taken and nothing behind it says that it is mistaken
 * @throws NotInPieces where there is any mistake, and where the root is no plain block map
 */
export function* composePieces(text: string, taker: Taker): Generator<void> {
  if (/^%/m.test(text)) throw new NotInPieces();
  let isOpen = false;
  for (const token of tokensOf(text, taker)) {
    // What stands behind a document's end may still be a mistake in it.
    if (token.type === 'error' || token.type === 'doc-end') throw new NotInPieces();
    if (token.type !== 'document') continue;
    if (isOpen) yield;
    const { value, start } = token;
    if (value?.type !== 'block-map' || start.some(isProperty)) throw new NotInPieces();
    for (const pair of entriesOf(composed(token))) taker.entry(pair);
    taker.end();
    isOpen = true;
  }
  if (isOpen) yield;
}

function* tokensOf(text: string, taker: Taker): Generator<CST.Token> {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (lexeme.endsWith('\n')) takeComplete(parser.stack, taker);
  }
  yield* parser.end();
}

/** Takes out of the tokens that are being built what nothing is added to any more. */
function takeComplete([document, map, list]: readonly CST.Token[], taker: Taker): void {
  if (document?.type !== 'document' || map?.type !== 'block-map' || list?.type !== 'block-seq') return;
  const current = map.items.at(-1);
  if (!current?.sep || current.explicitKey || [...current.start, ...current.sep].some(isProperty)) return;
  if (document.start.some(isProperty) || list.items.length < batch + 2) return;
  for (const item of map.items.splice(0, map.items.length - 1))
    for (const pair of entriesOf(composed(rootOf({ ...map, offset: beginOf(item), items: [item] })))) taker.entry(pair);
  // A key may not stand far behind what is before it, which in this map would be its beginning.
  map.offset = beginOf(current);
  // The parser looks at the last one and, for comments, at the one before it.
  const items = list.items.splice(0, list.items.length - 2);
  const { contents } = composed(rootOf({ ...list, items }));
  const key = CST.resolveAsScalar(current.key ?? null)?.value ?? '';
  taker.items(list.offset, key, (contents as unknown as { items: unknown[] }).items);
}

function beginOf({ start, key }: CST.BlockMap['items'][number]): number {
  return start[0]?.offset ?? key?.offset ?? 0;
}

function rootOf(value: CST.BlockMap | CST.BlockSequence): CST.Document {
  return { type: 'document', offset: value.offset, start: [], value };
}

function composed(token: CST.Document): Document {
  const [document] = new Composer(options).compose([token]);
  if (!document || document.errors.length + document.warnings.length > 0) throw new NotInPieces();
  return document;
}

function entriesOf({ contents }: Document): readonly Pair[] {
  if (!isMap(contents)) throw new NotInPieces();
  const pairs = contents.items as readonly Pair[];
  // An anchor at a key would be found after what stands below it.
  if (pairs.some(({ key }) => !isScalar(key) || key.anchor !== undefined)) throw new NotInPieces();
  return pairs;
}

function isProperty({ type }: CST.SourceToken): boolean {
  return type === 'anchor' || type === 'tag';
}
