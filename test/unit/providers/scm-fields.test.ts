import { describe, expect, test } from 'vitest';
import { bitbucket } from '../../../src/providers/bitbucket/index.ts';
import { github } from '../../../src/providers/github/index.ts';
import { gitlab } from '../../../src/providers/gitlab/index.ts';
import { repositoryAddress } from '../../../src/providers/scm-fields.ts';
import { refusal, stored, warning } from './reads.ts';

describe('repositoryUrl', () => {
  test.each([
    ['https://github.com/acme/mobile', 'https://github.com', 'acme mobile'],
    ['https://github.com/acme/mobile.git', 'https://github.com', 'acme mobile'],
    ['https://www.github.com/acme/mobile', 'https://github.com', 'acme mobile'],
    ['git@github.com:acme/mobile.git', 'https://github.com', 'acme mobile'],
    ['org-123@github.com:acme/mobile.git', 'https://github.com', 'acme mobile'],
    ['ssh://git@github.com/acme/mobile.git', 'https://github.com', 'acme mobile'],
    ['ssh://git@ssh.github.com:443/acme/mobile.git', 'https://github.com', 'acme mobile'],
    ['https://git.acme.test:8443/acme/mobile', 'https://git.acme.test:8443', 'acme mobile'],
    ['ssh://git@git.acme.test:2222/acme/mobile', 'https://git.acme.test', 'acme mobile'],
    ['https://GitHub.com/Acme/Mobile', 'https://github.com', 'Acme Mobile'],
  ])('%s is stored as it is and leads to its host', (given, origin, path) => {
    expect(stored(github, 'repositoryUrl', given)).toBe(given);
    expect(repositoryAddress(given)).toEqual({ origin, path: path.split(' ') });
  });

  test.each([
    [gitlab, 'https://gitlab.com/acme/apps/ios/mobile', 'acme apps ios mobile'],
    [gitlab, 'git@gitlab.com:acme/apps/mobile.git', 'acme apps mobile'],
    [gitlab, 'https://acme.test/gitlab/acme/mobile', 'gitlab acme mobile'],
    [bitbucket, 'git@bitbucket.org:acme/mobile.git', 'acme mobile'],
    [bitbucket, 'https://git.acme.test/scm/MOB/mobile.git', 'scm MOB mobile'],
    [bitbucket, 'ssh://git@git.acme.test:7999/mob/mobile.git', 'mob mobile'],
  ])('$name takes %s', (provider, given, path) => {
    expect(stored(provider, 'repositoryUrl', given)).toBe(given);
    expect(repositoryAddress(given).path).toEqual(path.split(' '));
  });

  test('loses white space around it and slashes at its end', () => {
    expect(stored(github, 'repositoryUrl', '  https://github.com/acme/mobile// ')).toBe(
      'https://github.com/acme/mobile',
    );
    expect(stored(github, 'repositoryUrl', 'https://github.com/acme/mobile.git/')).toBe(
      'https://github.com/acme/mobile.git',
    );
  });

  test('draws a warning with plain http, off loopback', () => {
    expect(warning(github, 'repositoryUrl', 'http://git.acme.test/acme/mobile')).toContain('plain http');
    expect(stored(github, 'repositoryUrl', 'http://127.0.0.1:3000/acme/mobile')).toBe(
      'http://127.0.0.1:3000/acme/mobile',
    );
  });

  const secret = `ghp_${'a'.repeat(36)}`;
  test.each([
    [`https://${secret}@github.com/acme/mobile`, 'has credentials'],
    [`https://user:${secret}@github.com/acme/mobile`, 'has credentials'],
    [`ssh://git:${secret}@github.com/acme/mobile`, 'has credentials'],
    [`ssh://${secret}@github.com/acme/mobile`, 'has credentials'],
    [`${secret}@github.com:acme/mobile`, 'has credentials'],
  ])('with credentials is refused without repeating them (%#)', (given, reason) => {
    expect(refusal(github, 'repositoryUrl', given)).toContain(reason);
    expect(refusal(github, 'repositoryUrl', given)).not.toContain(secret);
  });

  test.each([
    [github, 'git://github.com/acme/mobile', 'is not a repository address'],
    [github, 'file:///acme/mobile', 'is not a repository address'],
    [github, 'https://github.com/acme', 'must name owner and repository'],
    [github, 'https://github.com/.git', 'must name owner and repository'],
    [github, 'https://gitlab.com/acme/mobile', 'is on gitlab.com'],
    [gitlab, 'git@github.com:acme/mobile.git', 'is on github.com'],
    [github, 'acme', 'is not a repository address'],
    [github, 'git.acme.test/acme/mobile', 'is not a repository address'],
    [github, 'https://github.com/acme/mo\nbile', 'control characters'],
    [github, '', 'is empty'],
  ])('$name refuses %j', (provider, given, reason) => {
    expect(refusal(provider, 'repositoryUrl', given)).toContain(reason);
  });
});

describe('organization', () => {
  test.each([
    [github, 'acme', 'acme'],
    [github, 'Acme-Corp_emu', 'Acme-Corp_emu'],
    [github, '/acme/', 'acme'],
    [gitlab, 'acme/apps/ios', 'acme/apps/ios'],
    [bitbucket, '{12345678-1234-1234-1234-123456789abc}', '{12345678-1234-1234-1234-123456789abc}'],
    [bitbucket, '~jdoe', '~jdoe'],
  ])('$name stores %s as %s', (provider, given, kept) => {
    expect(stored(provider, 'organization', given)).toBe(kept);
  });

  test.each([
    [github, 'acme/mobile'],
    [github, 'Acme Corp'],
    [github, 'ácme'],
    [gitlab, 'acme//apps'],
    [bitbucket, '@acme'],
  ])('$name refuses %s', (provider, given) => {
    expect(refusal(provider, 'organization', given)).toContain('organization must be');
  });
});

describe('defaultBranch', () => {
  test.each([
    ['main', 'main'],
    ['release/1.x', 'release/1.x'],
    ['refs/heads/main', 'main'],
    ['日本語', '日本語'],
  ])('%s is stored as %s', (given, kept) => {
    expect(stored(github, 'defaultBranch', given)).toBe(kept);
  });

  test.each([
    'a b',
    'a..b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[1]',
    'a\\b',
    '-a',
    'a.lock',
    'a/',
    '/a',
    'a//b',
    '.a',
    'a@{1}',
  ])('%s is refused, as git does', (given) => {
    expect(refusal(github, 'defaultBranch', given)).toContain('not a name that git accepts');
  });

  test('is empty once its prefix is off', () => {
    expect(refusal(github, 'defaultBranch', 'refs/heads/')).toContain('is empty');
  });
});
