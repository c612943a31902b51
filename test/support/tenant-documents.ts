import fc from 'fast-check';
import type { Json } from '../../src/core/field.ts';
import { hasUnprintable } from '../../src/core/text.ts';
import { providersOf } from '../../src/providers/index.ts';
import { type Sample, sampleOf, samples } from './samples.ts';

export type Item = { [key: string]: Json };

/** A whole tenant as a manifest for standard input, every credential in it. */
export type Wanted = Record<'scm' | 'targets' | 'pipelines' | 'communication' | 'tickets', Item[]>;

const line = fc
  .string({
    unit: fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), oddCharacters()),
    maxLength: 12,
  })
  .map((text) => text.trim().normalize('NFC'))
  .filter((text) => text !== '' && !hasUnprintable(text));

/** What YAML reads as something else where it is not quoted, and what names get wrong. */
function oddCharacters(): fc.Arbitrary<string> {
  return fc.constantFrom(...'"\'#:-?[]{}&*!|>%@`,~\\/ 0ä日😀', 'no', 'null', ': ', ' #', '1e3', '<<');
}

const paragraph = fc
  .array(fc.oneof(line, fc.constantFrom('', ' ', '\t')), { minLength: 1, maxLength: 4 })
  .map((lines) => lines.join('\n').trim())
  .filter((text) => text !== '');

const variables = fc.dictionary(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
  fc.oneof(line, fc.constantFrom('', ' ', '\n', 'a\r\nb', '\u0085', '\u2028', '- x', 'true', '\u007f')),
  { maxKeys: 4 },
);

const template = fc.dictionary(line, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });

/** Fields that may be absent, or are there in several forms. */
const varied: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  defaultBranch: fc.constantFrom('main', 'trunk', null),
  description: fc.oneof(paragraph, fc.constant(null)),
  triggerOnRelease: fc.constantFrom(true, false, null),
  buildTimeout: fc.constantFrom(1, 900, null),
  environmentVariables: fc.oneof(variables as fc.Arbitrary<Json>, fc.constant(null)),
  autoCreateEpics: fc.constantFrom(true, false, null),
  epicTemplate: fc.oneof(template as fc.Arbitrary<Json>, fc.constant(null)),
  credentialExpiresAt: fc.constantFrom('2027-06-30', '2028-01-01T12:00:00Z', null),
};

/** Fields that are always there, in several forms. */
const needed: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  jiraProjectKey: fc.constantFrom('MOB', 'WEB'),
  azureProject: line.filter((text) => !/[/\\]|\{\{|^\*+$/.test(text)),
};

/** An item of a provider: what it needs, and more or less of the rest. */
function item({ provider, stored, credentials }: Sample, name: string): fc.Arbitrary<Item> {
  const isReference = (key: string) => key === 'scmIntegrationId' || key === 'targetIntegrationId';
  const plain = Object.entries(stored).filter(([key]) => !isReference(key) && key !== 'lastTriggeredAt');
  const sealed = credentials.map(({ column, value }) => [column, `value:${value}`] as const);
  const canBeAbsent = (key: string) => key in varied || /refresh|Issuer|WebhookUrl|ChannelId|notifyOn/.test(key);
  const choices = [...plain, ...sealed, ['credentialExpiresAt', null] as const].map(([key, value]) => {
    const given: fc.Arbitrary<Json> = varied[key] ?? needed[key] ?? fc.constant(value);
    const some = canBeAbsent(key) && !(provider === 'teams' && key === 'teamsWebhookUrl');
    return [key, some ? fc.option(given, { nil: undefined }) : given] as const;
  });
  return fc
    .record({ ...Object.fromEntries(choices), active: fc.constantFrom(undefined, true, false) })
    .map((fields) => ({ name, type: provider, ...withoutAbsent(fields) }));
}

function withoutAbsent(fields: object): Item {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function list(category: Sample['category'], max = 4): fc.Arbitrary<Item[]> {
  const own = samples.filter((sample) => sample.category === category);
  return fc
    .uniqueArray(fc.tuple(fc.oneof(fc.constantFrom('a', 'b', 'c'), line), fc.constantFrom(...own)), {
      maxLength: max,
      selector: ([name]) => name,
    })
    .chain((chosen) => fc.tuple(...chosen.map(([name, sample]) => item(sample, name))));
}

function unique(items: Item[], key: (item: Item) => unknown): Item[] {
  return [...new Map(items.map((each) => [key(each), each])).values()];
}

const pipelineProviders = providersOf('pipeline');

/** Tenants of any kind, with names that collide from one to the next. */
export const wanted: fc.Arbitrary<Wanted> = fc
  .record({
    scm: list('scm')
      .chain((items) =>
        fc.tuple(
          fc.constant(items),
          fc.array(fc.constantFrom('one', 'two', 'three'), { minLength: items.length, maxLength: items.length }),
        ),
      )
      .map(([items, organizations]) =>
        unique(
          items.map((each, index) => ({ ...each, organization: organizations[index] ?? '' })),
          ({ type, organization }) => `${type} ${organization}`,
        ),
      ),
    targets: list('target').map((items) => unique(items, ({ type }) => type)),
    communication: list('communication'),
    tickets: list('ticket'),
    builds: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('a', 'b', 'c', 'd')), { maxLength: 3 }),
    pipelines: fc.tuple(...pipelineProviders.map(({ name }) => item(sampleOf(name), ''))),
  })
  .map(({ builds, pipelines: kinds, ...rest }) => {
    const pipelines = builds.flatMap(([scmNumber, targetNumber, name]) => {
      const scm = rest.scm[scmNumber % rest.scm.length];
      const target = rest.targets[targetNumber % rest.targets.length];
      if (!scm || !target) return [];
      const hosted = pipelineProviders.findIndex((each) => each.scm === scm['type']);
      const kind = kinds[hosted >= 0 ? hosted : pipelineProviders.findIndex((each) => each.scm === undefined)];
      return [{ ...kind, name, scm: scm['name'] ?? '', target: target['name'] ?? '' } as Item];
    });
    return { ...rest, pipelines: unique(pipelines, ({ name }) => name) };
  });

/** The same tenant, its items and their keys in another order. */
export function reversed(tenant: Wanted): Wanted {
  const turned = (each: Item) => Object.fromEntries(Object.entries(each).reverse());
  return Object.fromEntries(
    Object.entries(tenant)
      .map(([key, items]) => [key, items.map(turned).reverse()])
      .reverse(),
  );
}
