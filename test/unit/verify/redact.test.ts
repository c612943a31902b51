import { expect, it } from 'vitest';
import { createRedactor } from '../../../src/verify/redact.ts';

const token = 'ghp_A1b2C3d4E5f6G7h8I9j0';
const base64 = (text: string) => Buffer.from(text).toString('base64');

it.each([
  ['as it is', token],
  ['in other letters', token.toUpperCase()],
  ['a stretch of it', token.slice(3, 17)],
  ['in base64', base64(token)],
  ['in base64 behind a user', base64(`ops:${token}`)],
  ['in base64 behind a longer user', base64(`ops@acme.test:${token}`)],
  ['in base64 for addresses', Buffer.from(`a${token}`).toString('base64url')],
])('masks it %s', (_, shown) => {
  const text = createRedactor([token])(`accepted for ${shown} today`);
  expect(text).toContain('[secret]');
  expect(text.toLowerCase()).not.toContain('c3d4e5f6');
  expect(text.length).toBeLessThan(60);
});

it('masks what is encoded for an address', () => {
  const secret = 'a/b+c=d/e+f=g/h+';
  expect(createRedactor([secret])(`x ${encodeURIComponent(secret)} y`)).toBe('x [secret] y');
});

it('masks a short one only as a whole', () => {
  const redact = createRedactor(['ABCDE12345']);
  expect(redact('key ABCDE12345 of team ABCDE')).toBe('key [secret] of team ABCDE');
});

it('leaves what is public: hosts, users, the frame of a key', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIGTAgEAMBMGByqGSM49AgEG\n-----END PRIVATE KEY-----\n';
  const redact = createRedactor(['https://hooks.slack.com/services/T1/B1/abcdefghijkl', `ops@acme.test:${token}`, key]);
  const text = 'https://hooks.slack.com accepts ops@acme.test: -----BEGIN PRIVATE KEY-----';
  expect(redact(text)).toBe(text);
  expect(redact('MIGTAgEAMBMGByqG')).toBe('[secret]');
  expect(redact('/services/T1/B1/')).toBe('[secret]');
});
