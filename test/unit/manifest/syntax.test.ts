import { expect, test } from 'vitest';
import { entryOf, tenantDocuments } from '../../../src/manifest/document.ts';
import type { Problem } from '../../../src/manifest/problem.ts';
import type { ManifestText } from '../../../src/manifest/text.ts';

/** The documents of a text, and what is wrong with it as `line: reason`. */
function read(text: string) {
  const position = (offset: number) => ({ line: text.slice(0, offset).split('\n').length, column: 1 });
  const origin: ManifestText = {
    file: 'm',
    index: 0,
    position,
    text,
    folder: '/',
    isStdin: false,
    values: { left: 1e6 },
  };
  const problems: Problem[] = [];
  const documents = [...tenantDocuments(origin, problems)];
  return {
    documents,
    told: problems.map(({ offset, key = '', reason }) => `${position(offset).line}: ${key} ${reason}`),
  };
}

const item = '  - name: a\n    type: slack\n';

test.each([
  [
    '3 blanks in place of 4',
    `tenant: A\ncommunication:\n${item}   slackChannels: ["#a"]\n`,
    /^5: .*not indented as those/,
  ],
  ['5 blanks in place of 4', 'tenant: A\nscm:\n  - name: a\n     type: github\n', /^3: .*indented as those/],
  ['an item that is indented further', 'tenant: A\nscm:\n   - name: a\n    - name: b\n', /^4: .*not indented as those/],
  ['an unclosed [', `tenant: A\ncommunication:\n${item}    slackChannels: ["#a"\n`, /"\[" or "\{".* is not closed/],
  [
    'an unclosed [ before more',
    `tenant: A\ncommunication:\n${item}    slackChannels: ["#a"\ntickets: []\n`,
    /is not closed/,
  ],
  ['an unclosed {', 'tenant: A\nscm:\n  - { name: a, type: github\n  - { name: b }\n', /is not closed/],
  ['an unclosed [ with a list in it', 'tenant: A\nscm: [\n  - name: a\ntickets: []\n', /is not closed/],
  ['an unclosed quotation mark', 'tenant: A\nscm:\n  - name: "a\n    type: github\n', /quotation marks is not closed/],
  ['no blank behind ":"', 'tenant: A\nscm:\n  - name:a\n    type: github\n', /^3: .*":" too many|quote missing/],
  ['a tab', 'tenant: A\nscm:\n\t- name: a\n', /^3: .*tab/],
])('%s is told as that', (_, text, reason) => {
  const { told } = read(text);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(reason);
});

const base = 'x-base: &base\n  type: slack\n  slackWebhookUrl: env:HOOK\n  notifyOnEvents: [a]\n';

test('a merge key takes over what the map itself does not say', () => {
  const { documents, told } = read(
    `${base}tenant: A\ncommunication:\n  - <<: *base\n    name: one\n    notifyOnEvents: [b]\n  - { name: two, <<: *base }\n`,
  );
  expect(told).toEqual([]);
  const items = documents[0]?.lists.communication ?? [];
  expect(items.map(({ name, entries }) => [name, entries.map(({ field }) => field.name).sort()])).toEqual([
    ['one', ['notifyOnEvents', 'slackWebhookUrl']],
    ['two', ['notifyOnEvents', 'slackWebhookUrl']],
  ]);
  const events = items.map((item) => entryOf(item, 'notifyOnEvents'));
  expect(events.map((entry) => entry?.kind === 'value' && entry.raw)).toEqual([['b'], ['a']]);
});

test('of several maps the first goes before the others, and those in them are merged too', () => {
  const { documents, told } = read(
    'x-a: &a { notifyOnEvents: [a] }\nx-b: &b { <<: *a, type: slack }\nx-c: &c { notifyOnEvents: [c] }\n' +
      'tenant: A\ncommunication: [{ name: n, <<: [*b, *c] }]\n',
  );
  expect(told).toEqual([]);
  const [item] = documents[0]?.lists.communication ?? [];
  const entry = item && entryOf(item, 'notifyOnEvents');
  expect(entry?.kind === 'value' && entry.raw).toEqual(['a']);
});

test('what "<<" takes over must be maps, in quotation marks it is a key like others, and itself it cannot hold', () => {
  expect(read('tenant: A\nscm: [{ <<: text, name: a, type: github }]\n').told[0]).toMatch(/^2: .*keys of a map/);
  expect(read('tenant: A\nscm: [{ "<<": { name: a }, type: github }]\n').told.join()).toMatch(/not known/);
  expect(read('tenant: A\nscm: [&a { <<: *a, name: a, type: github }]\n').told.join()).toMatch(/inside what it names/);
});
