import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CategoryName, categoryList } from '../../../src/core/category.ts';
import { commonFields } from '../../../src/core/common-fields.ts';
import { isNeeded, Unfit } from '../../../src/core/field.ts';
import type { Provider } from '../../../src/core/provider.ts';
import { findProvider, providerOfType, providers, providersOf } from '../../../src/providers/index.ts';

import { schema } from '../../contract/schema.ts';
import { fixtureOf } from '../../support/provider-fixtures.ts';

const source = new URL('../../../src/providers/', import.meta.url);

/** The providers of the contract's table 'Shape', which users and scripts rely on; there may be more by now. */
const contract: Record<CategoryName, { common: string; providers: readonly string[] }> = {
  scm: { common: '', providers: ['github', 'gitlab', 'bitbucket'] },
  target: { common: '', providers: ['app-store', 'play-store'] },
  pipeline: {
    common: 'scm* target* description trigger-on-release build-timeout env',
    providers: ['jenkins', 'github-actions', 'gitlab-ci'],
  },
  communication: { common: 'notify-on', providers: ['slack', 'email', 'teams'] },
  ticket: { common: 'auto-create-epics epic-template', providers: ['jira', 'linear', 'azure-devops'] },
};

function flagsOf(provider: Provider): string[] {
  const flags = provider.fields.map((field) => {
    const required = isNeeded(field, () => false) && field.insteadOf === undefined;
    return `${field.flag}${field.credential ? '!' : ''}${required ? '*' : ''}`;
  });
  return [...flags, ...provider.bundles.map((bundle) => `${bundle.flag}!`)];
}

function ownFields(provider: Provider) {
  const { leading, trailing } = commonFields[provider.category.name];
  return provider.fields.filter((field) => !(field.name in leading) && !(field.name in trailing));
}

describe('the registry', () => {
  test('lists every provider of the contract, by category and in its order', () => {
    const wanted = Object.entries(contract).flatMap(([category, { providers }]) =>
      providers.map((name) => `${category} ${name}`),
    );
    const listed = providers.map((provider) => `${provider.category.name} ${provider.name}`);
    expect(listed.filter((each) => wanted.includes(each))).toEqual(wanted);
    expect(categoryList.flatMap(({ name }) => providersOf(name))).toEqual(providers);
  });

  test('lists what has a folder, each under its name', () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((each) => each.isDirectory());
    const described = folders.filter(({ name }) =>
      readFileSync(new URL(`${name}/index.ts`, source), 'utf8').includes('defineProvider({'),
    );
    expect(described.map(({ name }) => name).sort()).toEqual(providers.map(({ name }) => name).sort());
    expect(described).toEqual(folders);
  });

  test('finds providers by name and by type, within their category', () => {
    expect(findProvider('pipeline', 'github-actions')?.type).toBe('GITHUB_ACTIONS');
    expect(providerOfType('pipeline', 'GITHUB_ACTIONS')?.name).toBe('github-actions');
    expect(findProvider('scm', 'github-actions')).toBeUndefined();
    expect(findProvider('pipeline', 'GITHUB_ACTIONS')).toBeUndefined();
    expect(providerOfType('scm', 'JIRA')).toBeUndefined();
  });

  test.each(categoryList)('has the types of the table of $name', ({ name, table, typeColumn }) => {
    const column = schema[table]?.columns.find((each) => each.startsWith(`${typeColumn} enum`));
    const types = [...(column ?? '').matchAll(/'([A-Z_]+)'/g)].map(([, type]) => type);
    expect(providersOf(name).map((provider) => provider.type)).toEqual(types);
  });

  test('ties pipelines to the source control that they run on', () => {
    const tied = Object.fromEntries(providers.map(({ name, scm }) => [name, scm]).filter(([, scm]) => scm));
    expect(tied).toMatchObject({ 'github-actions': 'github', 'gitlab-ci': 'gitlab' });
    const known = providersOf('scm').map(({ name }) => name);
    for (const scm of Object.values(tied)) expect(known).toContain(scm);
  });
});

describe.each(providers)('$name', (provider) => {
  test('has the flags of the contract, each once', () => {
    const { common } = contract[provider.category.name];
    const wanted = `name* expires-at ${common} ${fixtureOf(provider.name).contract}`
      .split(' ')
      .filter((flag) => flag !== '');
    expect(flagsOf(provider).sort()).toEqual(wanted.sort());
  });

  test('has the columns of the design', () => {
    const wanted = fixtureOf(provider.name)
      .columns.split(' ')
      .map((column) => column.split(':')[0]);
    expect(ownFields(provider).map((field) => field.name)).toEqual(wanted);
  });

  test('refuses what is longer than its column', () => {
    for (const column of fixtureOf(provider.name).columns.split(' ')) {
      const [name, max] = column.split(':');
      if (!max) continue;
      const field = ownFields(provider).find((candidate) => candidate.name === name);
      const refusal = (text: string) => [field?.read(text)].map((read) => (read instanceof Unfit ? read.message : ''));
      expect(refusal('a'.repeat(Number(max) + 1))).toEqual([expect.stringContaining(`at most ${max} fit`)]);
      expect(refusal('a/'.padEnd(Number(max), 'a'))).not.toEqual([expect.stringContaining('at most')]);
    }
  });

  test('explains every field in a line', () => {
    for (const { name, label, help } of [...ownFields(provider), ...provider.bundles]) {
      expect(label, name).toMatch(/^[A-Z][^\n]{1,30}$/);
      expect(help, name).toMatch(/^[^\n]{8,120}$/);
    }
  });

  test('says of every credential where it is made and what it must be allowed', () => {
    for (const field of provider.fields.filter((candidate) => candidate.credential)) {
      expect(field.whereToGet, field.name).toMatch(/^[^\n]{10,120}$/);
      expect(field.permissions, field.name).toMatch(/^[^\n]{10,120}$/);
      expect(field.example, field.name).toMatch(/^(env:[A-Z][A-Z_]+|file:\S+)$/);
    }
  });

  test('gives examples that it would take itself, and that stay as they are', () => {
    for (const field of ownFields(provider).filter((candidate) => !candidate.credential)) {
      const reading = field.read(field.example);
      if (reading instanceof Unfit) throw reading;
      const { value, warnings } = reading;
      expect(warnings, field.name).toEqual([]);
      expect([value].flat().join(','), field.name).toBe(field.example);
    }
  });

  test('is asked for its category first and last', () => {
    const names = provider.fields.map((field) => field.name);
    expect(names[0]).toBe('displayName');
    expect(names.at(-1)).toBe('credentialExpiresAt');
    expect(new Set(names).size).toBe(names.length);
  });

  test('fills fields that exist from its bundles', () => {
    const names = provider.fields.map((field) => field.name);
    for (const bundle of provider.bundles) expect(names).toEqual(expect.arrayContaining([...bundle.fills]));
  });

  test('is a description: its file imports nothing that does anything', () => {
    const file = readFileSync(new URL(`${provider.name}/index.ts`, source), 'utf8');
    const imported = [...file.matchAll(/from '([^']+)'/g)].map((match) => match[1]);
    expect(imported).toContain('../../core/provider.ts');
    // Own files alone, so that a description costs nothing; what a verification needs is handed to it. What is hosted
    // with its source control is asked as that is.
    const folders = ['../../core', '../../core/pasted', '.', '..', ...(provider.scm ? [`../${provider.scm}`] : [])];
    for (const path of imported) expect(folders).toContain(path?.replace(/\/[a-z-]+\.ts$/, ''));
  });
});
