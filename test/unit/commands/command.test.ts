import { expect, test } from 'vitest';
import { type Input, pairsFlag } from '../../../src/commands/command.ts';

const given = (...pairs: string[]) => pairsFlag({ args: [], flags: { var: pairs } } as unknown as Input, 'var');

test('a value may be empty and have what divides it from its name; the last one for a name counts', () => {
  expect(given('a=1', 'b=', 'c=x=y', 'a=2')).toEqual({ a: '2', b: '', c: 'x=y' });
  expect(Object.keys(given('__proto__=x'))).toEqual(['__proto__']);
});

test.each(['a', '=a', ''])('%j is no pair, and is not repeated', (text) => {
  expect(() => given(text)).toThrow(/^--var is NAME=VALUE$/);
});
