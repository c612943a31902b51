import { type Handler, type ProviderServer, providerServer } from '../../../support/provider-server.ts';
import { described, token } from './server.ts';

/** A GitLab that lists one thing, for its scm and its pipelines. */

export const known = { accessToken: token, repositoryUrl: 'https://gitlab.com/acme/apps/mobile', organization: 'acme' };
export const project = '/api/v4/projects/acme%2Fapps%2Fmobile';

export async function gitlabServer(path: string, handler: Handler, under = ''): Promise<ProviderServer> {
  const server = await providerServer({ description: described(under) });
  server.on('GET', under + path, handler);
  return server;
}

export const env = ({ url }: ProviderServer) => ({ env: { INTEGRATIONS_GITLAB_API_URL: `${url}/api/v4` } });

/** Pages of a list, with the header that names the next one. */
export function pages(...all: unknown[][]): Handler {
  return ({ query }) => {
    const page = Number(query.get('page'));
    const headers = { 'content-type': 'application/json', 'x-next-page': page < all.length ? String(page + 1) : '' };
    return { headers, body: JSON.stringify(all[page - 1]) };
  };
}
