import type { AnswerTable } from '../../core/verification.ts';
import { githubAnswers } from '../github/answers.ts';

const workflows = 'https://docs.github.com/en/rest/actions/workflows';

/** What GitHub answers, and what it says of a workflow that nobody can start. */
export const githubActionsAnswers = {
  ...githubAnswers,
  'workflow disabled': {
    status: 200,
    body: { path: /^\.github\/workflows\//, state: 'disabled_manually' },
    class: 'PROVIDER_BLOCKED',
    detail: 'the workflow is disabled',
    hint: 'GitHub, the repository, Actions, the workflow: Enable workflow.',
    source: 'benc-uk/workflow-dispatch#72',
  },
  'workflow without activity': {
    status: 200,
    body: { path: /^\.github\/workflows\//, state: 'disabled_inactivity' },
    class: 'PROVIDER_BLOCKED',
    detail: 'GitHub has disabled the workflow after 60 days without activity in the repository',
    hint: 'GitHub, the repository, Actions, the workflow: Enable workflow.',
    source: 'https://docs.github.com/en/actions/how-tos/manage-workflow-runs/disable-and-enable-workflows',
  },
  'workflow of a fork': {
    status: 200,
    body: { path: /^\.github\/workflows\//, state: 'disabled_fork' },
    class: 'PROVIDER_BLOCKED',
    detail: 'the repository is a fork, and the workflow was not enabled in it',
    hint: 'GitHub, the fork, Actions, the workflow: Enable workflow; or use the repository that was forked.',
    source: workflows,
  },
  'workflow deleted': {
    status: 200,
    body: { path: /^\.github\/workflows\//, state: 'deleted' },
    class: 'NOT_FOUND',
    detail: "the workflow's file was deleted from the default branch",
    hint: 'Correct --workflow-path, or add the file to the default branch again.',
    source: workflows,
  },
} as const satisfies AnswerTable;
