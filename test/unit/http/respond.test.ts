import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { expect, test } from 'vitest';
import { respond } from '../../../src/http/respond.ts';

test('an answer has what hono/secure-headers sets', async () => {
  const app = new Hono();
  app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } }));
  app.get('/', (c) => c.body(null, 204));
  const set = Object.fromEntries((await app.request('/')).headers);
  const { headers } = respond('1', { status: 204, body: null, headers: {} });
  expect(Object.fromEntries(headers)).toEqual({ ...set, 'cache-control': 'no-store', 'x-request-id': '1' });
});

test('the own headers of an answer go before those of all, but not before its id', () => {
  const own = { 'content-security-policy': "default-src 'self'", 'x-request-id': '2' };
  const { headers } = respond('1', { status: 200, body: '', headers: own });
  expect([headers.get('content-security-policy'), headers.get('x-request-id')]).toEqual(["default-src 'self'", '1']);
});
