import { expect, test } from 'vitest';
import { planMarkdown } from '../../../src/commands/manifest/markdown.ts';
import type { Data } from '../../../src/output/view.ts';

function item(more: Partial<Record<keyof Data, unknown>> = {}): Data {
  const usual = { action: 'create', tenant: 'Acme', category: 'scm', name: 'mobile', type: 'github', fields: [] };
  return { ...usual, ...more } as Data;
}

test('counts on a line, and folds each tenant', () => {
  const fields = [
    { name: 'organization', before: null, after: 'acme' },
    { name: 'accessToken', before: null, after: 'new' },
  ];
  const changed = [
    { name: 'defaultBranch', before: 'main', after: 'next' },
    { name: 'accessToken', before: null, after: 'changed' },
    { name: 'refreshToken', before: null, after: 'unchanged' },
  ];
  const text = planMarkdown(
    [
      item({ fields }),
      item({ action: 'update', name: 'legacy', fields: changed }),
      item({ action: 'delete', tenant: 'Other', name: 'old' }),
      item({ action: 'none', name: 'same' }),
    ],
    ['ACME_TOKEN'],
  );
  expect(text).toBe(`**Plan**: 1 to create, 1 to update, 1 to delete

<details><summary><code>Acme</code>: 1 to create, 1 to update</summary>

\`\`\`diff
+ scm mobile (github)
+     organization: acme
+     accessToken: new
! scm legacy (github)
-     defaultBranch: main
+     defaultBranch: next
+     accessToken: changed
\`\`\`

</details>

<details><summary><code>Other</code>: 1 to delete</summary>

\`\`\`diff
- scm old (github)
\`\`\`

</details>

<p>apply reads <code>ACME_TOKEN</code></p>
`);
});

test('says where nothing differs', () => {
  expect(planMarkdown([item({ action: 'none' })], [])).toBe('**Plan**: no differences\n');
});

test('nothing in a manifest ends the fence, is HTML or calls anybody', () => {
  const hostile = '````\n</details>\n@acme/everyone #1 https://evil.test <img src=x onerror=y> ![x](y)\r\n````';
  const fields = [{ name: 'environmentVariables', before: null, after: { LANE: hostile } }];
  const text = planMarkdown([item({ tenant: hostile, name: hostile, fields })], [hostile]);
  const lines = text.split('\n');
  const fence = lines.find((line) => line.startsWith('`')) ?? '';
  expect(fence).toBe('`````diff');
  const inside = lines.slice(lines.indexOf(fence) + 1, lines.lastIndexOf('`````'));
  expect(inside).toHaveLength(2);
  for (const line of inside) expect(line).toMatch(/^[+!-] /);
  const outside = lines.filter((line) => !inside.includes(line)).join('\n');
  // All of it stands in code, and nothing of it opens or closes an element.
  const html = outside.replace(/<code>[^<]*<\/code>/g, '');
  expect(html).not.toMatch(/@|#1|https|img|!\[/);
  expect(html.match(/<[^>]*>/g)).toEqual(['<details>', '<summary>', '</summary>', '</details>', '<p>', '</p>']);
});

test('what GitHub has no room for is counted, and no item is cut', () => {
  const fields = [{ name: 'organization', before: null, after: 'a'.repeat(150) }];
  const items = [
    ...Array.from({ length: 10 }, (_, at) => item({ name: `app-${at}`, fields })),
    ...Array.from({ length: 1_000 }, (_, at) => item({ tenant: 'Other', name: `app-${at}`, fields })),
    item({ tenant: 'Third', fields }),
    item({ tenant: 'Fourth', fields }),
  ];
  const text = planMarkdown(items, ['ACME_TOKEN']);
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(text.length).toBeGreaterThan(65_000);
  const names = text.match(/^\+ scm app-\d+ \(github\)$/gm) ?? [];
  expect(text.match(/^\+ {5}organization: a{150}$/gm)).toHaveLength(names.length);
  expect(text).toContain(
    `\n\n**Not shown: ${1_012 - names.length} changes, with all of 2 tenants.** A comment has no room for more; `,
  );
  expect(text).toMatch(/^\*\*Plan\*\*: 1012 to create\n/);
  expect(text).toContain('<code>Other</code>: 1000 to create</summary>');
  expect(text.match(/<details>/g)).toHaveLength(2);
  expect(text.match(/<\/details>/g)).toHaveLength(2);
  expect(text).toMatch(/<p>apply reads <code>ACME_TOKEN<\/code><\/p>\n$/);
});

test('names of variables leave room for what changes', () => {
  const names = Array.from({ length: 5_000 }, (_, at) => `TOKEN_OF_A_LONG_NAME_${at}`);
  const text = planMarkdown([item()], names);
  expect(text.length).toBeLessThan(20_000);
  expect(text).toMatch(/ and \d{4} others<\/p>\n$/);
  expect(text).toContain('+ scm mobile (github)');
});
