import type { CategoryName } from '../../src/core/category.ts';
import type { Json } from '../../src/core/field.ts';
import type { Provider } from '../../src/core/provider.ts';
import type { AnswerLine, ErrorClass, Outcome } from '../../src/core/verification.ts';
import { providers } from '../../src/providers/index.ts';
import { type Example, letters } from './provider-fixture.ts';
import { fixtureOf } from './provider-fixtures.ts';
import type { Exchange } from './provider-server.ts';
import { sampleOf } from './samples.ts';

/** One line of a provider's table with its example. */
export interface Case {
  provider: string;
  name: string;
  line: AnswerLine;
  example: Example;
  /** Stands in every request of its integration: in the credential, or wherever else the provider's requests show it. */
  mark: string;
}

export const cases: readonly Case[] = providers.flatMap(({ name: provider, verification: { answers = {} } }) =>
  Object.entries(answers).flatMap(([name, line]) => {
    const example = fixtureOf(provider).examples?.[name];
    const mark = letters(`${provider}: ${name}`, markLength(provider), '0123456789abcdef');
    return example ? [{ provider, name, line, example, mark }] : [];
  }),
);

/** Stands in for what tells a credential from others, so it is as long. */
function markLength(provider: string): number {
  return sampleOf(providerOf(provider).scm ?? provider).credentials[0]?.core.length ?? 32;
}

function providerOf(name: string): Provider {
  const provider = providers.find((each) => each.name === name);
  if (!provider) throw new Error(`there is no provider ${name}`);
  return provider;
}

/** The request that the example answers, as the fixture calls it. */
export function askedBy({ provider, example }: Case): string | undefined {
  return example.to ?? fixtureOf(provider).first;
}

/** A manifest without its tenant: the integration of a line, and before it what a pipeline uses. */
export function documentOf(each: Case, url: string): Record<string, Record<string, Json>[]> {
  const { category, scm } = providerOf(each.provider);
  const item = { name: `${each.provider}: ${each.name}`, ...columnsOf(each, each.provider, url) };
  if (category.name !== 'pipeline') return { [sections[category.name]]: [item] };
  // One that is hosted with its SCM asks with that one's credential, and about what is there.
  const code =
    scm === undefined ? sampleItem('github') : { ...columnsOf(each, scm, url), ...addressOf(each.provider, url) };
  return {
    scm: [{ name: 'code', ...code }],
    targets: [{ name: 'app', ...sampleItem('app-store') }],
    pipelines: [{ ...item, scm: 'code', target: 'app' }],
  };
}

const sections: Readonly<Record<CategoryName, string>> = {
  scm: 'scm',
  target: 'targets',
  pipeline: 'pipelines',
  communication: 'communication',
  ticket: 'tickets',
};

/** The columns of the sample, its first credential such that every request shows the mark. */
function columnsOf({ mark, example }: Case, provider: string, url: string): Record<string, Json> {
  const { marked, there } = fixtureOf(provider);
  const isHosted = providerOf(provider).scm !== undefined;
  return {
    ...sampleItem(provider, marked ? undefined : mark),
    ...(isHosted ? {} : (there?.values(url) as Record<string, Json>)),
    ...marked?.(mark),
    ...example.columns?.(url),
  };
}

/** Where a pipeline's SCM is. */
function addressOf(pipeline: string, url: string): Record<string, Json> {
  return { repositoryUrl: fixtureOf(pipeline).there?.values(url)['repositoryUrl'] as Json };
}

function sampleItem(provider: string, mark?: string): Record<string, Json> {
  const { sample } = fixtureOf(provider);
  const secrets = sample.credentials.map(({ column, value, core }, index) => [
    column,
    `value:${index === 0 && mark !== undefined ? value.replace(core, mark) : value}`,
  ]);
  return { type: provider, ...sample.stored, ...Object.fromEntries(secrets) };
}

/** All that a request shows, with what is encoded in it decoded: Basic, and the parts of a JWT. */
export function shownBy({ path, query, headers, body }: Exchange): string {
  const plain = [path, query.toString(), headers['authorization'] ?? '', body].join('\n');
  const encoded = plain.match(/[A-Za-z0-9+/_-]{16,}={0,2}/g) ?? [];
  return [plain, ...encoded.map((part) => Buffer.from(part, 'base64').toString('latin1'))].join('\n');
}

export function outcomeOf(errorCode: ErrorClass): Outcome {
  if (errorCode === 'EXPIRED') return 'expired';
  return ['RATE_LIMITED', 'UNREACHABLE', 'MALFORMED'].includes(errorCode) ? 'undecided' : 'invalid';
}
