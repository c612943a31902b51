import { description } from '../../../support/descriptions.ts';
import { type Handler, type ProviderServer, providerServer } from '../../../support/provider-server.ts';
import { sampleOf } from '../../../support/samples.ts';

/** A GitHub that lists one thing, for its scm and its pipelines. */

export const [token = ''] = sampleOf('github').credentials.map(({ value }) => value);
export const known = { accessToken: token, repositoryUrl: 'https://github.com/acme/mobile' };

export async function githubServer(path: string, handler: Handler, under = ''): Promise<ProviderServer> {
  const server = await providerServer({ description: description('github-rest.openapi3.json', under) });
  server.on('GET', under + path, handler);
  return server;
}

export const env = ({ url }: ProviderServer) => ({ env: { INTEGRATIONS_GITHUB_API_URL: url } });

export function json(value: unknown, headers: Record<string, string> = {}) {
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** Pages of a list, each naming the next one as GitHub does, at an address that must not be asked. */
export function pages(of: (page: number) => unknown, count: number): Handler {
  return ({ query }) => {
    const number = Number(query.get('page'));
    const link = `<https://elsewhere.test/?page=${number + 1}>; rel="next", <https://elsewhere.test/?page=9>; rel="last"`;
    return json(of(number), number < count ? { link } : {});
  };
}
