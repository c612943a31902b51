import { describe, expect, it } from 'vitest';
import { scopeNotes } from '../../../src/core/scopes.ts';

const wanted = { needed: ['post'], useful: ['read', 'list'], harmless: ['join'] };

describe('the notes on scopes', () => {
  it.each<[string[], string[]]>([
    [['post', 'read', 'list'], []],
    [['list', 'join', 'read', 'post'], []],
    [['post', 'read'], ['it lacks list']],
    [['read'], ['it lacks post and list']],
    [
      ['post', 'admin'],
      ['it lacks read and list', 'more than it needs: admin'],
    ],
    [
      ['post', 'read', 'list', 'a:read', 'b.write', 'c_d', 'e-f', 'g', 'h', 'i'],
      ['more than it needs: a:read, b.write, c_d, e-f, g and 2 more'],
    ],
  ])('%j: %j', (granted, notes) => {
    expect(scopeNotes(granted, wanted)).toEqual(notes);
  });

  it('repeat nothing that is no name of a scope', () => {
    const all = ['post', 'read', 'list'];
    expect(scopeNotes([...all, '<b>', 'two words', '', 'x'.repeat(62), '\u001b[31m'], wanted)).toEqual([]);
  });
});
