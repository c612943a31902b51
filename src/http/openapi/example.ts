import type { Json } from '../../core/field.ts';
import type { Schema } from '../route.ts';

/** An invented value that fits a schema; of an object what it must have. */
export function exampleOf(schema: Schema): Json {
  const { examples, oneOf, anyOf, type, format, items } = schema;
  const [first] = (examples ?? []) as Json[];
  if (first !== undefined) return first;
  if (schema['const'] !== undefined) return schema['const'];
  if (schema['enum'] !== undefined) return (schema['enum'] as Json[])[0] ?? null;
  const [alternative] = (oneOf ?? anyOf ?? []) as Schema[];
  if (alternative) return exampleOf(alternative);
  switch (Array.isArray(type) ? (type.includes('null') ? 'null' : type[0]) : type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return [exampleOf(items as Schema)];
    case 'string':
      return format === 'date-time' ? '2026-11-26T09:30:00Z' : 'text';
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function objectOf({ required = [], properties = {} }: Schema): Json {
  const schemas = properties as Record<string, Schema>;
  return Object.fromEntries((required as string[]).map((name) => [name, exampleOf(schemas[name] ?? {})]));
}
