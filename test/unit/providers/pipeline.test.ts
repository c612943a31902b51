import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { githubActions } from '../../../src/providers/github-actions/index.ts';
import { gitlabCi } from '../../../src/providers/gitlab-ci/index.ts';
import { jenkins, jobNames } from '../../../src/providers/jenkins/index.ts';
import { refusal, stored, warning } from './reads.ts';

describe('jenkinsUrl', () => {
  test.each([
    ['https://ci.acme.test', 'https://ci.acme.test'],
    ['https://ci.acme.test/', 'https://ci.acme.test'],
    ['https://CI.acme.test:8443/jenkins//', 'https://ci.acme.test:8443/jenkins'],
    ['https://ci.acme.test/jenkins/?from=x#y', 'https://ci.acme.test/jenkins'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
  ])('stores %s as %s', (given, kept) => {
    expect(stored(jenkins, 'jenkinsUrl', given)).toBe(kept);
  });

  test('warns of plain http', () => {
    expect(warning(jenkins, 'jenkinsUrl', 'http://ci.acme.test')).toContain('plain http');
  });

  test.each([
    ['ci.acme.test', 'is not a web address'],
    ['ftp://ci.acme.test', 'is not a web address'],
    ['https://bot:hunter2@ci.acme.test', 'has credentials'],
    ['https://ci.acme.test/job/mobile', 'belongs in jenkinsJobPath'],
  ])('refuses %s', (given, reason) => {
    expect(refusal(jenkins, 'jenkinsUrl', given)).toContain(reason);
  });
});

describe('jenkinsJobPath', () => {
  test.each([
    ['release', 'release', ['release']],
    ['mobile/release', 'mobile/release', ['mobile', 'release']],
    ['/mobile//release/', 'mobile/release', ['mobile', 'release']],
    ['/job/mobile/job/release/', 'mobile/release', ['mobile', 'release']],
    ['job/mobile/job/release', 'mobile/release', ['mobile', 'release']],
    ['mobile/job/release', 'mobile/release', ['mobile', 'release']],
    ['/job/My%20Folder/job/release', 'My Folder/release', ['My Folder', 'release']],
    ['My Folder/release', 'My Folder/release', ['My Folder', 'release']],
    ['/job/mobile/job/feature%252Fx', 'mobile/feature%2Fx', ['mobile', 'feature%2Fx']],
    ['/job/mobile/job/feature%2Fx', 'mobile/feature%2Fx', ['mobile', 'feature%2Fx']],
    ['/job/100%', '100%', ['100%']],
    ['job', 'job', ['job']],
    ['/job/job', 'job', ['job']],
    ['/job/job/job/a b', 'job/job/job/a%20b', ['job', 'a b']],
    ['/job/a/job/job/job/b', 'job/a/job/job/job/b', ['a', 'job', 'b']],
    ['a/job', 'a/job', ['a', 'job']],
  ])('stores %s as %s', (given, kept, names) => {
    expect(stored(jenkins, 'jenkinsJobPath', given)).toBe(kept);
    expect(jobNames(kept)).toEqual(names);
    expect(stored(jenkins, 'jenkinsJobPath', kept)).toBe(kept);
  });

  test.each([
    ['../admin', 'has "." or ".."'],
    ['mobile/./release', 'has "." or ".."'],
    ['/job/mobile/job/%2e%2e', 'has "." or ".."'],
    ['https://ci.acme.test/job/mobile', 'is a web address'],
    ['/', 'is empty'],
    ['/job/a%0Ab', 'control characters'],
  ])('refuses %s', (given, reason) => {
    expect(refusal(jenkins, 'jenkinsJobPath', given)).toContain(reason);
  });
});

test('the names of any job come back from its web address, and stay as they are once stored', () => {
  const name = fc.constantFrom('job', 'a', 'b c', 'feature%2Fx', '100%', 'é', 'x.y');
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (names) => {
      const kept = `${stored(jenkins, 'jenkinsJobPath', `/job/${names.map(encodeURIComponent).join('/job/')}/`)}`;
      expect(jobNames(kept)).toEqual(names);
      expect(stored(jenkins, 'jenkinsJobPath', kept)).toBe(kept);
    }),
  );
});

test('jenkins knows its tokens old and new, and a user name has no colon', () => {
  expect(stored(jenkins, 'jenkinsApiToken', `11${'0a'.repeat(16)}`)).toBe(`11${'0a'.repeat(16)}`);
  expect(stored(jenkins, 'jenkinsApiToken', '0a'.repeat(16))).toBe('0a'.repeat(16));
  expect(warning(jenkins, 'jenkinsApiToken', 'hunter2')).toContain('does not look as usual');
  expect(stored(jenkins, 'jenkinsUsername', 'jane@acme.test')).toBe('jane@acme.test');
  expect(refusal(jenkins, 'jenkinsUsername', 'jane:hunter2')).toContain('without ":"');
});

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
    'https://github.com/acme/mobile/actions/workflows/release.yml',
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
    expect(refusal(githubActions, 'githubWorkflowRef', 'a b')).toContain('not a name that git takes');
  });
});

describe('gitlab-ci', () => {
  test('takes the number of a run, as GitLab shows it or bare', () => {
    expect(stored(gitlabCi, 'gitlabPipelineId', '1234567890')).toBe('1234567890');
    expect(stored(gitlabCi, 'gitlabPipelineId', '#12')).toBe('12');
  });

  test.each(['main', '12a', '-1', '1.5', 'https://gitlab.com/acme/mobile/-/pipelines/12'])('refuses %s', (given) => {
    expect(refusal(gitlabCi, 'gitlabPipelineId', given)).toContain('must be the number of a pipeline run');
  });

  test('takes any job name', () => {
    expect(stored(gitlabCi, 'gitlabJobName', 'build: [ios, 1]')).toBe('build: [ios, 1]');
  });
});
