import { text } from '../../core/field-builders.ts';
import { defineProvider, misnamed } from '../../core/provider.ts';
import { checkToken, located } from '../gitlab/api.ts';
import { gitlabBuilds } from './actions.ts';
import { gitlabCiAnswers } from './answers.ts';
import { checkConfiguration, checkStart } from './api.ts';
import { gitlabCiListings } from './listings.ts';

export const gitlabCi = defineProvider({
  name: 'gitlab-ci',
  title: 'GitLab CI',
  category: 'pipeline',
  prefix: 'gitlab',
  scm: 'gitlab',
  verification: {
    checks: ['credential', 'resource', 'permission'],
    answers: gitlabCiAnswers,
    async run(given) {
      const probe = await located(given);
      const token = await checkToken(probe);
      await checkStart(probe, token, await checkConfiguration(probe));
    },
  },
  actions: { build: gitlabBuilds },
  listings: gitlabCiListings,
  listField: 'gitlabJobName',
  misfits: (values) =>
    misnamed(values, /^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and "_", as the variables of GitLab are'),
  fields: {
    gitlabPipelineId: text({
      label: 'Pipeline id',
      help: 'The number of a past run to check against; nothing is started from it',
      example: '1234567890',
      optional: true,
      pattern: /^\d{1,20}$/,
      shape: 'the number of a pipeline run (a branch is the defaultBranch of the SCM integration)',
      normalise: (id) => /\/-\/pipelines\/(\d+)/.exec(id)?.[1] ?? id.replace(/^#/, ''),
    }),
    gitlabJobName: text({
      label: 'Job',
      help: 'The job in .gitlab-ci.yml that makes the release',
      // GitLab fills in no variable in the name of a job.
      free: true,
      example: 'release',
      optional: true,
      asked: true,
    }),
  },
});
