import { expect, test } from 'vitest';
import { touchedBy } from '../../../src/manifest/stored-rows.ts';
import { documentOf } from './plans.ts';

test.each<[keys: string[], prune: boolean, touched: string[]]>([
  [[], true, []],
  [['tickets'], true, ['ticket']],
  [['communication', 'tickets'], false, ['communication', 'ticket']],
  [['scm'], false, ['scm']],
  // What goes must not be in use.
  [['scm'], true, ['pipeline', 'scm']],
  [['targets'], true, ['pipeline', 'target']],
  // A pipeline may name what is stored.
  [['pipelines'], false, ['pipeline', 'scm', 'target']],
])('a document of %j, pruned: %s, touches %j', async (keys, prune, touched) => {
  const { document } = await documentOf(Object.fromEntries(keys.map((key) => [key, []])));
  expect([...touchedBy(document, prune)].sort()).toEqual(touched);
});
