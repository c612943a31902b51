/** How many columns of the screen a text takes. */
export type Measure = (text: string) => number;

// Letters of one column each: Latin, Greek and Cyrillic, without the signs that combine with others.
const narrow = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02af\u0391-\u03c9\u0410-\u044f…]*$/;

/** The tables of wide characters take longer to load than a list to draw; they are loaded where a text needs them. */
export async function measureOf(texts: Iterable<string>): Promise<Measure> {
  for (const text of texts) if (!narrow.test(text)) return (await import('string-width')).default;
  return (text) => text.length;
}

/** The text, or as much of its beginning as fits with a `…` behind it. */
export function cut(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text;
  return `${head(text, width - 1, measure)}…`;
}

/** Lines of at most that width, parted at blanks where there are any. */
export function wrapped(text: string, width: number, measure: Measure): string[] {
  return text.split('\n').flatMap((line) => wrappedLine(line, width, measure));
}

function wrappedLine(line: string, width: number, measure: Measure): string[] {
  if (measure(line) <= width) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (measure(longer) <= width) {
      current = longer;
      continue;
    }
    if (current !== '') lines.push(current);
    current = word;
    while (measure(current) > width) {
      const piece = head(current, width, measure);
      lines.push(piece);
      current = current.slice(piece.length);
    }
  }
  return [...lines, current];
}

/** As many whole characters as fit, and at least one. */
function head(text: string, width: number, measure: Measure): string {
  let taken = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (taken !== '' && measure(taken + segment) > width) break;
    taken += segment;
  }
  return taken;
}

/** A text behind its lead, its further lines beneath its first one. Counts characters, so it is for plain words. */
export function hanging(lead: string, text: string, width: number): string[] {
  const lines = wrapped(text, Math.max(20, width - lead.length - 1), (part) => part.length);
  return lines.map((line, index) => `${index === 0 ? lead : ' '.repeat(lead.length)}${line}`);
}
