import { expect, test } from 'vitest';
import { held } from './api-description.ts';

const json = { 'content-type': 'application/json', 'x-request-id': '0193f6c1-7a52-7c1e-9d6b-2f4a8e0c5b31' };
const list = 'http://localhost/api/v1/one/integrations/scm';

function answered(status: number, body: object, headers: Record<string, string> = json, url = list) {
  const fetch = held(() => new Response(JSON.stringify(body), { status, headers }));
  return fetch(new Request(url), {});
}

test('an answer as it is described is handed on', async () => {
  const response = await answered(200, { items: [], next: null });
  expect(await response.json()).toEqual({ items: [], next: null });
});

test.each<[what: string, answer: () => Promise<Response>, says: RegExp]>([
  ['a key too many', () => answered(200, { items: [], next: null, total: 0 }), /additional properties/],
  ['a key too few', () => answered(200, { items: [] }), /required property 'next'/],
  ['no such item', () => answered(200, { items: [{ id: 'scm_1' }], next: null }), /items\/0/],
  [
    'no request id',
    () => answered(200, { items: [], next: null }, { 'content-type': 'application/json' }),
    /X-Request-Id/,
  ],
  ['another type', () => answered(200, {}, { ...json, 'content-type': 'text/plain' }), /text\/plain is not described/],
  ['another status', () => answered(418, {}), /no such status is described/],
  [
    'no problem',
    () => answered(404, { code: 'NOT_FOUND' }, { ...json, 'content-type': 'application/problem+json' }),
    /type/,
  ],
  [
    'a parameter too many',
    () => answered(200, { items: [], next: null }, json, `${list}?colour=red`),
    /query {2}must NOT have additional properties/,
  ],
  ['a path of its own', () => answered(200, {}, json, 'http://localhost/api/v2'), /described nowhere/],
])('%s fails', async (_, answer, says) => {
  await expect(answer()).rejects.toThrow(says);
});
