import { expect, test } from 'vitest';
import { fitsPattern, namesOwner } from '../../../src/core/claim-pattern.ts';

test.each([
  ['acme/mobile', 'acme/mobile', true],
  ['acme/mobile', 'acme/mobile2', false],
  ['acme/mobile', 'xacme/mobile', false],
  ['acme/*', 'acme/mobile', true],
  ['acme/*', 'acme/', true],
  ['acme/*', 'acme-evil/mobile', false],
  ['acme/*', 'acme/mobile/deeper', false],
  ['acme/**', 'acme/mobile/deeper', true],
  ['repo:acme/*:ref:refs/heads/main', 'repo:acme/mobile:ref:refs/heads/main', true],
  ['repo:acme/*:ref:refs/heads/main', 'repo:acme/mobile:environment:x:ref:refs/heads/main', false],
  ['repo:acme@1/mobile@*:ref:**', 'repo:acme@1/mobile@2:ref:refs/heads/a/b', true],
  ['refs/heads/release-*', 'refs/heads/release-1', true],
  ['refs/heads/release-*', 'refs/heads/release-1/../main', false],
  ['a.c', 'abc', false],
  ['[a-z]+', 'abc', false],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['*a*b*c', 'xxaxxbxxc', true],
  ['***', 'a/b', true],
])('%j fits %j: %s', (pattern, claim, fits) => {
  expect(fitsPattern(pattern, claim)).toBe(fits);
});

test('a pattern of many wildcards takes no longer than the square of a claim', () => {
  expect(fitsPattern(`${'**a'.repeat(60)}b`, 'a'.repeat(8_000))).toBe(false);
});

test.each([
  ['acme/mobile', true],
  ['acme/**', true],
  ['4711', true],
  ['**', false],
  ['*/mobile', false],
  ['repo:*/mobile:ref:refs/heads/main', false],
  ['acme*', false],
])('%j names an owner: %s', (pattern, names) => {
  expect(namesOwner(pattern)).toBe(names);
});
