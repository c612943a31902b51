import fc from 'fast-check';
import { anyText } from './fuzz.ts';

type Node = Record<string, unknown>;

/** Values of a schema, most of them fitting it. `document` has what it refers to. */
export interface Values {
  document: Node;
  /** What stands for a value that is only written. */
  secret: fc.Arbitrary<string>;
  /** Texts that lead somewhere, such as ids that there are. */
  known: readonly string[];
}

export function arbitraryOf(schema: Node, values: Values): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fitting(schema, values) }, { weight: 1, arbitrary: fc.jsonValue() });
}

function fitting(schema: Node, values: Values): fc.Arbitrary<unknown> {
  const { $ref, type, oneOf, anyOf, examples } = schema;
  if (typeof $ref === 'string') return fitting(found($ref, values.document), values);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const alternatives = (oneOf ?? anyOf) as Node[] | undefined;
  if (alternatives) return fc.oneof(...alternatives.map((each) => fitting(each, values)));
  if (schema['writeOnly'] === true) return values.secret;
  const types = (Array.isArray(type) ? type : [type ?? 'object']) as string[];
  const plain = fc.oneof(...types.map((each) => ofType(each, schema, values)));
  return Array.isArray(examples)
    ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...(examples as unknown[])) }, { weight: 1, arbitrary: plain })
    : plain;
}

function ofType(type: string, schema: Node, values: Values): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 2 ** 31, 2 ** 53, 1e300, 0.5));
    case 'array':
      return fc.array(arbitraryOf((schema['items'] ?? {}) as Node, values), { maxLength: 4 });
    case 'object':
      return objectOf(schema, values);
    default:
      return fc.oneof(fc.constantFrom(...values.known), anyText);
  }
}

function objectOf({ properties = {}, required = [], additionalProperties }: Node, values: Values) {
  const given = Object.entries(properties as Record<string, Node>);
  const record = fc.record(Object.fromEntries(given.map(([name, each]) => [name, arbitraryOf(each, values)])), {
    requiredKeys: required as string[],
  });
  const more = typeof additionalProperties === 'object' ? fc.string() : fc.jsonValue();
  const others = fc.dictionary(fc.oneof(anyText, fc.constantFrom('__proto__', 'id', 'tenantId')), more, { maxKeys: 2 });
  const withOthers = fc.tuple(record, others).map(([one, another]) => ({ ...one, ...another }));
  return given.length > 0
    ? fc.oneof({ weight: 8, arbitrary: record }, { weight: 1, arbitrary: withOthers })
    : withOthers;
}

function found(reference: string, document: Node): Node {
  const steps = reference.replace('#/', '').split('/');
  return steps.reduce<unknown>((node, step) => (node as Node)[step], document) as Node;
}
