import { expect, test } from 'vitest';
import { commonFields } from '../../../src/core/common-fields.ts';
import { nearest } from '../../../src/core/nearest.ts';
import { notifyEvents, strangeEvent } from '../../../src/core/notify-events.ts';
import { findProvider } from '../../../src/providers/index.ts';

const field = findProvider('communication', 'slack')?.fields.find(({ name }) => name === 'notifyOnEvents');

test.each([
  ['build_faild', 'build_failed'],
  ['realease_started', 'release_started'],
  ['BUILD_FAILED', 'build_failed'],
  ['deploy', undefined],
  ['', undefined],
])('%s is most likely %s', (typed, meant) => {
  expect(
    nearest(
      typed,
      notifyEvents.map(({ value }) => value),
    ),
  ).toBe(meant);
});

test('an event that is none of ours is taken, and said', () => {
  expect(field?.read(['build_faild', 'build_failed'])).toEqual({
    value: ['build_faild', 'build_failed'],
    warnings: ['"build_faild" is not one of the usual events (did you mean build_failed?); it is stored as it is.'],
  });
  expect(strangeEvent('acme:deployed')).toContain('integrations communication add --help');
  expect(strangeEvent('test')).toBeUndefined();
});

test.each<[unknown, string[]]>([
  ['none', []],
  [['none'], []],
  [[], []],
  ['build_failed, none', ['build_failed', 'none']],
])('%j is %j', (given, value) => {
  expect(field?.read(given)).toMatchObject({ value });
});

test('nothing typed is no list', () => {
  expect(field?.read('')).toMatchObject({ message: 'is empty' });
});

test('each of ours is a name that may be stored, and explained once', () => {
  const names = notifyEvents.map(({ value }) => value);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(notifyEvents.map(({ meaning }) => meaning)).size).toBe(names.length);
  for (const name of names)
    expect(commonFields.communication.trailing['notifyOnEvents']?.take([name]).warnings).toEqual([]);
});
