import { beforeAll, describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../src/core/field.ts';
import type { Provider } from '../../../src/core/provider.ts';
import type { AnswerLine, ErrorClass } from '../../../src/core/verification.ts';
import { providers } from '../../../src/providers/index.ts';
import { askedBy, type Case, cases, outcomeOf } from '../../support/answer-examples.ts';
import { list } from '../../support/list.ts';
import { answers, places } from '../../support/provider-answers.ts';
import type { Example } from '../../support/provider-fixture.ts';
import { fixtureOf } from '../../support/provider-fixtures.ts';
import { type Exchange, providerServer, type Reply } from '../../support/provider-server.ts';
import { sampleOf } from '../../support/samples.ts';
import { ask } from '../../support/verify.ts';

/** How many lines a provider has at least; a pipeline that is hosted with its SCM has that one's too. */
const least: Readonly<Record<string, number>> = Object.fromEntries(
  ['github', 'github-actions', 'gitlab', 'gitlab-ci', 'app-store', 'play-store'].map((name) => [name, 30]),
);

const withTable = providers.filter(({ verification }) => verification.answers);
const source = /^(https:\/\/[^\s]+|[\w.-]+\/[\w.-]+#\d+)$/;

describe.each(withTable)('the table of $name', ({ name, verification: { answers: table = {} } }) => {
  const lines = Object.entries(table);

  it('has an example for each line, and none besides', () => {
    expect(Object.keys(fixtureOf(name).examples ?? {}).sort()).toEqual(Object.keys(table).sort());
  });

  it('has as many lines as are promised, and none says what another one says', () => {
    expect(lines.length).toBeGreaterThanOrEqual(least[name] ?? 20);
    expect(new Set(lines.map(([, { detail }]) => detail)).size).toBe(lines.length);
  });

  it.each(lines)('%s: says where it is from, in words as they are shown', (_, line) => {
    expect(line.source).toMatch(source);
    expect(line.detail).toMatch(/^[a-zA-Z'"].*[^.]$/s);
    expect(line.detail).toContain(line.unnamed ?? '');
    if (typeof line.hint === 'string') expect(line.hint).toMatch(/^[A-Z].*\.$/);
    // What passes by itself is never stored as a refusal, and what stays is never told to pass.
    const passes = /\b(try again|a while)\b/i.test(`${line.detail} ${line.hint}`);
    if (passes) expect(outcomeOf(line.class)).toBe('undecided');
  });
});

/** Every answer of the provider is good, but the one of that name. */
async function world(put?: { name: string; answer: Reply }, others?: Reply) {
  const server = await providerServer();
  const asked: string[] = [];
  // What is said last counts.
  if (others) server.on('GET', /./, others);
  for (const [name, { method, path, good }] of Object.entries(answers)) {
    server.on(method, path, (exchange: Exchange) => {
      asked.push(name);
      const handler = put?.name === name ? put.answer : good;
      return typeof handler === 'function' ? handler(exchange) : handler;
    });
  }
  const env = Object.fromEntries(Object.entries(places).map(([variable, place]) => [variable, server.url + place]));
  return { server, asked, env };
}

function valuesOf(
  { name }: Provider,
  url: string,
  { columns }: Pick<Example, 'columns'> = {},
): Record<string, FieldValue> {
  const { stored, credentials } = sampleOf(name);
  const secrets = Object.fromEntries(credentials.map(({ column, value }) => [column, value]));
  return { ...stored, ...secrets, ...fixtureOf(name).there?.values(url), ...columns?.(url) } as Record<
    string,
    FieldValue
  >;
}

/** What the provider's verification asks about its sample, by the names of the fixture. */
async function requestsOf(provider: Provider, example?: Example): Promise<readonly string[]> {
  const { server, asked, env } = await world();
  await ask(provider, valuesOf(provider, server.url, example), { env });
  return [...new Set(asked)];
}

/** What is asked first for each field that the provider lists. */
async function listingsOf(
  provider: Provider,
  example?: Example,
): Promise<readonly (readonly [field: string, name: string])[]> {
  const fields = Object.keys(provider.listings).map(async (field) => {
    const { server, asked, env } = await world();
    await list(provider, field, valuesOf(provider, server.url, example), { env });
    return [field, asked[0] ?? ''] as const;
  });
  return Promise.all(fields);
}

/** What a listing that ends so asks for again. */
function refusedBy(kind: ErrorClass): 'credential' | 'place' | null {
  if (outcomeOf(kind) === 'undecided') return null;
  return kind === 'NOT_FOUND' ? 'place' : 'credential';
}

describe.each(withTable)('an example of $name', (provider) => {
  let ofSample: readonly string[];
  let listed: readonly (readonly [field: string, name: string])[];

  beforeAll(async () => {
    [ofSample, listed] = [await requestsOf(provider), await listingsOf(provider)];
  });

  it.each(cases.filter((each) => each.provider === provider.name))('$name, at every request', async (each) => {
    const requests = each.example.columns ? await requestsOf(provider, each.example) : ofSample;
    expect(requests).toContain(askedBy(each));
    const meant = await Promise.all(
      requests.map(async (name) => [name, await meaningAt(provider, each, name)] as const),
    );
    expect(Object.fromEntries(meant)).toEqual(
      Object.fromEntries(requests.map((name) => [name, each.example.elsewhere?.[name] ?? each.example.class])),
    );
  });

  it.each(cases.filter((each) => each.provider === provider.name))('$name, at a listing', async ({ line, example }) => {
    for (const [field, name] of example.columns ? await listingsOf(provider, example) : listed) {
      const { server, env } = await world({ name, answer: example.answer });
      const listed = await list(provider, field, valuesOf(provider, server.url, example), { env });
      const elsewhere = example.elsewhere?.[name];
      if (elsewhere === 'valid') continue;
      const status = example.answer.status ?? 200;
      expect(listed).toMatchObject({
        ...(elsewhere ? {} : { reason: status < 300 ? line.detail : `${line.detail} (${status})` }),
        refused: refusedBy(line.class),
      });
    }
  });
});

describe.each(withTable)('what stands in no table of $name', (provider) => {
  it.each([
    [403, 'teapot_policy'],
    [401, undefined],
    [404, undefined],
    [422, 'teapot_policy'],
  ])('%i is undecided, and says no more than its status and its code', async (status, code) => {
    // Some tables have a line for a status without a word: then it stands in the table.
    const table = Object.values<AnswerLine>(provider.verification.answers ?? {});
    const bare = table.some(
      (line) => [line.status].flat().includes(status) && !line.body && !line.header && !line.text,
    );
    if (bare) return;
    for (const name of await requestsOf(provider)) {
      const answer = { status, json: { ...(code ? { error: code } : {}), note: 'Give it the permission to brew' } };
      // Where a thing is missing, some ask for another one.
      const bad = await world({ name, answer }, answer);
      const verdict = await ask(provider, valuesOf(provider, bad.server.url), { env: bad.env });
      // What is missing, and what one can do without, the provider's own code reads.
      if (verdict.outcome === 'valid' || (status === 404 && verdict.errorCode === 'NOT_FOUND')) continue;
      expect(verdict, name).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
      const detail = verdict.checks.find(({ outcome }) => outcome === 'undecided')?.detail;
      expect(detail).toContain(code === undefined ? `(${status}` : `(${status}, ${code})`);
      expect(`${detail} ${verdict.hint}`).not.toMatch(/permission|try again/i);
    }
  });
});

async function meaningAt(provider: Provider, { example }: Case, name: string): Promise<string> {
  const { server, env } = await world({ name, answer: example.answer });
  const verdict = await ask(provider, valuesOf(provider, server.url, example), { env });
  return verdict.errorCode ?? verdict.outcome;
}
