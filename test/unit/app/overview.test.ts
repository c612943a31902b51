import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkedBy, type Overview, stopsOf } from '../../../src/app/overview.ts';
import type { ListedIntegration, VerificationStatus } from '../../../src/db/stores/codec.ts';

type State = Partial<Pick<ListedIntegration, 'isActive' | 'verificationStatus' | 'displayName'>>;

function row(id: string, more: Record<string, unknown> = {}): ListedIntegration {
  return { id, displayName: id, isActive: true, verificationStatus: 'VALID', ...more } as unknown as ListedIntegration;
}

const pipeline = (state: State = {}) =>
  row('release', { scmIntegrationId: 'code', targetIntegrationId: 'app', ...state });

function overview(scm: readonly ListedIntegration[], target: readonly ListedIntegration[]): Overview {
  const integrations = { scm, target, pipeline: [], communication: [], ticket: [] };
  return { tenant: { id: 'acme', name: 'Acme' }, integrations } as unknown as Overview;
}

function stops({ self = {}, scm = {}, target = {} }: { self?: State; scm?: State; target?: State }): string[] {
  return stopsOf(overview([row('code', scm)], [row('app', target)]), pipeline(self));
}

describe('a pipeline runs', () => {
  test('where it and what it uses are on and not refused', () => {
    expect(stops({})).toEqual([]);
  });

  test('where nobody has asked yet', () => {
    const verificationStatus = 'NOT_VERIFIED';
    const never = { verificationStatus } as const;
    expect(stops({ self: never, scm: never, target: never })).toEqual([]);
  });
});

describe('a pipeline is stopped', () => {
  test.each<[string, Parameters<typeof stops>[0], stops: string[]]>([
    ['by itself', { self: { isActive: false } }, ['the pipeline is switched off']],
    ['by its scm', { scm: { isActive: false } }, ['its scm "code" is switched off']],
    ['by its target', { target: { isActive: false } }, ['its target "app" is switched off']],
    ['refused itself', { self: { verificationStatus: 'INVALID' } }, ['the pipeline is INVALID']],
    ['by a refused scm', { scm: { verificationStatus: 'EXPIRED' } }, ['its scm "code" is EXPIRED']],
    ['by a refused target', { target: { verificationStatus: 'INVALID' } }, ['its target "app" is INVALID']],
    [
      'by all of it, in the order of the chain',
      {
        self: { isActive: false, verificationStatus: 'EXPIRED' },
        scm: { isActive: false },
        target: { verificationStatus: 'INVALID' },
      },
      [
        'the pipeline is switched off',
        'the pipeline is EXPIRED',
        'its scm "code" is switched off',
        'its target "app" is INVALID',
      ],
    ],
  ])('%s', (_, states, expected) => {
    expect(stops(states)).toEqual(expected);
  });

  test('by what is not there', () => {
    expect(stopsOf(overview([], [row('app')]), pipeline())).toEqual(['its scm is missing']);
    expect(stopsOf(overview([row('code')], []), pipeline())).toEqual(['its target is missing']);
  });

  test('by a name that would move the lines of a screen, escaped', () => {
    expect(stops({ scm: { isActive: false, displayName: 'a\u202eb' } })).toEqual([
      'its scm "a\\u202eb" is switched off',
    ]);
  });
});

test('what it uses is found by its id, each link among its own kind', () => {
  const [code, app] = [row('code'), row('app')];
  expect(linkedBy(overview([row('other'), code], [app]), pipeline())).toEqual({ scm: code, target: app });
  expect(linkedBy(overview([app], [code]), pipeline())).toEqual({});
});

test('it runs exactly where nothing of its chain is off, refused or missing', () => {
  const status = fc.constantFrom<VerificationStatus>('NOT_VERIFIED', 'VALID', 'INVALID', 'EXPIRED');
  const state = fc.record({ isActive: fc.boolean(), verificationStatus: status });
  fc.assert(
    fc.property(state, fc.option(state), fc.option(state), (self, scm, target) => {
      const of = (id: string, each: State | null) => (each ? [row(id, each)] : []);
      const found = stopsOf(overview(of('code', scm), of('app', target)), pipeline(self));
      const chain = [self, scm, target];
      const runs = chain.every(
        (each) => each?.isActive && each.verificationStatus !== 'INVALID' && each.verificationStatus !== 'EXPIRED',
      );
      expect(found.length === 0).toBe(runs);
    }),
  );
});
