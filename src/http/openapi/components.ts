import type { Json } from '../../core/field.ts';
import type { Schema } from '../route.ts';

/** The types of a document, each described once and referred to by its title. */
export interface Components {
  /** The same schema, with a reference in the place of each type in it. @throws Error where two types have one title */
  refer(schema: Schema): Schema;
  /** In the order of their names. */
  schemas(): Schema;
}

export function createComponents(): Components {
  const types = new Map<string, { schema: Schema; source: string }>();

  function refer(schema: Schema): Schema {
    if (!isType(schema)) return inner(schema);
    const { title } = schema;
    const source = JSON.stringify(schema);
    const known = types.get(title);
    if (known === undefined) types.set(title, { schema: withMapping(inner(schema), schema), source });
    else if (known.source !== source) throw new Error(`two schemas are called ${title}`);
    return { $ref: referenceTo(title) };
  }

  function inner(schema: Schema): Schema {
    const { properties } = schema;
    const whole = properties === undefined ? schema : { ...schema, properties: withoutDefaults(properties as Schema) };
    return Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, placed(value)]));
  }

  function placed(value: Json): Json {
    if (Array.isArray(value)) return value.map(placed);
    return typeof value === 'object' && value !== null ? refer(value) : value;
  }

  return {
    refer,
    schemas: () => Object.fromEntries([...types].sort(byName).map(([title, { schema }]) => [title, schema])),
  };
}

export function referenceTo(title: string): string {
  return `#/components/schemas/${title}`;
}

/** A field has a title as well, in words: it is no type of its own. */
function isType(schema: Schema): schema is Schema & { title: string } {
  const { title, properties, oneOf } = schema;
  return typeof title === 'string' && (properties !== undefined || oneOf !== undefined);
}

/**
 * A change and an item of a manifest leave what is absent as it is, and generators of clients take a property with a
 * default for one that is always there.
 */
function withoutDefaults(properties: Schema): Schema {
  const schemas = Object.entries(properties as Record<string, Schema>);
  return Object.fromEntries(schemas.map(([name, { default: _, ...schema }]) => [name, schema]));
}

/** OpenAPI reads the value that tells schemas apart as the name of one of them, unless it is told which it means. */
function withMapping(placed: Schema, { discriminator, oneOf }: Schema): Schema {
  if (discriminator === undefined) return placed;
  const { propertyName } = discriminator as { propertyName: string };
  const mapping = (oneOf as { title: string; properties: Record<string, { const: string }> }[]).map(
    ({ title, properties }) => [properties[propertyName]?.const ?? '', referenceTo(title)],
  );
  return { ...placed, discriminator: { propertyName, mapping: Object.fromEntries(mapping) } };
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
