import { Unfit } from '../../core/field.ts';
import { text } from '../../core/field-builders.ts';
import { addressIn, notOneOf } from '../../core/pasted/address.ts';
import { defineProvider, misnamed } from '../../core/provider.ts';
import { workflowIn } from '../github/addresses.ts';
import { checkCredential } from '../github/api.ts';
import { refName } from '../scm-fields.ts';
import { githubBuilds } from './actions.ts';
import { githubActionsAnswers } from './answers.ts';
import { checkDispatch, checkWorkflow } from './api.ts';
import { githubActionsListings } from './listings.ts';

export const githubActions = defineProvider({
  name: 'github-actions',
  title: 'GitHub Actions',
  category: 'pipeline',
  prefix: 'github',
  scm: 'github',
  verification: {
    checks: ['credential', 'resource', 'permission'],
    answers: githubActionsAnswers,
    async run(probe) {
      await checkCredential(probe);
      await checkDispatch(probe, await checkWorkflow(probe));
    },
  },
  actions: { build: githubBuilds },
  listings: githubActionsListings,
  listField: 'githubWorkflowPath',
  misfits: (values) =>
    misnamed(values, /^[A-Za-z_][A-Za-z0-9_-]*$/, 'letters, digits, "_" and "-", as the inputs of a workflow are'),
  fields: {
    githubWorkflowPath: text({
      label: 'Workflow',
      help: 'The file in the repository; it needs a workflow_dispatch trigger',
      example: '.github/workflows/release.yml',
      max: 512,
      pattern: /^\.github\/workflows\/[^/]+\.ya?ml$/,
      shape: 'a .yml file in .github/workflows',
      normalise: workflowPath,
    }),
    githubWorkflowRef: text({
      label: 'Branch or tag',
      help: "Where to run it; by default the SCM integration's default branch",
      example: 'main',
      optional: true,
      normalise: branchOrTag,
    }),
  },
});

function workflowPath(given: string): string {
  const address = addressIn(given);
  const file = address && workflowIn(address.pathname);
  if (address && !file) throw notOneOf('workflow', 'the name of its file, such as release.yml');
  const path = (file ?? given).replace(/^(\.?\/)+/, '');
  return path.includes('/') ? path : `.github/workflows/${path}`;
}

function branchOrTag(given: string): string {
  if (/^[0-9a-f]{40}$/i.test(given)) throw new Unfit('is a commit; GitHub starts a workflow on a branch or tag');
  return refName(given);
}
