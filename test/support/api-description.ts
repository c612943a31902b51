import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { openApi } from '../../src/http/openapi/document.ts';
import { allRoutes } from '../../src/http/routes.ts';
import { type Asked, descriptionIn } from './descriptions.ts';

type Node = Record<string, unknown>;

interface DescribedAnswer {
  headers: Record<string, { $ref: string }>;
  content?: Record<string, unknown>;
}

/** The document that the API serves. */
export const apiDocument = openApi(allRoutes());

const requests = descriptionIn(apiDocument);
const answers = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(answers);
answers.addSchema({ $id: 'api', ...apiDocument });

/** How a server is asked, with what its listener tells of the connection. */
export type Served = (request: Request, connection: object) => Promise<Response>;

/** The same, and whoever asks through it fails where a request or its answer is not as the API is described. */
export function held(fetch: (...asked: Parameters<Served>) => Response | Promise<Response>): Served {
  return async (request, connection) => {
    const sent = request.clone();
    const response = await fetch(request, connection);
    const { pathname, searchParams } = new URL(request.url);
    // Prometheus describes it.
    if (pathname === '/metrics') return response;
    const asked = {
      method: request.method,
      path: pathname,
      query: searchParams,
      ...(response.ok ? await contentOf(sent) : { headers: {}, body: '' }),
    };
    const wrong = undescribed(asked, response, await response.clone().text());
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    return response;
  };
}

/** YAML as the JSON that it is described by. */
async function contentOf(sent: Request): Promise<Pick<Asked, 'headers' | 'body'>> {
  const headers = Object.fromEntries(sent.headers);
  const body = await sent.text();
  if (!/yaml/.test(headers['content-type'] ?? '')) return { headers, body };
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(parse(body)) };
}

/** What of a request and its answer is not as the API is described. */
function undescribed(asked: Asked, response: Response, text: string): string[] {
  const path = patternOf(asked.path);
  const operation = path === undefined ? undefined : operationAt(path, asked.method);
  if (path === undefined || !operation) return isProblem(response, text) ? [] : ['described nowhere, and no problem'];
  // What an answer has that `fields` asked for is told in words alone.
  const isPart = response.ok && asked.query.has('fields');
  const told = misfitsOf([path, asked.method.toLowerCase(), 'responses', String(response.status)], response, text);
  // A manifest in YAML is its text, which the validator of requests takes for no object.
  const isText = asked.headers['content-type'] === 'application/yaml';
  const sent = response.ok && !isText ? requests.fits(asked) : [];
  return [...(isPart ? [] : told), ...sent.map((misfit) => `it was done, though ${misfit}`)].map(
    (misfit) => `${asked.method} ${asked.path} ${response.status}: ${misfit}`,
  );
}

function operationAt(path: string, method: string): Node | undefined {
  return (paths[path] as Record<string, Node>)[method.toLowerCase()];
}

const paths = apiDocument['paths'] as Node;

/** The more of it is fixed, the sooner it is meant. */
const patterns = Object.keys(paths)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
  .sort((a, b) => fixedParts(b.path) - fixedParts(a.path));

function fixedParts(path: string): number {
  return path.split('/').filter((part) => !part.startsWith('{')).length;
}

function patternOf(asked: string): string | undefined {
  return patterns.find(({ pattern }) => pattern.test(asked))?.path;
}

function misfitsOf(at: readonly string[], response: Response, text: string): string[] {
  const given = at.reduce<Node | undefined>((node, step) => node?.[step] as Node | undefined, paths);
  if (!given) return ['no such status is described'];
  const pointer = typeof given['$ref'] === 'string' ? given['$ref'] : `#/paths/${pointerOf(at)}`;
  const { headers, content } = ('$ref' in given ? found(pointer) : given) as unknown as DescribedAnswer;
  return [...missingHeaders(headers, response), ...misfitsOfBody(content, pointer, response, text)];
}

function missingHeaders(headers: DescribedAnswer['headers'], response: Response): string[] {
  return Object.entries(headers).flatMap(([name, { $ref }]) => {
    const { required, schema } = found($ref) as { required: boolean; schema: Node };
    const value = response.headers.get(name);
    if (value === null) return required ? [`the header ${name} is missing`] : [];
    return answers.validate(schema, value) ? [] : [`the header ${name}: ${answers.errorsText()}`];
  });
}

function misfitsOfBody(content: Node | undefined, pointer: string, response: Response, text: string): string[] {
  if (!content) return text === '' ? [] : ['there is a body, and none is described'];
  const type = response.headers.get('content-type')?.split(';')[0] ?? 'none';
  if (!content[type]) return [`the type ${type} is not described`];
  const schema = { $ref: `api${pointer}/content/${pointerOf([type])}/schema` };
  const body: unknown = /json/.test(type) ? JSON.parse(text) : text;
  return answers.validate(schema, body) ? [] : [answers.errorsText()];
}

function isProblem({ status, headers }: Response, text: string): boolean {
  if (headers.get('content-type') !== 'application/problem+json') return false;
  return answers.validate({ $ref: `api#/components/schemas/Problem${status}` }, JSON.parse(text));
}

function found(reference: string): unknown {
  const steps = reference.replace('#/', '').split('/');
  return steps.reduce<unknown>((node, step) => (node as Node)[step], apiDocument);
}

/** The way through a document, as a JSON Pointer in an address, without its first slash. */
export function pointerOf(steps: readonly string[]): string {
  return steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
}
