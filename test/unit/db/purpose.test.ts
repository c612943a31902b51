import { expect, test } from 'vitest';
import { greater } from '../../../src/db/purpose.ts';

test('the greater of two', () => {
  expect(greater('verify', 'apply')).toBe('apply');
  expect(greater('migrate', 'read')).toBe('migrate');
});
