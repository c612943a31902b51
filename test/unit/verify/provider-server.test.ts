import { expect, it } from 'vitest';
import { description } from '../../support/descriptions.ts';
import { providerServer, sequence } from '../../support/provider-server.ts';

function asked(method: string, target: string, rest: { headers?: Record<string, string>; body?: string } = {}) {
  const url = new URL(target, 'http://x');
  return { method, path: url.pathname, query: url.searchParams, headers: rest.headers ?? {}, body: rest.body ?? '' };
}

it.each([
  ['github-rest.openapi3.json', asked('GET', '/repos/acme/mobile/branches/main'), 0],
  ['github-rest.openapi3.json', asked('GET', '/user/repos?per_page=100'), 0],
  ['github-rest.openapi3.json', asked('GET', '/user/repos?per_page=many'), 1],
  ['github-rest.openapi3.json', asked('GET', '/user/repos?perPage=1'), 1],
  ['github-rest.openapi3.json', asked('PUT', '/user/repos'), 1],
  ['github-rest.openapi3.json', asked('GET', '/nowhere'), 1],
  ['gitlab-rest.swagger2.json', asked('GET', '/api/v4/projects/acme%2Fmobile'), 0],
  ['gitlab-rest.swagger2.json', asked('GET', '/api/v4/personal_access_tokens/self'), 0],
  ['bitbucket-cloud.swagger2.json', asked('GET', '/2.0/user'), 0],
  ['app-store-connect.openapi3.json', asked('GET', '/v1/apps?filter%5BbundleId%5D=com.acme.app'), 0],
  [
    'jira-cloud-v3.openapi3.json',
    asked('GET', '/rest/api/3/mypermissions?projectKey=MOB&permissions=CREATE_ISSUES'),
    0,
  ],
  [
    'jira-cloud-v3.openapi3.json',
    asked('POST', '/rest/api/3/issue', { body: '{"fields":7}', headers: { 'content-type': 'application/json' } }),
    1,
  ],
  ['azure-devops-core-7.1.swagger2.json', asked('GET', '/acme/_apis/projects?api-version=7.1'), 0],
  ['azure-devops-core-7.1.swagger2.json', asked('GET', '/acme/_apis/projects'), 1],
  ['azure-devops-wit-7.1.swagger2.json', asked('GET', '/acme/Mobile%20App/_apis/wit/workitemtypes?api-version=7.1'), 0],
  ['slack-web-api-2021.swagger2.json', asked('GET', '/api/conversations.info?channel=C012'), 0],
])('%s: %o', (file, request, misfits) => {
  const found = description(file).fits(request);
  expect(found, found.join('\n')).toHaveLength(misfits);
});

it('names a file that is not there', () => {
  expect(() => description('none.json')).toThrow('not there');
});

it('fails the test that asks what nobody foresaw', async () => {
  const server = await providerServer();
  server.on('GET', '/there', sequence({ status: 500 }, { json: { ok: true } }));
  expect((await fetch(`${server.url}/there`)).status).toBe(500);
  expect(await (await fetch(`${server.url}/there`)).json()).toEqual({ ok: true });
  expect((await fetch(`${server.url}/elsewhere?a=1`)).status).toBe(404);
  await expect(server.close()).rejects.toThrow(/GET \/elsewhere\?a=1 was not foreseen/);
});
