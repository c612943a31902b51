import { expect, it } from 'vitest';
import { linear } from '../../../../src/providers/linear/index.ts';
import { fitsSchema } from '../../../support/linear-schema.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { type Exchange, type Handler, type ProviderServer, providerServer } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';

const [key = ''] = sampleOf('linear').credentials.map(({ value }) => value);
const teamId = '0a1b2c3d-0000-4000-8000-1a2b3c4d5e6f';

async function linearServer(answer: (exchange: Exchange) => ReturnType<Extract<Handler, CallableFunction>>) {
  const server = await providerServer();
  server.on('POST', '/graphql', (exchange) => {
    fitsSchema(exchange);
    expect(exchange.headers['authorization']).toBe(key);
    return answer(exchange);
  });
  return server;
}

const env = ({ url }: ProviderServer) => ({ env: { INTEGRATIONS_LINEAR_API_URL: `${url}/graphql` } });
const variablesOf = ({ body }: Exchange) => (JSON.parse(body) as { variables: Record<string, string> }).variables;

/** Two pages of a connection. */
const pages = (name: string, one: unknown, two: unknown) => (exchange: Exchange) => {
  const isFirst = variablesOf(exchange)['after'] === undefined;
  const pageInfo = { hasNextPage: isFirst, endCursor: isFirst ? 'c1' : null };
  return { json: { data: { [name]: { nodes: [isFirst ? one : two], pageInfo } } } };
};

it('lists the teams of all pages', async () => {
  const other = '1a1b2c3d-0000-4000-8000-1a2b3c4d5e6f';
  const server = await linearServer(
    pages('teams', { id: teamId, key: 'MOB', name: 'Mobile' }, { id: other, key: 'WEB', name: 'Web' }),
  );
  expect(await list(linear, 'linearTeamId', { linearApiKey: key }, env(server))).toEqual({
    complete: true,
    choices: [
      { value: teamId, label: 'Mobile', hint: 'MOB', also: {} },
      { value: other, label: 'Web', hint: 'WEB', also: {} },
    ],
  });
});

it.each([teamId, 'MOB'])('lists the projects of the team %s', async (linearTeamId) => {
  const server = await linearServer(pages('projects', { id: 'p1', name: 'Releases' }, { id: 'p2', name: 'Later' }));
  const listed = await list(linear, 'linearDefaultProjectId', { linearApiKey: key, linearTeamId }, env(server));
  expect(listed).toEqual({
    complete: true,
    choices: [
      { value: 'p1', label: 'Releases', also: {} },
      { value: 'p2', label: 'Later', also: {} },
    ],
  });
  expect(server.requests.map(variablesOf)).toEqual([{ team: linearTeamId }, { team: linearTeamId, after: 'c1' }]);
});

it.each<[string, number, object, string]>([
  ['none', 200, { data: { teams: { nodes: [] } } }, 'the provider lists none that the credential can see'],
  [
    'a wrong key',
    401,
    { errors: [{ message: 'no', extensions: { code: 'AUTHENTICATION_ERROR' } }] },
    'Linear does not accept the key; it may have been revoked or have expired, which Linear does not say (401)',
  ],
  [
    'a key that may not',
    200,
    { data: null, errors: [{ message: 'no', extensions: { code: 'FORBIDDEN', type: 'forbidden' } }] },
    'the key is accepted, but may not read this',
  ],
  ['nothing', 200, { data: null }, 'it gave an unexpected answer'],
])('%s', async (_name, status, json, reason) => {
  const server = await linearServer(() => ({ status, json: json as Record<string, unknown> }));
  expect(valuesOf(await list(linear, 'linearTeamId', { linearApiKey: key }, env(server)))).toBe(reason);
});
