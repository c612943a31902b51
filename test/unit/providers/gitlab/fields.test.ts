import { describe, expect, test } from 'vitest';
import { gitlab } from '../../../../src/providers/gitlab/index.ts';
import { refusal, stored, warning } from '../reads.ts';

const a = (length: number) => 'a'.repeat(length);
const tokens = {
  gitlab: `glpat-${a(20)}`,
};

describe('accessToken of gitlab', () => {
  test.each([tokens.gitlab, `glpat-${a(30)}.01abcdefg`, `glpat-${a(30)}.01.0wabcdefg`])(
    'takes a known shape (%#)',
    (token) => {
      expect(stored(gitlab, 'accessToken', token)).toBe(token);
    },
  );

  test('warns of OAuth tokens and of prefixes that administrators chose', () => {
    expect(warning(gitlab, 'accessToken', 'a1'.repeat(32))).toContain('two hours');
    expect(warning(gitlab, 'accessToken', `acme-${a(20)}`)).toContain('has an unusual form');
  });

  test.each(['gldt-', 'glrt-', 'glcbt-', 'glptt-', 'gloas-', 'glft-', 'glimt-', 'glagent-'])('refuses %s', (prefix) => {
    expect(refusal(gitlab, 'accessToken', prefix + a(20))).toContain(`(${prefix})`);
    expect(refusal(gitlab, 'refreshToken', prefix + a(20))).toContain(`(${prefix})`);
  });

  test('is not the refresh token', () => {
    expect(refusal(gitlab, 'refreshToken', tokens.gitlab)).toContain('belongs in accessToken');
  });
});
