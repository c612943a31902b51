import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import {
  type Answer,
  type Probe,
  Refusal,
  Undecided,
  type Verdict,
  type Verification,
} from '../../../src/core/verification.ts';
import type { ProbeTools } from '../../../src/verify/asking.ts';
import { verdictOf } from '../../../src/verify/probe.ts';
import { endsWithin } from '../../support/bounds.ts';

const now = new Date('2026-11-22T12:00:00Z');

function verdict(
  run: (probe: Probe) => Promise<unknown>,
  { knownEnd, timeoutMs = 5_000, status }: { knownEnd?: Date; timeoutMs?: number; status?: number } = {},
): Promise<Verdict> {
  const verification: Verification = {
    checks: ['credential', 'resource'],
    answers: {
      gone: { status: 404, proven: true, class: 'NOT_FOUND', detail: 'gone', hint: 'Look.', source: 'a/b#1' },
    },
    run: async (probe) => void (await run(probe)),
  };
  const deps = {
    sender: { send: () => (status === undefined ? new Promise(() => undefined) : answered(status)), close },
    mail: { configured: false },
    env: {},
    now: () => now,
    signal: AbortSignal.timeout(timeoutMs),
  } as unknown as ProbeTools;
  return verdictOf(verification, { token: new Secret('sentinel-credential') }, knownEnd, deps);
}

const close = async () => undefined;
const rest = {
  header: () => undefined,
  text: '',
  bytes: new Uint8Array(),
  json: () => ({}),
  isPage: false,
  clockAhead: 0,
};
const answered = async (status: number): Promise<Answer> => ({ status, ...rest });

const refusal = (kind: Refusal['kind']) => async () => {
  throw new Refusal(kind, { detail: 'no', hint: 'do it' });
};

describe('outcomes', () => {
  const [past, future] = [new Date('2026-11-21T00:00:00Z'), new Date('2026-11-23T00:00:00Z')];
  it.each<[Refusal['kind'], Date | undefined, string, string]>([
    ['INVALID', undefined, 'invalid', 'INVALID'],
    ['INVALID', future, 'invalid', 'INVALID'],
    ['INVALID', past, 'expired', 'EXPIRED'],
    ['EXPIRED', undefined, 'expired', 'EXPIRED'],
    ['EXPIRED', future, 'expired', 'EXPIRED'],
    ['REVOKED', past, 'invalid', 'REVOKED'],
    ['INSUFFICIENT', past, 'invalid', 'INSUFFICIENT'],
    ['NOT_FOUND', past, 'invalid', 'NOT_FOUND'],
    ['PROVIDER_BLOCKED', past, 'invalid', 'PROVIDER_BLOCKED'],
  ])('a refusal %s with a known end %s is %s, %s', async (kind, knownEnd, outcome, errorCode) => {
    const given = await verdict((probe) => probe.check('credential', refusal(kind)), knownEnd ? { knownEnd } : {});
    expect(given).toMatchObject({ outcome, errorCode, hint: 'do it' });
    expect(given.checks.map((check) => check.outcome)).toEqual(['failed', 'skipped']);
  });

  it('never overrules a success by a date', async () => {
    const given = await verdict((probe) => probe.check('credential', async () => ({ detail: 'yes' })), {
      knownEnd: past,
    });
    expect(given.outcome).toBe('valid');
  });

  it('counts the end that the provider told before the one that was known', async () => {
    const given = await verdict(
      (probe) => {
        probe.endsAt(future);
        return probe.check('credential', refusal('INVALID'));
      },
      { knownEnd: past },
    );
    expect(given).toMatchObject({ outcome: 'invalid', expiresAt: '2026-11-23T00:00:00Z' });
  });

  it.each<[string, () => never, string]>([
    [
      'undecided',
      () => {
        throw new Undecided('RATE_LIMITED', { detail: 'busy' });
      },
      'RATE_LIMITED',
    ],
    [
      'an error of ours',
      () => {
        throw new TypeError('reading sentinel-credential of undefined');
      },
      'UNREACHABLE',
    ],
  ])('%s', async (_, step, errorCode) => {
    for (const inside of [true, false]) {
      const given = await verdict(async (probe) => (inside ? probe.check('credential', async () => step()) : step()));
      expect(given).toMatchObject({ outcome: 'undecided', errorCode });
      expect(given.checks.map(({ outcome }) => outcome)).toEqual(['undecided', 'skipped']);
      expect(JSON.stringify(given)).not.toContain('sentinel');
    }
  });
});

