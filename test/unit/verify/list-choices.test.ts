import { describe, expect, it } from 'vitest';
import type { Choice, Listing } from '../../../src/core/listing.ts';
import type { Provider } from '../../../src/core/provider.ts';
import { Refusal } from '../../../src/core/verification.ts';
import { github } from '../../../src/providers/github/index.ts';
import { providers } from '../../../src/providers/index.ts';
import { slack } from '../../../src/providers/slack/index.ts';
import { mayList } from '../../../src/verify/list-choices.ts';
import { list, valuesOf } from '../../support/list.ts';

const token = 'ghp_sentinelsentinelsentinelsentinelsent';

/** A provider whose default branches are these pages. */
function listing(pages: Listing['pages'], of: Provider = github): Provider {
  return { ...of, listings: { defaultBranch: { needs: ['accessToken'], pages } } };
}

const branches = (count: number, from = 0): Choice[] =>
  Array.from({ length: count }, (_, index) => ({ value: `b${from + index}` }));

describe('how much is listed', () => {
  it('is cut at a thousand, and says so', async () => {
    const endless = listing(async function* () {
      for (let from = 0; ; from += 100) yield branches(100, from);
    });
    const listed = await list(endless, 'defaultBranch', { accessToken: token });
    expect(listed).toMatchObject({ complete: false });
    expect(valuesOf(listed)).toHaveLength(1000);
    expect(valuesOf(listed)).toContain('b999');
  });

  it('is complete at exactly a thousand', async () => {
    const listed = await list(
      listing(async function* () {
        yield branches(1000);
      }),
      'defaultBranch',
      { accessToken: token },
    );
    expect(listed).toMatchObject({ complete: true });
    expect(valuesOf(listed)).toHaveLength(1000);
  });

  it('ends after fifty pages, however empty they are', async () => {
    let pages = 0;
    const empty = listing(async function* () {
      for (; ; pages += 1) yield [];
    });
    expect(valuesOf(await list(empty, 'defaultBranch', { accessToken: token }))).toMatch(/lists none/);
    expect(pages).toBeLessThan(51);
  });

  it('is what came before a fault', async () => {
    const broken = listing(async function* () {
      yield branches(2);
      throw new Refusal('INSUFFICIENT', { detail: 'no more' });
    });
    const listed = await list(broken, 'defaultBranch', { accessToken: token });
    expect(listed).toMatchObject({ complete: false });
    expect(valuesOf(listed)).toEqual(['b0', 'b1']);
  });

  it('is what came before the time was over', async () => {
    const slow = listing(async function* () {
      yield branches(1);
      await new Promise(() => undefined);
    });
    expect(valuesOf(await list(slow, 'defaultBranch', { accessToken: token }, { timeoutMs: 200 }))).toEqual(['b0']);
    const silent = listing(async function* () {
      await new Promise(() => undefined);
      yield [];
    });
    expect(valuesOf(await list(silent, 'defaultBranch', { accessToken: token }, { timeoutMs: 200 }))).toBe(
      'the provider did not answer in time',
    );
  });
});

describe('what is listed', () => {
  const of = async (...choices: Choice[]) =>
    list(
      listing(async function* () {
        yield choices;
      }),
      'defaultBranch',
      { accessToken: token },
    );

  it('fits its field, in the form that is stored, each once', async () => {
    expect(
      valuesOf(await of({ value: 'refs/heads/main' }, { value: 'a b' }, { value: '' }, { value: 'main' })),
    ).toEqual(['main']);
  });

  it('fills in other fields only with what fits them', async () => {
    const also = { organization: 'acme', repositoryUrl: 'nowhere', unknown: 'x' };
    expect(await of({ value: 'main', also })).toMatchObject({ choices: [{ also: { organization: 'acme' } }] });
  });

  it('never repeats a credential, and has no controls in what is shown', async () => {
    const choices = [{ value: `x/${token}` }, { value: 'main', label: `of ${token}`, hint: 'a\u001b[31mb' }];
    expect(await of(...choices)).toEqual({
      complete: true,
      choices: [{ value: 'main', hint: 'a\\u001b[31mb', also: {} }],
    });
  });

  it('is an entry where the field is a list', async () => {
    const channels = {
      ...slack,
      listings: {
        slackChannels: {
          needs: [],
          async *pages() {
            yield [{ value: 'C0123456789' }, { value: '#Releases' }, { value: '@somebody' }];
          },
        },
      },
    };
    expect(valuesOf(await list(channels, 'slackChannels', {}))).toEqual(['C0123456789', '#releases']);
  });
});

it('says what is wrong with the address of a server', async () => {
  const listed = await list(github, 'repositoryUrl', { accessToken: token, repositoryUrl: 'our server' });
  expect(valuesOf(listed)).toMatch(/^repositoryUrl is not a repository address/);
});

describe('when there is something to ask', () => {
  it('is once everything that is needed has a value', () => {
    const may = (values: Record<string, string | null>, field = 'defaultBranch') =>
      mayList({ provider: github, field, values });
    expect(may({ accessToken: token, repositoryUrl: 'https://github.com/acme/mobile' })).toBe(true);
    expect(may({ accessToken: token })).toBe(false);
    expect(may({ accessToken: token, repositoryUrl: null })).toBe(false);
    expect(may({ accessToken: token, repositoryUrl: '' })).toBe(false);
    expect(may({ accessToken: token }, 'repositoryUrl')).toBe(false);
    expect(may({ accessToken: token, repositoryUrl: 'https://git.acme.test' }, 'repositoryUrl')).toBe(true);
    expect(may({ accessToken: token }, 'displayName')).toBe(false);
    expect(may({ accessToken: token }, 'constructor')).toBe(false);
  });

  it('is not otherwise: that is a mistake of the caller', async () => {
    await expect(list(github, 'defaultBranch', {})).rejects.toThrow('github cannot list defaultBranch now');
  });

  it.each(providers.map((provider) => [provider.name, provider] as const))(
    '%s names fields that it has',
    (_, provider) => {
      const own = provider.fields.map(({ name }) => name);
      const scm = providers.find(({ name }) => name === provider.scm)?.fields.map(({ name }) => name) ?? [];
      for (const [field, { needs, uses = [] }] of Object.entries(provider.listings)) {
        expect(own).toContain(field);
        expect([...own, ...scm]).toEqual(expect.arrayContaining([...needs, ...uses]));
        expect(needs).not.toContain(field);
      }
    },
  );
});
