import { describe, expect, test } from 'vitest';
import { github } from '../../../../src/providers/github/index.ts';
import { refusal, stored, warning } from '../reads.ts';

const a = (length: number) => 'a'.repeat(length);
const tokens = {
  classic: `ghp_${a(36)}`,
  fineGrained: `github_pat_${a(82)}`,
  oauth: `gho_${a(36)}`,
  refresh: `ghr_${a(76)}`,
  gitlab: `glpat-${a(20)}`,
};

describe('accessToken of github', () => {
  test.each([tokens.classic, tokens.fineGrained, tokens.oauth, 'a1'.repeat(20)])(
    'takes a token of a known shape (%#)',
    (token) => {
      expect(stored(github, 'accessToken', `\n ${token} \r\n`)).toBe(token);
    },
  );

  test('warns of those that soon end', () => {
    expect(warning(github, 'accessToken', `ghs_${a(36)}`)).toContain('one hour');
    expect(warning(github, 'accessToken', `ghs_${a(170)}.${a(170)}.${a(100)}-_`)).toContain('one hour');
    expect(warning(github, 'accessToken', `ghu_${a(36)}`)).toContain('eight hours');
  });

  test.each(['hunter2', 'ghp_short', tokens.gitlab])('takes another shape with a warning (%#)', (token) => {
    expect(warning(github, 'accessToken', token)).toBe('Access token has an unusual form; it is used as it is.');
  });

  test('refuses what belongs elsewhere or cannot be', () => {
    expect(refusal(github, 'accessToken', tokens.refresh)).toContain('belongs in refreshToken');
    expect(refusal(github, 'accessToken', `ghp_${a(20)} ${a(16)}`)).toContain('white space');
    expect(refusal(github, 'accessToken', `ghp_${a(35)}é`)).toContain('characters that no token has');
    expect(refusal(github, 'accessToken', '  ')).toContain('is empty');
    expect(refusal(github, 'accessToken', a(32 * 1024 + 1))).toContain('32 KB');
  });
});

test('refreshToken of github', () => {
  expect(stored(github, 'refreshToken', tokens.refresh)).toBe(tokens.refresh);
  for (const token of [tokens.classic, tokens.oauth, tokens.fineGrained]) {
    expect(refusal(github, 'refreshToken', token)).toContain('belongs in accessToken');
  }
});
