import type { AnswerTable } from '../../core/verification.ts';
import { gitlabAnswers } from '../gitlab/answers.ts';

/** What GitLab answers, where a 403 may mean more: pipelines are a feature that a project can do without. */
export const gitlabCiAnswers = {
  ...gitlabAnswers,
  forbidden: {
    ...gitlabAnswers.forbidden,
    detail: 'the project has CI/CD switched off, or the role of the token is too low for it',
    hint: 'Switch it on: GitLab, the project, Settings, General, Visibility, CI/CD; or give the token the role Developer.',
    source: 'apache/devlake#2065',
  },
} as const satisfies AnswerTable;
