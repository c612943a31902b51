import { expect, test } from 'vitest';
import { createOrderedItems } from '../../../src/commands/verification/ordered-items.ts';

test('items are gone through in the order in which they were expected, again and again', () => {
  const items = createOrderedItems();
  for (const id of ['a', 'b', 'c']) items.expect(id);
  items.add('b', { id: 'b' });
  expect([...items]).toEqual([]);
  items.add('a', { id: 'a' });
  items.expect('d');
  expect([...items]).toEqual([{ id: 'a' }, { id: 'b' }]);
  items.add('d', { id: 'd' });
  items.add('c', { id: 'c' });
  for (let round = 0; round < 2; round += 1) {
    expect([...items].map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  }
});

test('what does not come is left out, and keeps nothing back', () => {
  const items = createOrderedItems();
  for (const id of ['a', 'b', 'c', 'd']) items.expect(id);
  items.add('d', { id: 'd' });
  items.add('b', { id: 'b' });
  expect([...items]).toEqual([]);
  items.end();
  expect([...items].map(({ id }) => id)).toEqual(['b', 'd']);
});

test('many are held outside of memory', () => {
  const items = createOrderedItems();
  const text = 'x'.repeat(1_000);
  const before = process.memoryUsage().heapUsed;
  for (let number = 0; number < 100_000; number += 1) {
    items.expect(String(number));
    items.add(String(number), { id: String(number), text });
  }
  // All of them would be a hundred megabytes.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000);
  let count = 0;
  for (const item of items) {
    expect(item['id']).toBe(String(count));
    count += 1;
  }
  expect(count).toBe(100_000);
});
