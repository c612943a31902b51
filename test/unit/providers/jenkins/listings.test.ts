import { describe, expect, it } from 'vitest';
import { jenkins } from '../../../../src/providers/jenkins/index.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { type Handler, type ProviderServer, page, providerServer } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';

const [token = ''] = sampleOf('jenkins').credentials.map(({ value }) => value);
const own = { 'x-jenkins': '2.516.1' };

async function jenkinsServer(answers: Record<string, Handler>): Promise<ProviderServer> {
  const server = await providerServer();
  for (const [path, handler] of Object.entries(answers)) server.on('GET', `/ci${path}/api/json`, handler);
  return server;
}

const listJobs = ({ url }: ProviderServer) =>
  list(jenkins, 'jenkinsJobPath', { jenkinsUrl: `${url}/ci`, jenkinsUsername: 'bot', jenkinsApiToken: token });

const job = (name: string) => ({ _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob', name });
const folder = (name: string) => ({ _class: 'com.cloudbees.hudson.plugins.folder.Folder', name });
const branches = (name: string) => ({
  _class: 'org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject',
  name,
});
const jobs = (...found: unknown[]): Handler => ({ headers: own, json: { jobs: found } });

describe('jobs', () => {
  it('come from folders within folders, and from the branches of a multibranch job', async () => {
    const server = await jenkinsServer({
      '': jobs(job('lint'), { ...folder('apps'), jobs: [job('release app'), folder('ios'), branches('android')] }),
      '/job/apps/job/ios': jobs(job('ship'), { ...folder('empty'), jobs: [] }),
      '/job/apps/job/android': jobs(job('main'), job('release%2F1.x')),
    });
    expect(await listJobs(server)).toEqual({
      complete: true,
      choices: [
        { value: 'lint', label: 'lint', also: {} },
        { value: 'apps/release app', label: 'apps / release app', also: {} },
        { value: 'apps/ios/ship', label: 'apps / ios / ship', also: {} },
        { value: 'apps/android/main', label: 'apps / android / main', also: {} },
        { value: 'apps/android/release%2F1.x', label: 'apps / android / release/1.x', also: {} },
      ],
    });
    for (const { headers, query } of server.requests) {
      expect(headers['authorization']).toBe(`Basic ${Buffer.from(`bot:${token}`).toString('base64')}`);
      expect(query.get('tree')).toBe('jobs[name,_class,jobs[name,_class]]');
    }
  });

  it('that come before a folder that may not be seen are listed', async () => {
    const server = await jenkinsServer({
      '': jobs(job('lint'), { ...folder('apps'), jobs: [folder('ios')] }),
      '/job/apps/job/ios': { ...page, status: 403, headers: { ...own, 'content-type': 'text/html' } },
    });
    expect(await listJobs(server)).toMatchObject({ complete: false, choices: [{ value: 'lint' }] });
  });

  it.each<[string, Handler, string]>([
    ['none', jobs(), 'the provider lists none that the credential can see'],
    [
      'a wrong token',
      { ...page, status: 401, headers: { 'www-authenticate': 'Basic realm="Jenkins"' } },
      'Jenkins does not accept the user and the API token (401)',
    ],
    [
      'no permission',
      { ...page, status: 403, headers: { ...own, 'x-required-permission': 'hudson.model.Hudson.Read' } },
      'the user lacks the permission Overall/Read (403)',
    ],
    ['another server', { json: {} }, 'it gave an unexpected answer'],
  ])('%s', async (_name, handler, reason) => {
    expect(valuesOf(await listJobs(await jenkinsServer({ '': handler })))).toBe(reason);
  });
});
