import { expect, test } from 'vitest';
import { listensTo } from '../../../src/app/messages/listeners.ts';
import { messageOf, type Notification, refuseUnfit } from '../../../src/app/messages/notification.ts';
import type { IntegrationColumns } from '../../../src/db/stores/codec.ts';

const setting = { tenantName: 'Acme', integrationName: 'team', at: '2026-12-31T00:00:00Z' };
const of = (given: Partial<Notification>): Notification => ({
  event: 'release_started',
  variables: {},
  message: undefined,
  link: undefined,
  key: undefined,
  ...given,
});

test.each<[unknown, string, boolean]>([
  [null, 'build_failed', true],
  [[], 'build_failed', false],
  [['build_failed'], 'build_failed', true],
  [['build_failed'], 'build_completed', false],
  [['*'], 'acme:deployed', true],
  [[], 'test', true],
])('%j listens to %s: %s', (notifyOnEvents, event, listens) => {
  expect(listensTo({ notifyOnEvents } as unknown as IntegrationColumns, event)).toBe(listens);
});

test('the title tells what it is about, and the facts the rest, in the order in which it is given', () => {
  const variables = { branch: 'main', version: '2.4.0', app: 'Acme', build_number: '45', empty: ' ' };
  expect(messageOf(of({ variables, link: 'https://acme.test/a b' }), setting)).toEqual({
    title: 'Release started: Acme 2.4.0',
    facts: [
      { name: 'Branch', value: 'main' },
      { name: 'Build number', value: '45' },
    ],
    link: 'https://acme.test/a%20b',
  });
});

test('a message stands in the place of the title, and then the facts are whole', () => {
  const message = messageOf(of({ variables: { version: '2.4.0' }, message: 'It is\r\nout\u202e' }), setting);
  expect(message).toMatchObject({ title: 'It is out', facts: [{ name: 'Version', value: '2.4.0' }] });
});

test('a value keeps its lines, and nothing that a screen obeys', () => {
  const { facts } = messageOf(of({ variables: { notes: 'one\r\ntwo\u0007\u2066\u001b[31m' } }), setting);
  expect(facts).toEqual([{ name: 'Notes', value: 'one\ntwo[31m' }]);
});

test('an event of somebody else is told in its own words', () => {
  expect(messageOf(of({ event: 'acme:app.deployed' }), setting).title).toBe('Acme app deployed');
});

test.each<[Partial<Notification>, string, RegExp]>([
  [{ event: 'Build failed' }, 'event', /not the name of an event/],
  [{ event: '' }, 'event', /not the name of an event/],
  [{ event: 'x'.repeat(65) }, 'event', /not the name of an event/],
  [{ variables: { 'a b': 'x' } }, 'variables', /not the name of a variable/],
  [{ variables: { version: '$(VERSION)' } }, 'variables', /variable version is the name of a variable that nothing/],
  [{ message: '{{ title }}' }, 'message', /template/],
  [{ message: ' \n' }, 'message', /is empty/],
  [{ link: 'acme.test/x' }, 'link', /not an address/],
  [{ link: 'javascript:alert(1)' }, 'link', /not an address/],
  [{ link: 'https://x:y@acme.test' }, 'link', /a password in it/],
  [{ key: ' ' }, 'key', /1 to 128/],
  [{ key: 'k'.repeat(129) }, 'key', /1 to 128/],
  [{ key: '$(SHA)' }, 'key', /nothing has filled in/],
])('%j is refused', (given, field, message) => {
  expect(() => refuseUnfit(of(given))).toThrowError(expect.objectContaining({ code: 'VALIDATION', field }));
  expect(() => refuseUnfit(of(given))).toThrowError(message);
});
