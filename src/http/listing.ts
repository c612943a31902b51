import type { Json, JsonObject } from '../core/field.ts';
import { RequestProblem } from './problem.ts';
import type { Answer, Schema } from './route.ts';

export const limit: Schema = { type: 'integer', minimum: 1, maximum: 500, default: 50 };

/** A page of a list, and where the next one begins. */
export function pageSchema(items: Schema): Schema {
  return {
    type: 'object',
    required: ['items', 'next'],
    additionalProperties: false,
    properties: {
      items: { type: 'array', items },
      next: { type: ['string', 'null'], description: 'What `after` takes for the next page; null on the last one' },
    },
  };
}

export function pageAnswer({ items, next }: { items: Json[]; next: string | null }, url: URL): Answer {
  if (next === null) return { body: { items, next } };
  const another = new URL(url);
  another.searchParams.set('after', next);
  return { body: { items, next }, headers: { link: `<${another.pathname}${another.search}>; rel="next"` } };
}

export const fieldsAsked: Schema = {
  type: 'string',
  minLength: 1,
  description: 'Keys to keep, separated by commas; the others are left out of the answer',
};

/** Keeps the keys that are asked for. @throws RequestProblem where there is none of that name */
export function keeping(fields: unknown, known: readonly string[]): (item: JsonObject) => JsonObject {
  if (typeof fields !== 'string') return (item) => item;
  const names = fields.split(',').map((name) => name.trim());
  if (!names.every((name) => known.includes(name))) {
    throw new RequestProblem('VALIDATION', `fields names unknown keys; there are ${known.join(', ')}`, {
      errors: [{ field: 'fields', message: 'names unknown keys' }],
    });
  }
  return (item) => Object.fromEntries(Object.entries(item).filter(([key]) => names.includes(key)));
}
