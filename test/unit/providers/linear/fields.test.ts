import { describe, expect, test } from 'vitest';
import { linear } from '../../../../src/providers/linear/index.ts';
import { refusal, stored, warning } from '../reads.ts';

const a = (length: number) => 'a'.repeat(length);
const uuid = '12345678-1234-1234-1234-123456789abc';

describe('linear', () => {
  test('linearApiKey', () => {
    expect(stored(linear, 'linearApiKey', `lin_api_${a(40)}`)).toBe(`lin_api_${a(40)}`);
    expect(warning(linear, 'linearApiKey', `lin_oauth_${a(64)}`)).toContain('has an unusual form');
    expect(refusal(linear, 'linearApiKey', `lin_wh_${a(40)}`)).toContain('signing secret');
    expect(refusal(linear, 'linearApiKey', `Bearer lin_api_${a(40)}`)).toContain('has a word in front');
  });

  test('linearTeamId', () => {
    expect(stored(linear, 'linearTeamId', uuid)).toBe(uuid);
    expect(stored(linear, 'linearTeamId', 'MOB')).toBe('MOB');
    expect(warning(linear, 'linearTeamId', 'mobile')).toContain('neither like an id');
    expect(refusal(linear, 'linearTeamId', 'Mobile Apps')).toContain('must be the id or key of a team');
  });

  test('linearDefaultProjectId', () => {
    expect(stored(linear, 'linearDefaultProjectId', uuid)).toBe(uuid);
    expect(refusal(linear, 'linearDefaultProjectId', 'acme/m-1')).toContain('the last part');
  });
});
