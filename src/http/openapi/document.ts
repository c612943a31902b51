import { version } from '../../../package.json';
import { accessScopes, scopesInWords } from '../../core/access-token.ts';
import type { JsonObject } from '../../core/field.ts';
import type { Route } from '../route.ts';
import { createComponents } from './components.ts';
import { headers } from './headers.ts';
import { operationOf, parameters } from './operation.ts';
import { problemResponses } from './problems.ts';
import { tags } from './tags.ts';

/** The API as an OpenAPI 3.1 document, all of it made of its routes. */
export function openApi(routes: readonly Route[]): JsonObject {
  const components = createComponents();
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  const responses = problemResponses(components);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Integrations',
      version,
      summary: "A mobile release platform's integrations, by tenant",
      description: introduction,
      license: { name: 'Unlicensed' },
    },
    servers: [{ url: '/', description: 'The server that this document is from; by default http://127.0.0.1:8787' }],
    tags: [...tags],
    paths,
    components: {
      securitySchemes: { token },
      parameters,
      headers,
      responses,
      schemas: components.schemas(),
    },
  };
}

const token: JsonObject = {
  type: 'http',
  scheme: 'bearer',
  description: [
    'A token that `integrations token add` printed: `Authorization: Bearer itg_…`. It reaches one tenant, or all of',
    'them, and has some of these scopes, none of which includes another. On a Unix socket, which only its owner can',
    'open, no token is needed.\n\n',
  ]
    .join(' ')
    .concat(accessScopes.map((scope) => `- \`${scope}\`: ${scopesInWords[scope]}`).join('\n')),
};

const introduction = `
How the tenants of a mobile release platform reach their source control, stores, pipelines, chat and tickets. A pipeline
uses one scm integration and one target integration of its tenant, so those two are made first.

**Credentials** go in and never come out: what is answered says only whether each is set. They are given as they are;
\`env:\`, \`file:\` and \`value:\` in front of them are refused.

**Names and ids.** Paths and references hold ids, never names; a manifest alone names by names. An id or a tenant that the
token does not reach is answered like one that does not exist: 404 where it stands in the path, 422 in a body.

**Problems** are \`application/problem+json\` (RFC 9457). Look at \`code\`; \`detail\` and \`hint\` are for people, and
\`errors\` says which fields do not fit. A path that does not exist is answered with 404, and a method that a path does
not have with 405.

**Changes.** GET answers with an ETag. PATCH and DELETE need it as If-Match, so that nobody overwrites what somebody else
has changed meanwhile: 412 says that it was, 428 that If-Match is missing.

**Repeating.** A POST that creates, rotates, applies, starts or sends something takes an Idempotency-Key. With it a request
whose answer was lost can be sent again, and nothing is done twice. A key is its token's own: what two callers may both
ask for, do under a \`key\` in the body, which is for all of them. A POST that takes none may be sent again as it is.

**Runs.** What is started at a provider is stored as a run before it is sent, and sent once. Where the answer of the provider
is lost, the run is looked up there; as long as it is not found its state is \`unknown\`. What asks a provider needs the scope
\`use\`; what is stored is read with \`read\`.

**Pages.** Lists have \`items\` and \`next\`. While \`next\` is not null, ask again with \`after\` set to it; the Link
header has the same address. The order is that of the ids, and ids grow with time.

**Watching.** \`/metrics\` is for Prometheus: text, with problems as here. It takes a token with the scope \`metrics\`, and
none where the server listens on its own machine alone with no proxy in front.

**Bodies** are UTF-8 and at most 1 MiB. Times are ISO 8601 in UTC. A key or a query parameter that is not described is
refused. Later versions add keys to answers, so ignore what you do not know.
`.trim();
