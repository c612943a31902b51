import { expect, test } from 'vitest';
import { categoryList } from '../../../src/core/category.ts';
import { isLink, linkColumns, links } from '../../../src/core/links.ts';
import { fitsScm } from '../../../src/core/provider.ts';
import { neededScm, providersOf } from '../../../src/providers/index.ts';

test('each link is a category, and stands in the list before the pipelines that use it', () => {
  const names = categoryList.map(({ name }) => name);
  for (const link of links) expect(names.indexOf(link)).toBeLessThan(names.indexOf('pipeline'));
  expect(names.filter(isLink)).toEqual(links);
  expect(['pipeline', 'ticket', 'communication', '', 'toString'].filter(isLink)).toEqual([]);
});

test.each(providersOf('pipeline').map((provider) => [provider.name, provider] as const))(
  '%s refers to each link by its column, and no other field refers to anything',
  (_, { fields }) => {
    const references = fields.flatMap(({ name, references: link }) => (link ? [[link, name]] : []));
    expect(references).toEqual(Object.entries(linkColumns));
  },
);

test('a pipeline that runs where its source control is hosted fits that alone, any other fits all', () => {
  const scms = providersOf('scm');
  for (const pipeline of providersOf('pipeline')) {
    const fitting = scms.filter((scm) => fitsScm(pipeline, scm)).map(({ name }) => name);
    expect(fitting).toEqual(pipeline.scm === undefined ? scms.map(({ name }) => name) : [pipeline.scm]);
    expect(neededScm(pipeline)?.name).toBe(pipeline.scm);
  }
  const bound = providersOf('pipeline').filter(({ scm }) => scm !== undefined);
  expect(bound.map(({ name }) => name)).toEqual(expect.arrayContaining(['github-actions', 'gitlab-ci']));
  expect(bound.length).toBeLessThan(providersOf('pipeline').length);
});
