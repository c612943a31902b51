import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { CategoryName } from '../../../src/core/category.ts';
import { commonFields } from '../../../src/core/common-fields.ts';
import { keyOf } from '../../../src/manifest/keys.ts';
import { manifestSchema } from '../../../src/manifest/schema.ts';
import { providers } from '../../../src/providers/index.ts';

const example = parse(readFileSync(new URL('../../../src/manifest/example.yaml', import.meta.url), 'utf8'));
const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
const takes = ajv.compile(manifestSchema());

function item(changes: object): object {
  return { tenant: 'Acme', tickets: [{ name: 'x', type: 'linear', ...changes }] };
}

test('the example fits, and has every column of every provider', () => {
  expect([takes(example), takes.errors]).toEqual([true, null]);
  const items: Record<string, unknown>[] = Object.values(example).flat() as never;
  for (const { name, category, fields } of providers) {
    const own = fields.filter((field) => !isCommon(category.name, field.name)).map(keyOf);
    const keys = items.filter(({ type }) => type === name).flatMap(Object.keys);
    expect(keys, name).toEqual(expect.arrayContaining(own));
  }
});

function isCommon(category: CategoryName, column: string): boolean {
  return column in commonFields[category].trailing;
}

describe('it takes', () => {
  test.each<[what: string, content: object]>([
    ['a tenant alone', { tenant: 'Acme' }],
    ['empty lists', { tenant: 'Acme', scm: [], targets: [], pipelines: [], communication: [], tickets: [] }],
    ['little of an integration', item({})],
    ['keep', item({ linearApiKey: 'keep' })],
    ['a cleared field', item({ linearDefaultProjectId: null, epicTemplate: null })],
  ])('%s', (_, content) => {
    expect([takes(content), takes.errors]).toEqual([true, null]);
  });
});

describe('it refuses', () => {
  test.each<[what: string, content: object]>([
    ['no tenant', { scm: [] }],
    ['another key', { tenant: 'Acme', scms: [] }],
    ["another provider's key", item({ jiraUrl: 'https://acme.atlassian.net' })],
    ['a type of another category', { tenant: 'Acme', tickets: [{ name: 'x', type: 'github' }] }],
    ['a credential as it is', item({ linearApiKey: 'lin_api_x' })],
    ['a variable of ours', item({ linearApiKey: 'env:INTEGRATIONS_KEYRING' })],
    ['a number for text', item({ linearTeamId: 1 })],
    ['text for a switch', item({ active: 'yes' })],
    ['nothing where it is needed', item({ linearTeamId: null })],
  ])('%s', (_, content) => {
    expect(takes(content)).toBe(false);
  });
});
