import { describe, expect, it } from 'vitest';
import { jira } from '../../../../src/providers/jira/index.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { type Handler, type ProviderServer, providerServer } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';
import { everywhere } from './server.ts';

const [token = ''] = sampleOf('jira').credentials.map(({ value }) => value);

async function jiraServer(answers: Record<string, Handler>, version = 3): Promise<ProviderServer> {
  const server = await providerServer({ description: everywhere });
  const given: Record<string, Handler> = { '/myself': { json: { accountId: '5b10', active: true } }, ...answers };
  for (const [path, handler] of Object.entries(given)) server.on('GET', `/rest/api/${version}${path}`, handler);
  return server;
}

function known({ url }: ProviderServer, jiraEmail: string | null = 'ops@acme.test') {
  return { jiraUrl: url, jiraEmail, jiraApiToken: token, jiraProjectKey: 'MOB' };
}

describe('projects', () => {
  it('are those of all pages in which issues may be created', async () => {
    const all = ['MOB', 'WEB', 'OPS'].map((key) => ({ key, name: `Project ${key}` }));
    const server = await jiraServer({
      '/project/search': ({ query }) => {
        expect(query.get('action')).toBe('create');
        const start = Number(query.get('startAt'));
        return { json: { values: all.slice(start, start + 2), isLast: start + 2 >= all.length } };
      },
    });
    expect(await list(jira, 'jiraProjectKey', known(server))).toEqual({
      complete: true,
      choices: all.map(({ key, name }) => ({ value: key, label: name, hint: key, also: {} })),
    });
    expect(server.requests.map(({ query }) => query.get('startAt'))).toEqual([null, '0', '2']);
  });

  it('of Data Center come all at once', async () => {
    const body = JSON.stringify([{ key: 'MOB', name: 'Mobile', archived: true }]);
    const server = await providerServer();
    server.on('GET', '/rest/api/2/myself', { json: { name: 'ops', key: 'ops', active: true } });
    server.on('GET', '/rest/api/2/project', { headers: { 'content-type': 'application/json' }, body });
    expect(await list(jira, 'jiraProjectKey', known(server, null))).toEqual({
      complete: true,
      choices: [{ value: 'MOB', label: 'Mobile', hint: 'MOB, archived', also: {} }],
    });
  });

  it.each<[string, Record<string, Handler>, string]>([
    [
      'none',
      { '/project/search': { json: { values: [], isLast: true } } },
      'the provider lists none that the credential can see',
    ],
    [
      '403',
      { '/project/search': { status: 403, json: { errorMessages: ['no'] } } },
      'the user of the token may not do this (403)',
    ],
    [
      'a wrong token',
      { '/myself': { status: 401, headers: { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' }, json: {} } },
      'Jira does not accept the credential; it may have expired, which Jira does not say (401)',
    ],
  ])('%s', async (_name, answers, reason) => {
    expect(valuesOf(await list(jira, 'jiraProjectKey', known(await jiraServer(answers))))).toBe(reason);
  });
});

describe('issue types', () => {
  const types = [
    { id: '10000', name: 'Epic' },
    { id: '10003', name: 'Subtask', subtask: true },
  ];

  it.each([
    [3, 'issueTypes'],
    [2, 'values'],
  ])('of version %i are those that stand for themselves', async (version, name) => {
    const server = await jiraServer(
      { '/issue/createmeta/MOB/issuetypes': { json: { [name]: types, total: 2 } } },
      version,
    );
    const values = known(server, version === 2 ? null : 'ops@acme.test');
    expect(valuesOf(await list(jira, 'jiraDefaultIssueType', values))).toEqual(['Epic']);
  });

  it('are none where no issue may be created', async () => {
    const server = await jiraServer({ '/issue/createmeta/MOB/issuetypes': { status: 404, json: {} } });
    expect(valuesOf(await list(jira, 'jiraDefaultIssueType', known(server)))).toMatch(/^the provider lists none/);
  });
});
