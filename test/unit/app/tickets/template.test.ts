import { describe, expect, it } from 'vitest';
import { fillTemplate } from '../../../../src/app/tickets/template.ts';
import { asAddress, blocksOf, stretchesOf, TemplateText } from '../../../../src/core/ticket-text.ts';
import { htmlOf } from '../../../../src/providers/azure-devops/html.ts';
import { wikiOf } from '../../../../src/providers/jira/wiki.ts';
import { markdownOf } from '../../../../src/providers/linear/markdown.ts';

function filled(text: string, variables: Record<string, string> = {}): TemplateText {
  const { text: value } = fillTemplate({ text }, variables);
  if (!(value instanceof TemplateText)) throw new Error('it is no text');
  return value;
}

describe('variables', () => {
  it.each([
    ['{{a}} and {{ a }}', 'x and x'],
    ['{{{{a}}', '{{a}}'],
    ['{{{{{{a}}', '{{x'],
    ['{a} }}', '{a} }}'],
    ['{{empty}}', ''],
    ['{{other}}', '{{a}}'],
  ])('%s is %s', (text, plain) => {
    expect(filled(text, { a: 'x', empty: '', other: '{{a}}' }).plain).toBe(plain);
  });

  it.each([
    [{ fields: [{ 'a b': '{{x}}' }] }, 'epicTemplate.fields[0].a b names {{x}}, which has no value'],
    [{ t: '{{constructor}}' }, 'epicTemplate.t names {{constructor}}, which has no value'],
    [{ t: 'a {{ b' }, 'epicTemplate.t has "{{" without the name of a variable behind it'],
    [{ t: '{{1}}' }, 'epicTemplate.t has "{{" without the name of a variable behind it'],
  ])('%j is refused with its place', (template, message) => {
    expect(() => fillTemplate(template, { version: '1' })).toThrow(message);
  });

  it('are no part of keys, numbers and what is nothing', () => {
    expect(fillTemplate({ '{{a}}': 1, list: [true, null] }, {})).toEqual({ '{{a}}': 1, list: [true, null] });
  });

  it('tell which one may be meant', () => {
    expect(() => fillTemplate({ t: '{{vesrion}}' }, { version: '1' })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('{{version}} meant') }),
    );
  });
});

describe('what a text is for people', () => {
  it('has paragraphs and lists where they were written, and none where a value has them', () => {
    expect(blocksOf(filled('A\nb\n\n- c\n- {{v}}\nd {{v}}', { v: 'x\n\n- y' }))).toEqual([
      { kind: 'paragraph', lines: ['A', 'b'] },
      { kind: 'list', lines: ['c', 'x\n\n- y'] },
      { kind: 'paragraph', lines: ['d x\n\n- y'] },
    ]);
    expect(blocksOf(filled('{{v}}', { v: '- x' }))).toEqual([{ kind: 'paragraph', lines: ['- x'] }]);
    expect(blocksOf(filled('\n \n'))).toEqual([]);
  });

  it.each([
    ['see https://acme.test/a_b?c=(d), or', 'https://acme.test/a_b?c=(d'],
    ['<https://acme.test/>', 'https://acme.test/'],
    ['javascript:alert(1)', undefined],
  ])('%s leads to %s', (line, address) => {
    expect(stretchesOf(line).find(({ isAddress }) => isAddress)?.text).toBe(address);
  });

  it('is no markup where it is a value', () => {
    const value = '<b onclick="x">&\'*_[a](b)_*{code}|!h1. #1\n# x\n- y';
    const text = filled('*{{v}}*', { v: value });
    expect(htmlOf(text)).toBe(
      '<p>*&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;*_[a](b)_*{code}|!h1. #1<br># x<br>- y*</p>',
    );
    expect(wikiOf(text)).toBe('*<b onclick="x">&\'\\*\\_\\[a\\](b)\\_\\*\\{code\\}\\|\\!h1. \\#1\\\\ \\# x\\\\ \\- y*');
    expect(markdownOf(text)).toBe('*\\<b onclick="x"\\>&\'\\*\\_\\[a\\](b)\\_\\*{code}|!h1. \\#1\n\\# x\n\\- y*');
  });

  it.each([
    ['https://acme.test/a_b*c', 'https://acme.test/a_b%2Ac'],
    ['https://acme.test/a|b]{c}', 'https://acme.test/a%7Cb%5D%7Bc%7D'],
    ['ftp://acme.test/', undefined],
    ['https://acme.test/ x', undefined],
  ])('%s is the address %s', (text, address) => {
    expect(asAddress(text)).toBe(address);
  });
});
