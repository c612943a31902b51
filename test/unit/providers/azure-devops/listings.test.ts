import { expect, it } from 'vitest';
import { azureDevops } from '../../../../src/providers/azure-devops/index.ts';
import { description } from '../../../support/descriptions.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { type Handler, type ProviderServer, page, providerServer } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';

const [token = ''] = sampleOf('azure-devops').credentials.map(({ value }) => value);
const core = description('azure-devops-core-7.1.swagger2.json');

async function azureServer(handler: Handler): Promise<ProviderServer> {
  const server = await providerServer({ description: core });
  server.on('GET', '/acme/_apis/projects', handler);
  return server;
}

const listProjects = ({ url }: ProviderServer) =>
  list(
    azureDevops,
    'azureProject',
    { azureOrganization: 'acme', azurePatToken: token },
    { env: { INTEGRATIONS_AZURE_DEVOPS_API_URL: url } },
  );

it('lists the projects of all pages', async () => {
  const server = await azureServer(({ query }) =>
    query.get('continuationToken') === '1'
      ? { json: { count: 1, value: [{ name: 'Web' }] } }
      : { headers: { 'x-ms-continuationtoken': '1' }, json: { count: 1, value: [{ name: 'Mobile App' }] } },
  );
  expect(await listProjects(server)).toEqual({
    complete: true,
    choices: [
      { value: 'Mobile App', also: {} },
      { value: 'Web', also: {} },
    ],
  });
  for (const { query } of server.requests) expect(query.get('stateFilter')).toBe('wellFormed');
});

it.each<[string, Handler, RegExp]>([
  ['none', { json: { count: 0, value: [] } }, /^the provider lists none that the credential can see$/],
  [
    'the sign-in page',
    { ...page, status: 203 },
    /^the personal access token is unknown, revoked, .*: the sign-in page answered$/,
  ],
  ['403', { status: 403, json: { message: 'no' } }, /^the personal access token lacks a scope, .* \(403\)$/],
  [
    'another organization',
    { status: 404, json: { message: 'no', typeKey: 'HostNotFoundException' } },
    /^Azure DevOps has no such thing, .* \(404\)$/,
  ],
])('%s', async (_name, handler, reason) => {
  expect(valuesOf(await listProjects(await azureServer(handler)))).toMatch(reason);
});
