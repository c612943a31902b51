import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from '../../support/api.ts';
import { apiDocument } from '../../support/api-description.ts';
import { sqlite } from '../../support/engines.ts';
import { anyText, fuzzSeconds, fuzzSeed } from '../../support/fuzz.ts';
import { arbitraryOf, type Values } from '../../support/schema-values.ts';

type Node = Record<string, unknown>;

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Node;
}

interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  body: { types: string[]; schema: Node } | undefined;
}

const canary = `canary${randomUUID().replaceAll('-', '')}`;
const secret = fc.oneof(
  fc.constant(canary),
  anyText.map((text) => `${canary}${text}`),
  anyText.map((text) => `https://${canary}.test/${text}`),
);

/** Those that ask a provider are left out: none is there, and an address that was made up is nobody's to ask. */
const asksProviders = ({ security }: Node) => /"(verify|use)"/.test(JSON.stringify(security));

const operations = Object.entries(apiDocument['paths'] as Record<string, Record<string, Node>>)
  .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })))
  .filter(({ operation }) => !asksProviders(operation))
  .map(({ path, method, operation }) => operationOf(path, method, operation));

function operationOf(path: string, method: string, { parameters = [], requestBody }: Node): Operation {
  const content = (requestBody as { content?: Record<string, { schema: Node }> } | undefined)?.content;
  const types = Object.keys(content ?? {});
  const [first] = Object.values(content ?? {});
  return {
    path,
    method: method.toUpperCase(),
    parameters: (parameters as Node[]).map((each) => resolved(each) as unknown as Parameter),
    body: first && { types, schema: first.schema },
  };
}

function resolved(node: Node): Node {
  const { $ref } = node;
  if (typeof $ref !== 'string') return node;
  return $ref
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((at, step) => (at as Node)[step], apiDocument) as Node;
}

let api: Api;
let requests: fc.Arbitrary<Request>;

interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

beforeAll(async () => {
  api = await startApi(sqlite);
  const { acme, bmce } = api.tenants;
  const scm = { scmType: 'GITHUB', displayName: 'code', organization: 'acme', accessToken: canary };
  const own = await api.ask('POST', 'scm', { body: { ...scm, repositoryUrl: 'https://github.com/acme/mobile' } });
  expect(own.status, own.text).toBe(201);
  requests = requestsOf({
    document: apiDocument,
    secret,
    known: [acme, bmce, own.json.id, '*', 'code', 'scm', 'target'],
  });
});

function requestsOf(values: Values): fc.Arbitrary<Request> {
  const text = (schema: Node) =>
    arbitraryOf(schema, values).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return fc.constantFrom(...operations).chain(({ method, path, parameters, body }) => {
    const given = parameters.map(({ name, in: place, schema, required }) =>
      // Nobody is asked whether a credential works.
      name === 'verify'
        ? fc.constant('false')
        : place === 'path'
          ? pathPart(name, values)
          : fc.option(text(schema), { freq: required ? 20 : 2, nil: undefined }),
    );
    const sent = body
      ? fc.record({
          type: fc.oneof(
            { weight: 20, arbitrary: fc.constantFrom(...body.types) },
            { weight: 1, arbitrary: fc.constantFrom('text/plain', '') },
          ),
          text: fc.oneof(
            { weight: 20, arbitrary: arbitraryOf(body.schema, values).map((value) => JSON.stringify(value)) },
            { weight: 1, arbitrary: anyText },
          ),
        })
      : fc.constant(undefined);
    return fc.tuple(fc.tuple(...given), sent).map(([all, content]) => {
      const parts = parameters.map((parameter, index) => ({ ...parameter, value: all[index] }));
      const of = (place: Parameter['in']) =>
        parts.flatMap(({ name, in: at, value }) =>
          at === place && value !== undefined ? [[name, value] as [string, string]] : [],
        );
      const query = new URLSearchParams(of('query')).toString();
      const filled = of('path').reduce((at, [name, value]) => at.replace(`{${name}}`, encodeURIComponent(value)), path);
      return {
        method,
        path: query === '' ? filled : `${filled}?${query}`,
        headers: {
          ...Object.fromEntries(of('header').filter(([, value]) => /^[\x21-\x7e]+$/.test(value))),
          ...(content ? { 'content-type': content.type } : {}),
        },
        body: content?.text,
      };
    });
  });
}

function pathPart(name: string, { known }: Values): fc.Arbitrary<string> {
  const [acme = '', , id = ''] = known;
  const right = name === 'tenantId' ? acme : id;
  const wellFormed = anyText.map((text) => `${text.replaceAll(/\p{Surrogate}/gu, '')}x`);
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: wellFormed },
  );
}

test('whatever is asked, the answer is as described, no fault of ours, and tells no credential', async () => {
  const answers = new Map<number, number>();
  const property = fc.asyncProperty(requests, async ({ method, path, headers, body }) => {
    const from = api.lines.length;
    const {
      status,
      text,
      headers: told,
    } = await api.ask(method, path, { headers, ...(body === undefined ? {} : { body }) });
    answers.set(status, (answers.get(status) ?? 0) + 1);
    expect(status, text).toBeLessThan(500);
    expect(text + JSON.stringify([...told]) + api.lines.slice(from).join('')).not.toContain(canary);
  });
  // As many on a slow machine as on a fast one.
  await fc.assert(property, { seed: fuzzSeed, numRuns: 100 * fuzzSeconds });
  process.stdout.write(`fuzz: answers ${JSON.stringify(Object.fromEntries([...answers].sort()))}\n`);
  // It got through to what is stored, and to what is refused.
  for (const status of [200, 404, 422]) expect(answers.get(status), String(status)).toBeGreaterThan(0);
});
