import { expect, test } from 'vitest';
import { heading, sample } from '../../../src/core/prometheus.ts';

test('a metric is told by what it is, and by its samples', () => {
  expect(heading({ name: 'up', type: 'gauge', help: 'Whether it runs.' })).toBe(
    '# HELP up Whether it runs.\n# TYPE up gauge\n',
  );
  expect(sample('up', {}, 1)).toBe('up 1\n');
  expect(sample('up', { tenant: 'a', id: 'b' }, 1_800_000_000)).toBe('up{tenant="a",id="b"} 1800000000\n');
});

test.each([
  ['plain', 'plain'],
  ['größer ✓', 'größer ✓'],
  ['a"b', 'a\\"b'],
  ['a\\b', 'a\\\\b'],
  ['a\nb', 'a\\nb'],
  // What a terminal obeys is told by its code, whose backslash is escaped as any other.
  ['a\u001b[2Jb', 'a\\\\u001b[2Jb'],
  ['a\r\u202eb', 'a\\\\u000d\\\\u202eb'],
])('the label %j stands as %j', (label, text) => {
  expect(sample('up', { label }, 0)).toBe(`up{label="${text}"} 0\n`);
});