describe('a 404', () => {
  it.each([
    ['passed', 'invalid', 'NOT_FOUND'],
    // Nobody has shown yet that the credential is accepted: the address may be another's.
    ['unproven', 'undecided', 'UNREACHABLE'],
    ['skipped', 'undecided', 'UNREACHABLE'],
  ] as const)('after a credential that is %s is %s', async (credential, outcome, errorCode) => {
    const given = await verdict(
      async (probe) => {
        await probe.check('credential', async () => ({ outcome: credential, detail: 'so far' }));
        await probe.check('resource', async () => ({ detail: (await probe.send({ url: 'x' })).text }));
      },
      { status: 404 },
    );
    expect(given).toMatchObject({ outcome, errorCode });
  });
});

it('lets no check pass that was under way when another one failed', async () => {
  const given = await verdict((probe) =>
    Promise.allSettled([
      probe.check('resource', () => sleep(20, { detail: 'late' })),
      probe.check('credential', refusal('INVALID')),
    ]),
  );
  expect(given.checks.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'credential failed',
    'resource skipped',
  ]);
});

it('keeps the first of two failures', async () => {
  const given = await verdict((probe) =>
    Promise.allSettled([
      probe.check('credential', refusal('INVALID')),
      probe.check('resource', () => sleep(20).then(refusal('NOT_FOUND'))),
    ]),
  );
  expect(given).toMatchObject({ outcome: 'invalid', errorCode: 'INVALID' });
  expect(given.checks.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'credential failed',
    'resource skipped',
  ]);
});

describe('time', () => {
  it.each<[string, (probe: Probe) => Promise<unknown>]>([
    [
      'a request',
      (probe) => probe.check('credential', async () => ({ detail: (await probe.send({ url: 'x' })).text })),
    ],
    ['anything else', () => new Promise(() => undefined)],
  ])('ends %s', async (_, run) => {
    const given = await endsWithin(600, verdict(run, { timeoutMs: 100 }));
    expect(given).toMatchObject({ outcome: 'undecided', errorCode: 'UNREACHABLE' });
    expect(given.checks[0]).toMatchObject({ outcome: 'undecided', detail: 'the provider did not answer in time' });
  });

  it('takes nothing into the verdict that comes later', async () => {
    let late: Promise<unknown> | undefined;
    const given = await verdict(
      (probe) => {
        late = probe.check('credential', () => sleep(300, { detail: 'late' })).catch(() => undefined);
        return late;
      },
      { timeoutMs: 50 },
    );
    const before = structuredClone(given);
    await late;
    expect(given).toEqual(before);
    expect(given.outcome).toBe('undecided');
  });
});

describe('what a provider tells', () => {
  it.each<[string, Date | undefined]>([
    ['a moment that is none', new Date(Number.NaN)],
    ['nothing', undefined],
    ['a year that no database stores', new Date(Date.UTC(20_000, 0))],
    ['a year before all others', new Date(-1e15)],
  ])('is no end: %s', async (_, moment) => {
    expect((await verdict(async (probe) => probe.endsAt(moment))).expiresAt).toBeNull();
  });

  it.each<[unknown, string | null]>([
    ['octocat', 'octocat'],
    ['', null],
    [7, null],
    ['a\u001b[31mb', 'a\\u001b[31mb'],
    ['sentinel-credential', null],
    ['Bearer sentinel-credential', null],
    [Buffer.from('x:sentinel-credential').toString('base64'), null],
  ])('is an account, unless it may be a credential: %j', async (name, account) => {
    expect((await verdict(async (probe) => probe.accountIs(name))).account).toBe(account);
  });

  it('shows in no detail or hint what it was sent', async () => {
    const given = await verdict((probe) =>
      probe.check('credential', async () => {
        void probe.send({ url: 'x', headers: { authorization: new Secret('Bearer made-for-this-request') } });
        throw new Refusal('INVALID', { detail: 'for sentinel-credential', hint: 'not made-for-this-request' });
      }),
    );
    expect(given.checks[0]?.detail).toBe('for [secret]');
    expect(given.hint).toBe('not [secret]');
  });
});
