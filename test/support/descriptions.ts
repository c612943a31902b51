import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as requestValidator from 'openapi-request-validator';
import { checkout } from './programs.ts';

/** A request as a description is asked about it. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Description {
  /** What does not fit: method and path, parameters, headers, body. Empty: all of it fits. */
  fits(asked: Asked): string[];
}

type Node = Record<string, unknown>;

interface Parameter extends Node {
  name: string;
  in: string;
}

interface Operation {
  method: string;
  path: RegExp;
  names: string[];
  /** How much of the path is fixed text: `/projects/self` goes before `/projects/{id}`. */
  fixed: number;
  parameters: Parameter[];
  requestBody: Node | undefined;
}

/**
 * One of the providers' own descriptions in `../shared/provider-specs`, OpenAPI 3 or Swagger 2. Its paths stand as the
 * provider has them, base path included.
 * @param under what stands before them here, such as `/api/v3`
 */
export function description(file: string, under = ''): Description {
  const path = join(checkout, '..', 'shared', 'provider-specs', file);
  if (!existsSync(path))
    throw new Error(`the provider descriptions are not there: put them next to the checkout (${path})`);
  return descriptionIn(JSON.parse(readFileSync(path, 'utf8')) as Node, under);
}

/** A document as it was read. */
export function descriptionIn(document: Node, under = ''): Description {
  const operations = operationsOf(document, under);
  return { fits: (asked) => misfitsOf(operations, asked) };
}

/** For providers that describe their API in several files. */
export function anyOf(...descriptions: readonly Description[]): Description {
  return {
    fits(asked) {
      const all = descriptions.map((each) => each.fits(asked));
      return all.find((misfits) => misfits.length === 0) ?? all.flat();
    },
  };
}

function misfitsOf(operations: readonly Operation[], asked: Asked): string[] {
  const what = `${asked.method} ${asked.path}`;
  const operation = operations.find(({ method, path }) => method === asked.method && path.test(asked.path));
  if (!operation) return [`${what} is not in the description`];
  const parts = operation.path.exec(asked.path) ?? [];
  const params = Object.fromEntries(
    operation.names.map((name, index) => [name, decodeURIComponent(parts[index + 1] ?? '')]),
  );
  const places = [
    // Everything in an address is text, and is read as the type that the description names.
    { part: operation.parameters.filter(inAddress), requestBody: undefined, coerceTypes: 'array' as const },
    {
      part: operation.parameters.filter((each) => !inAddress(each)),
      requestBody: operation.requestBody,
      coerceTypes: false,
    },
  ];
  return places.flatMap(({ part, requestBody, coerceTypes }) => {
    const validator = new Validator({
      parameters: part as never,
      ...(requestBody ? { requestBody: requestBody as never } : {}),
      additionalQueryProperties: false,
      ajvOptions: { coerceTypes, allErrors: true, strict: false },
    });
    const found = validator.validateRequest({
      headers: { ...asked.headers },
      params: { ...params },
      query: coerceTypes ? queryOf(asked.query, operation.parameters) : {},
      body: coerceTypes ? undefined : bodyOf(asked),
    }) as { errors: { path?: string; location?: string; message: string }[] } | undefined;
    return (found?.errors ?? []).map(
      ({ path, location, message }) => `${what}: ${location ?? ''} ${path ?? ''} ${message}`,
    );
  });
}

const Validator = ((requestValidator.default as unknown as Node)['default'] ??
  requestValidator.default) as typeof requestValidator.default;

function inAddress({ in: place }: Parameter): boolean {
  return place === 'query' || place === 'path' || place === 'header';
}

function queryOf(query: URLSearchParams, parameters: readonly Parameter[]): Record<string, string | string[]> {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      const [value = ''] = values;
      if (values.length > 1) return [name, values];
      const parameter = parameters.find((each) => each.in === 'query' && each.name === name);
      return [name, parameter && hasCommas(parameter) ? value.split(',') : value];
    }),
  );
}

/** A list in one value: OpenAPI 3 says so with `explode`, and it is what Swagger 2 means where it says nothing. */
function hasCommas({ explode, type, collectionFormat = 'csv' }: Parameter): boolean {
  return explode === false || (type === 'array' && collectionFormat === 'csv');
}

function bodyOf({ headers, body }: Asked): unknown {
  const type = headers['content-type'] ?? '';
  if (/form-urlencoded/.test(type)) return Object.fromEntries(new URLSearchParams(body));
  if (body === '' || !/json/.test(type)) return body === '' ? undefined : body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function operationsOf(document: Node, under: string): Operation[] {
  const base = `${under}${basePath(document)}`;
  const operations = Object.entries(document['paths'] as Record<string, Node>).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => /^(get|post|put|patch|delete|head|options)$/.test(method))
      .map(([method, given]): Operation => {
        const operation = given as Node;
        const parameters = [item['parameters'], operation['parameters']].flat().filter(Boolean);
        const requestBody = operation['requestBody'];
        return {
          method: method.toUpperCase(),
          ...patternOf(`${base}${path}`),
          parameters: parameters.map((each) => resolved(each, document) as Parameter),
          requestBody: requestBody ? (resolved(requestBody, document) as Node) : undefined,
        };
      }),
  );
  return operations.sort((one, other) => other.fixed - one.fixed);
}

function basePath(document: Node): string {
  const servers = document['servers'] as { url: string }[] | undefined;
  const path = servers ? (URL.parse(servers[0]?.url ?? '')?.pathname ?? '') : ((document['basePath'] as string) ?? '');
  return path.replace(/\/+$/, '');
}

function patternOf(path: string): { path: RegExp; names: string[]; fixed: number } {
  const names: string[] = [];
  const source = path.split(/(\{[^}]+\})/).map((part) => {
    if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    names.push(part.slice(1, -1));
    return '([^/]+)';
  });
  return { path: new RegExp(`^${source.join('')}$`), names, fixed: path.replace(/\{[^}]+\}/g, '').length };
}

/** With every `$ref` in its place; what refers to itself may be anything there. */
function resolved(node: unknown, document: Node, trail: readonly string[] = []): unknown {
  if (Array.isArray(node)) return node.map((each) => resolved(each, document, trail));
  if (typeof node !== 'object' || node === null) return node;
  const reference = (node as Node)['$ref'];
  if (typeof reference === 'string') {
    if (trail.includes(reference)) return {};
    return resolved(target(reference, document), document, [...trail, reference]);
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolved(value, document, trail)]));
}

function target(reference: string, document: Node): unknown {
  const steps = reference.replace(/^#\//, '').split('/');
  return steps.reduce<unknown>((node, step) => {
    const next = (node as Node | undefined)?.[step.replace(/~1/g, '/').replace(/~0/g, '~')];
    if (next === undefined) throw new Error(`the description lacks ${reference}`);
    return next;
  }, document);
}
