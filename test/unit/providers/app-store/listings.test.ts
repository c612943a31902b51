import { expect, it } from 'vitest';
import { appStore } from '../../../../src/providers/app-store/index.ts';
import { type Description, description } from '../../../support/descriptions.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { type Handler, type ProviderServer, providerServer, sequence } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';

const credentials = Object.fromEntries(sampleOf('app-store').credentials.map(({ column, value }) => [column, value]));
const apple = description('app-store-connect.openapi3.json');

/** The cursor is for Apple alone to name. */
const paged: Description = {
  fits: (asked) =>
    apple.fits({ ...asked, query: new URLSearchParams([...asked.query].filter(([name]) => name !== 'cursor')) }),
};

async function appleServer(handler: Handler): Promise<ProviderServer> {
  const server = await providerServer({ description: paged });
  server.on('GET', '/v1/apps', handler);
  return server;
}

const listApps = ({ url }: ProviderServer) =>
  list(appStore, 'appleBundleId', credentials, { env: { INTEGRATIONS_APP_STORE_API_URL: url } });

const app = (bundleId: string, name: string) => ({ type: 'apps', id: '1', attributes: { bundleId, name } });

it('lists the apps of all pages, the next of which is asked where the first was', async () => {
  const server = await appleServer(
    sequence(
      {
        json: {
          data: [app('com.acme.app', 'Acme')],
          links: { next: 'https://elsewhere.test/v1/apps?fields%5Bapps%5D=name%2CbundleId&limit=200&cursor=Mg' },
        },
      },
      { json: { data: [app('com.acme.beta', 'Acme Beta')], links: { self: 'https://elsewhere.test/' } } },
    ),
  );
  expect(await listApps(server)).toEqual({
    complete: true,
    choices: [
      { value: 'com.acme.app', label: 'Acme', hint: 'com.acme.app', also: {} },
      { value: 'com.acme.beta', label: 'Acme Beta', hint: 'com.acme.beta', also: {} },
    ],
  });
  expect(server.requests.map(({ query }) => query.get('cursor'))).toEqual([null, 'Mg']);
});

it.each<[string, Handler, string]>([
  ['none', { json: { data: [], links: { self: '' } } }, 'the provider lists none that the credential can see'],
  [
    'a key that is refused',
    { status: 401, json: { errors: [{ code: 'NOT_AUTHORIZED' }] } },
    'App Store Connect does not accept the key id, the issuer id and the private key together (401)',
  ],
  [
    'a role that is too small',
    { status: 403, json: { errors: [{ code: 'FORBIDDEN_ERROR' }] } },
    'App Store Connect does not let the key do this: its role is too low, or it cannot see the app (403)',
  ],
])('%s', async (_name, handler, reason) => {
  expect(valuesOf(await listApps(await appleServer(handler)))).toBe(reason);
});
