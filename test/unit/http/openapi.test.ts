import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { isRecord } from '../../../src/core/record.ts';
import { openApi } from '../../../src/http/openapi/document.ts';
import { allRoutes } from '../../../src/http/routes.ts';
import { pointerOf } from '../../support/api-description.ts';

const document = openApi(allRoutes());

test('the API is what it was', async () => {
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('openapi.json');
});

test('it is described as OpenAPI 3.1 has it', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

test('each of its examples fits its schema', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');
  const examples = examplesIn(document);
  expect(examples.length).toBeGreaterThan(50);
  for (const { value, schema } of examples) {
    const at = `document#/${pointerOf(schema)}`;
    expect(ajv.validate({ $ref: at }, value), `${at}: ${ajv.errorsText()}`).toBe(true);
  }
});

interface Example {
  value: unknown;
  /** Where the schema stands that it is of. */
  schema: readonly string[];
}

/** Those of schemas, and those that stand beside one. */
function examplesIn(part: unknown, at: readonly string[] = []): Example[] {
  if (Array.isArray(part)) return part.flatMap((each, index) => examplesIn(each, [...at, String(index)]));
  if (!isRecord(part)) return [];
  const { example, examples, schema, type } = part;
  const beside = [
    ...(example === undefined ? [] : [example]),
    ...(isRecord(examples) ? Object.values(examples).map((each) => isRecord(each) && each['value']) : []),
  ];
  return [
    ...(schema === undefined ? [] : beside.map((value) => ({ value, schema: [...at, 'schema'] }))),
    ...(type !== undefined && Array.isArray(examples) ? examples.map((value) => ({ value, schema: at })) : []),
    ...Object.entries(part)
      .filter(([name]) => name !== 'example' && name !== 'examples')
      .flatMap(([name, each]) => examplesIn(each, [...at, name])),
  ];
}
