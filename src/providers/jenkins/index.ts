import { type TokenPage, Unfit } from '../../core/field.ts';
import { text, token, url, withoutTrailingSlash } from '../../core/field-builders.ts';
import { defineProvider, type Plain } from '../../core/provider.ts';
import { jenkinsBuilds } from './actions.ts';
import { copiedJob, serverUrl } from './addresses.ts';
import { jenkinsAnswers } from './answers.ts';
import { checkBuild, checkJob, checkUser } from './api.ts';
import { jenkinsEnvironment } from './environment.ts';
import { jobNames, pathOfJob } from './job-path.ts';
import { jenkinsListings } from './listings.ts';

export const jenkins = defineProvider({
  name: 'jenkins',
  title: 'Jenkins',
  category: 'pipeline',
  prefix: 'jenkins',
  audience: ({ jenkinsUrl }) => [String(jenkinsUrl)],
  verification: {
    checks: ['credential', 'resource', 'permission'],
    answers: jenkinsAnswers,
    async run(probe) {
      const version = await checkUser(probe);
      const path = pathOfJob(probe);
      await checkBuild(probe, path, await checkJob(probe, path), version);
    },
  },
  actions: { build: jenkinsBuilds },
  listings: jenkinsListings,
  environment: jenkinsEnvironment,
  listField: 'jenkinsJobPath',
  fields: {
    jenkinsUrl: url({
      label: 'Jenkins URL',
      help: 'The start page of the server, with its path if it has one',
      example: 'https://ci.acme.test/jenkins',
      normalise: serverUrl,
    }),
    jenkinsUsername: text({
      label: 'User name',
      help: 'The user that the API token belongs to',
      example: 'release-bot',
      pattern: /^[^:]+$/,
      shape: 'a user name without ":"',
    }),
    jenkinsApiToken: token({
      label: 'API token',
      help: 'Of that user; not the password',
      example: 'env:JENKINS_TOKEN',
      whereToGet: 'Jenkins, the user at the top right, Security, API Token',
      permissions: 'Overall/Read, Job/Read and Job/Build',
      madeAt: userPage,
      // Jenkins source, ApiTokenStore: '11' and 32 hex digits; legacy tokens have the 32 alone.
      pattern: /^(11)?[0-9a-f]{32}$/,
    }),
    jenkinsJobPath: text({
      label: 'Job path',
      help: 'Folders and job, with or without /job/ between: mobile/release or /job/mobile/job/release',
      example: 'mobile/release',
      max: 512,
      normalise: jobPath,
    }),
  },
});

function userPage({ jenkinsUrl, jenkinsUsername }: Plain): TokenPage[] {
  const server = typeof jenkinsUrl === 'string' ? URL.parse(jenkinsUrl) : null;
  if (!server || typeof jenkinsUsername !== 'string') return [];
  return [{ address: `${withoutTrailingSlash(server)}/user/${encodeURIComponent(jenkinsUsername)}/security/` }];
}

/** Names with `/` between; a folder that is itself called `job` keeps the long form, which alone is clear then. */
function jobPath(given: string): string {
  const names = copiedJob(given) ?? jobNames(given);
  if (names.some((name) => name === '.' || name === '..')) throw new Unfit('has "." or ".." in it');
  const short = names.join('/');
  const clear = jobNames(short).join('/') === short;
  return clear ? short : names.map((name) => `job/${encodeURIComponent(name)}`).join('/');
}
