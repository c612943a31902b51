import { describe, expect, test } from 'vitest';
import { gitlabCi } from '../../../../src/providers/gitlab-ci/index.ts';
import { refusal, stored } from '../reads.ts';

describe('gitlab-ci', () => {
  test('takes the number of a run, as GitLab shows it or bare', () => {
    expect(stored(gitlabCi, 'gitlabPipelineId', '1234567890')).toBe('1234567890');
    expect(stored(gitlabCi, 'gitlabPipelineId', '#12')).toBe('12');
  });

  test.each(['main', '12a', '-1', '1.5', 'https://gitlab.com/acme/mobile/-/jobs/12'])('refuses %s', (given) => {
    expect(refusal(gitlabCi, 'gitlabPipelineId', given)).toContain('must be the number of a pipeline run');
  });

  test('takes any job name', () => {
    expect(stored(gitlabCi, 'gitlabJobName', 'build: [ios, 1]')).toBe('build: [ios, 1]');
  });
});
