import type { Json } from '../../core/field.ts';
import { blocksOf, stretchesOf, type TemplateText } from '../../core/ticket-text.ts';

/**
 * A text in the form in which Jira Cloud takes one (Atlassian, 'Atlassian Document Format'): paragraphs, lists and
 * addresses alone. Whatever else it holds is text.
 */
export function documentOf(text: TemplateText): Json {
  const content = blocksOf(text).map(({ kind, lines }): Json => {
    if (kind === 'paragraph') return { type: 'paragraph', content: inlineOf(lines.join('\n')) };
    const items = lines.map((line) => ({
      type: 'listItem',
      content: [{ type: 'paragraph', content: inlineOf(line) }],
    }));
    return { type: 'bulletList', content: items };
  });
  return { type: 'doc', version: 1, content };
}

/** No text may be empty, nor hold a line break. */
function inlineOf(text: string): Json[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => [
    ...(index > 0 ? [{ type: 'hardBreak' }] : []),
    ...stretchesOf(line).map((each) => ({
      type: 'text',
      text: each.text,
      ...(each.isAddress ? { marks: [{ type: 'link', attrs: { href: each.text } }] } : {}),
    })),
  ]);
}
