import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jenkins } from '../../../../src/providers/jenkins/index.ts';
import { jobNames } from '../../../../src/providers/jenkins/job-path.ts';
import { refusal, stored, warning } from '../reads.ts';

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
  expect(warning(jenkins, 'jenkinsApiToken', 'hunter2')).toContain('has an unusual form');
  expect(stored(jenkins, 'jenkinsUsername', 'jane@acme.test')).toBe('jane@acme.test');
  expect(refusal(jenkins, 'jenkinsUsername', 'jane:hunter2')).toContain('without ":"');
});
