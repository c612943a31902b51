import { expect, test } from 'vitest';
import { ruleOf, takenAmong, whyNoOther } from '../../../src/app/addable.ts';
import type { CategoryName } from '../../../src/core/category.ts';
import { categories } from '../../../src/core/category.ts';
import { findProvider } from '../../../src/providers/index.ts';
import { appStore, github, linear } from '../manifest/plans.ts';

const provider = (category: CategoryName, name: string) => {
  const found = findProvider(category, name);
  if (!found) throw new Error(name);
  return found;
};

test('a tenant takes one target of each type', () => {
  const rows = [appStore('ios')];
  expect(whyNoOther(provider('target', 'app-store'), rows)).toBe('there already: "ios"');
  expect(whyNoOther(provider('target', 'play-store'), rows)).toBeUndefined();
  expect(ruleOf(categories.target)).toBe('A tenant has one target integration of each type.');
});

test('a tenant takes any number of tickets', () => {
  expect(whyNoOther(provider('ticket', 'linear'), [linear('board')])).toBeUndefined();
  expect(ruleOf(categories.ticket)).toBeUndefined();
});

test('a tenant takes one SCM for each type and organization, however that is written', () => {
  const rows = [github('mobile', { organization: 'Acme' })];
  const why = takenAmong(categories.scm, rows);
  expect(why({ scmType: 'GITHUB', organization: 'acme' })).toBe('there already: "mobile"');
  expect(why({ scmType: 'GITLAB', organization: 'acme' })).toBeUndefined();
  expect(why({ scmType: 'GITHUB', organization: 'beta' })).toBeUndefined();
  // Which organization it will be is not known yet.
  expect(why({ scmType: 'GITHUB' })).toBeUndefined();
  expect(whyNoOther(provider('scm', 'github'), rows)).toBeUndefined();
});
