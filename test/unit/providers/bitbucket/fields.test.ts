import { describe, expect, test } from 'vitest';
import { bitbucket } from '../../../../src/providers/bitbucket/index.ts';
import { read, refusal, stored, warning } from '../reads.ts';

const a = (length: number) => 'a'.repeat(length);
const tokens = {
  atlassian: `ATATT${a(30)}=ABCD1234`,
  bitbucket: `ATCTT3xFfG${a(30)}=ABCD1234`,
};

describe('accessToken of bitbucket', () => {
  test.each([tokens.bitbucket, `ops@acme.test:${tokens.atlassian}`, `BBDC-${a(44)}`])(
    'takes a known shape (%#)',
    (token) => {
      expect(stored(bitbucket, 'accessToken', token)).toBe(token);
    },
  );

  test('takes OAuth tokens, which have no shape, with a warning', () => {
    expect(warning(bitbucket, 'accessToken', `${a(40)}=`)).toContain('has an unusual form');
    expect(warning(bitbucket, 'accessToken', `ops@acme.test:${a(40)}`)).toContain('has an unusual form');
  });

  test.each([
    [`ATBB${a(32)}`, 'app password (ATBB); Bitbucket removed them on 2026-07-28'],
    [`jdoe:ATBB${a(32)}`, 'app password (ATBB)'],
    [tokens.atlassian, 'give it as email:token'],
    [`x-token-auth:${tokens.bitbucket}`, 'has a git user name in front'],
    [`x-bitbucket-api-token-auth:${tokens.atlassian}`, 'has a git user name in front'],
  ])('refuses what Bitbucket would (%#)', (token, reason) => {
    expect(refusal(bitbucket, 'accessToken', token)).toContain(reason);
  });

  test('is not the refresh token', () => {
    expect(refusal(bitbucket, 'refreshToken', tokens.bitbucket)).toContain('belongs in accessToken');
    expect(read(bitbucket, 'refreshToken', a(18))).toEqual({ stored: a(18), warnings: [] });
  });
});
