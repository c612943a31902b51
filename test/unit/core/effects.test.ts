import { expect, test } from 'vitest';
import { createEffects, unbroken } from '../../../src/core/effects.ts';

const unknown = 'It is not known whether the change was stored: integrations history shows it.';

test('of nothing nothing is told, of one change that it is stored', () => {
  const effects = createEffects();
  expect(effects.summary()).toBeUndefined();
  effects.begin()('settled');
  expect(effects.summary()).toBeUndefined();
  effects.begin()('stored');
  expect(effects.summary()).toBe('The change was stored before that.');
});

test('of several each is told as it is last', () => {
  const effects = createEffects();
  effects.note('key', 'the key A');
  effects.note('rows', '2 rows');
  effects.note('rows', '4 rows');
  effects.begin()('stored');
  expect(effects.summary()).toBe('Stored before that: the key A; 4 rows.');
});

test('while one is under way, and for good where its answer was lost, nothing is claimed', () => {
  const effects = createEffects();
  const end = effects.begin();
  expect(effects.summary()).toBe(unknown);
  effects.note('key', 'the key A');
  expect(effects.summary()).toBe(`Stored before that: the key A. ${unknown.replace('the change', 'the last change')}`);
  end('not known');
  expect(effects.summary()).toContain('It is not known');
});

test('whoever waits is called when the last one ends, and before whatever waits for that one', async () => {
  const effects = createEffects();
  const log: string[] = [];
  effects.whenSettled(() => log.push('none'));
  const other = effects.begin();
  const work = unbroken(effects, async () => log.push('work')).then(() => log.push('after'));
  effects.whenSettled(() => log.push('settled'));
  other('stored');
  await work;
  expect(log).toEqual(['none', 'work', 'settled', 'after']);
  await expect(unbroken(effects, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(effects.summary()).toBe('The change was stored before that.');
});
