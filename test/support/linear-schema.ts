import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, coerceInputValue, type GraphQLInputType, parse, typeFromAST, validate } from 'graphql';
import { expect } from 'vitest';
import { checkout } from './programs.ts';
import type { Exchange } from './provider-server.ts';

let schema: ReturnType<typeof buildSchema> | undefined;

/** Holds a query, or what a ticket's actions send to change something, and its variables against Linear's own schema. */
export function fitsSchema({ method, headers, body }: Exchange, allowed: readonly string[] = ['query']): void {
  const file = join(checkout, '..', 'shared', 'provider-specs', 'linear.schema.graphql');
  schema ??= buildSchema(readFileSync(file, 'utf8'), { assumeValidSDL: true });
  expect(method).toBe('POST');
  expect(headers['content-type']).toMatch(/^application\/json\b/);
  const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const [operation] = document.definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('it is no operation');
  expect(allowed).toContain(operation.operation);
  for (const { variable, type } of operation.variableDefinitions ?? []) {
    const value = variables[variable.name.value];
    if (value === undefined && type.kind !== 'NonNullType') continue;
    coerceInputValue(value, typeFromAST(schema, type as never) as GraphQLInputType);
  }
  const declared = (operation.variableDefinitions ?? []).map((each) => each.variable.name.value);
  expect(declared).toEqual(expect.arrayContaining(Object.keys(variables)));
}
