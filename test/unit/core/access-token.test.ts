import { expect, test } from 'vitest';
import { digestOf, isAccessToken, newAccessToken } from '../../../src/core/access-token.ts';
import { Secret } from '../../../src/core/secret.ts';

test('tokens are of one shape, and no two are the same', () => {
  const texts = Array.from({ length: 200 }, () => newAccessToken().reveal());
  expect(new Set(texts).size).toBe(200);
  for (const text of texts) {
    expect(text).toMatch(/^itg_[0-9A-Za-z]{49}$/);
    expect(isAccessToken(text)).toBe(true);
  }
});

test('what was not copied whole is no token', () => {
  const text = newAccessToken().reveal();
  const other = text[20] === 'a' ? 'b' : 'a';
  for (const spoilt of [
    '',
    'itg_',
    text.slice(1),
    text.slice(0, -1),
    `${text} `,
    text.slice(0, 20) + other + text.slice(21),
  ]) {
    expect(isAccessToken(spoilt)).toBe(false);
  }
});

test('its digest is SHA-256 of its text', () => {
  expect(digestOf(new Secret('itg_x'))).toBe('fefaae5a7e21937761060c25dacacaade9c9266e02c716753df22ff01db54cf2');
});
