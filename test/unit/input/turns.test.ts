import { expect, test } from 'vitest';
import { StepBack } from '../../../src/input/step-back.ts';
import { inTurn, type Turn } from '../../../src/input/turns.ts';

/** Turns that tell what they were asked; those in `escapes` answer with Escape as often as they stand there. */
function turnsOf(names: readonly string[], escapes: readonly string[], silent: readonly string[] = []) {
  const told: string[] = [];
  const left = [...escapes];
  const turns = names.map(
    (name): Turn =>
      async (back) => {
        if (silent.includes(name)) return false;
        const asked = back ? `${name} again` : name;
        told.push(asked);
        const at = left.indexOf(asked);
        if (at < 0) return true;
        left.splice(at, 1);
        throw new StepBack();
      },
  );
  return { turns, told };
}

test.each<[string, string[], string[], string[]]>([
  ['without Escape, each once', [], [], ['a', 'b', 'c']],
  ['from the last to the one before', ['c'], [], ['a', 'b', 'c', 'b again', 'c']],
  ['twice', ['c', 'b again'], [], ['a', 'b', 'c', 'b again', 'a again', 'b', 'c']],
  ['past one that asks nothing', ['c'], ['b'], ['a', 'c', 'a again', 'c']],
])('%s', async (_, escapes, silent, expected) => {
  const { turns, told } = turnsOf(['a', 'b', 'c'], escapes, silent);
  await inTurn(turns);
  expect(told).toEqual(expected);
});

test('before the first it is for whoever asked to take them', async () => {
  const { turns, told } = turnsOf(['a', 'b'], ['b', 'a again'], []);
  await expect(inTurn(turns)).rejects.toBeInstanceOf(StepBack);
  expect(told).toEqual(['a', 'b', 'a again']);
});

test('who comes back from what follows begins at the last that asks', async () => {
  const { turns, told } = turnsOf(['a', 'b', 'c'], [], ['c']);
  await inTurn(turns, 'last');
  expect(told).toEqual(['b again']);
  await expect(inTurn(turnsOf(['a'], [], ['a']).turns, 'last')).rejects.toBeInstanceOf(StepBack);
});

test('any other error ends them', async () => {
  const broken = async () => {
    throw new Error('broken');
  };
  await expect(inTurn([broken, async () => true])).rejects.toThrow('broken');
});
