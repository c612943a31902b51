import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { quotable } from '../core/text.ts';
import { RequestProblem } from './problem.ts';
import type { Schema } from './route.ts';

const common = { allErrors: true, discriminator: true, strict: false, validateFormats: false, verbose: true } as const;
const bodies = new Ajv2020(common);
/** A query is text; its values are read as their schemas say. */
const queries = new Ajv2020({ ...common, coerceTypes: true });

const compiled = new WeakMap<Schema, ValidateFunction>();

function check(ajv: Ajv2020, schema: Schema, value: unknown): void {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  if (validate(value)) return;
  const errors = (validate.errors ?? []).map(told);
  const [first] = errors;
  throw new RequestProblem('VALIDATION', first ? `${first.field} ${first.message}`.trim() : 'it does not fit', {
    errors,
  });
}

/** @throws RequestProblem VALIDATION with all that does not fit; it quotes no value */
export function checkBody(schema: Schema, body: unknown): void {
  check(bodies, schema, body);
}

/** Brings the values of a query to the types that their schemas have. @throws RequestProblem VALIDATION */
export function checkQuery(schema: Schema, query: Record<string, unknown>): void {
  check(queries, schema, query);
}

/** Which value it is about, and a clause about it in our own words. */
function told({ instancePath, keyword, params, parentSchema }: ErrorObject): { field: string; message: string } {
  const path = instancePath.split('/').slice(1).map(unescaped);
  const missing = keyword === 'required' ? params['missingProperty'] : undefined;
  const unknown = keyword === 'additionalProperties' ? params['additionalProperty'] : undefined;
  const tag = keyword === 'discriminator' ? params['tag'] : undefined;
  const key = missing ?? unknown ?? tag;
  return {
    field: [...path, ...(typeof key === 'string' ? [quotable(key)] : [])].join('.') || 'body',
    message: clauseOf(keyword, params, parentSchema as Schema),
  };
}

function unescaped(part: string): string {
  return quotable(part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function clauseOf(keyword: string, params: Record<string, unknown>, schema: Schema): string {
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'additionalProperties':
      return 'is not known here';
    case 'type':
      return `must be ${String(params['type'])
        .split(',')
        .map((type) => typeNames[type] ?? type)
        .join(' or ')}`;
    case 'enum':
      return `must be ${(params['allowedValues'] as unknown[]).join(' or ')}`;
    case 'const':
      return `must be ${String(params['allowedValue'])}`;
    case 'discriminator':
      return `must be ${typesOf(schema, String(params['tag'])).join(' or ')}`;
    case 'minimum':
      return `must be at least ${String(params['limit'])}`;
    case 'maximum':
      return `must be at most ${String(params['limit'])}`;
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return 'must not be empty';
    case 'maxLength':
      return `must have at most ${String(params['limit'])} characters`;
    case 'not':
      return 'must be the credential itself: this server reads no variable and no file';
    case 'uniqueItems':
      return 'must name nothing twice';
    case 'pattern':
      return `must look like ${(schema['examples'] as string[]).join(' or ')}`;
    default:
      return 'does not fit';
  }
}

/** Those that a schema tells its alternatives apart by. */
function typesOf({ oneOf }: Schema, tag: string): unknown[] {
  return (oneOf as { properties: Record<string, Schema> }[]).map(({ properties }) => properties[tag]?.['const']);
}
