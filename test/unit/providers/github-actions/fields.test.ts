import { describe, expect, test } from 'vitest';
import { githubActions } from '../../../../src/providers/github-actions/index.ts';
import { refusal, stored } from '../reads.ts';

describe('github-actions', () => {
  test.each([
    ['.github/workflows/release.yml', '.github/workflows/release.yml'],
    ['./.github/workflows/release.yaml', '.github/workflows/release.yaml'],
    ['/.github/workflows/release.yml', '.github/workflows/release.yml'],
    ['release.yml', '.github/workflows/release.yml'],
  ])('stores the workflow %s as %s', (given, kept) => {
    expect(stored(githubActions, 'githubWorkflowPath', given)).toBe(kept);
  });

  test.each([
    'Release',
    '.github/workflows/release.json',
    '.github/workflows/deep/release.yml',
    'workflows/release.yml',
    '.github/workflows/.yml/..',
  ])('refuses the workflow %s', (given) => {
    expect(refusal(githubActions, 'githubWorkflowPath', given)).toContain('must be a .yml file in .github/workflows');
  });

  test('counts the folder that it adds', () => {
    expect(refusal(githubActions, 'githubWorkflowPath', `${'a'.repeat(500)}.yml`)).toContain('at most 512 fit');
  });

  test.each([
    ['main', 'main'],
    ['refs/heads/release/1.x', 'release/1.x'],
    ['refs/tags/v1.0', 'v1.0'],
  ])('stores the ref %s as %s', (given, kept) => {
    expect(stored(githubActions, 'githubWorkflowRef', given)).toBe(kept);
  });

  test('refuses commits and what is no ref', () => {
    expect(refusal(githubActions, 'githubWorkflowRef', '0a'.repeat(20))).toContain('is a commit');
    expect(refusal(githubActions, 'githubWorkflowRef', 'a b')).toContain('not a name that git accepts');
  });
});
