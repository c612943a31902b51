import type { JsonObject } from '../../core/field.ts';

/** What answers have beside their bodies. */
export const headers: JsonObject = {
  'X-Request-Id': header('Names this request; the server logs it under this id', { type: 'string', format: 'uuid' }),
  ETag: header('The version of what is answered. Send it as If-Match to change just this version.', {
    type: 'string',
    pattern: '^"[\\w-]+"$',
    examples: ['"q83vEjRWeJq83vEjRWeJqw"'],
  }),
  Location: header('The path of what was made', { type: 'string' }),
  Link: header('The next page, as `<path>; rel="next"`; absent on the last one', { type: 'string' }, false),
  'Retry-After': header(
    'Seconds to wait before it is worth asking again',
    { type: 'string', pattern: '^\\d+$' },
    false,
  ),
  'WWW-Authenticate': header('How to sign in, as RFC 6750 has it', { type: 'string' }, false),
  Allow: header('The methods that there are', { type: 'string' }),
  Accept: header('The media types that are taken', { type: 'string' }),
  'Idempotency-Replayed': header(
    '`true` where an earlier request with the same key did it, and this one did nothing',
    { const: 'true' },
    false,
  ),
};

function header(description: string, schema: JsonObject, required = true): JsonObject {
  return { description, required, schema };
}

export function headersNamed(...names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
