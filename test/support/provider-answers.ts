import type { ErrorClass } from '../../src/core/verification.ts';
import { type Answer, at, type Mishap } from './provider-fixture.ts';
import { type fixtureOf, fixtures } from './provider-fixtures.ts';
import { type Handler, page } from './provider-server.ts';

export { type Answer, type Mishap, steady } from './provider-fixture.ts';

/*
 * What all providers answer, on one server, about the samples; each has a place of its own on it. The details of each
 * provider, and that requests fit its description, are the unit tests' matter.
 */

/** Places of the hosted APIs, for the variables that replace their bases. */
export const places: Readonly<Record<string, string>> = merged(({ places = {} }) => places);

/** By names that only one provider uses. */
export const answers: Readonly<Record<string, Answer>> = merged(({ answers }) => answers);

function merged<T>(part: (fixture: ReturnType<typeof fixtureOf>) => Readonly<Record<string, T>>): Record<string, T> {
  const entries = [...fixtures.values()].flatMap((fixture) => Object.entries(part(fixture)));
  if (new Set(entries.map(([name]) => name)).size < entries.length) throw new Error('two providers share a name');
  return Object.fromEntries(entries);
}

export function answerOf(name: string): Answer {
  const answer = answers[name];
  if (!answer) throw new Error(`nothing is answered as "${name}"`);
  return answer;
}

/** What every provider may answer its first call with, where it has no way of its own to end in that class. */
const alike: Readonly<Partial<Record<ErrorClass, Handler>>> = {
  RATE_LIMITED: { status: 429, headers: { 'retry-after': '3600' }, json: {} },
  UNREACHABLE: page,
};

const classes: readonly ErrorClass[] = [
  ...(['INVALID', 'EXPIRED', 'REVOKED', 'INSUFFICIENT', 'NOT_FOUND', 'PROVIDER_BLOCKED'] as const),
  ...(['RATE_LIMITED', 'UNREACHABLE'] as const),
];

/**
 * By class and provider. Where a provider does not tell an expiry, a refusal after the date that somebody noted is one.
 * A provider that is missing in a class cannot end in it.
 */
export const mishaps: Readonly<Partial<Record<ErrorClass, Readonly<Record<string, Mishap>>>>> = Object.fromEntries(
  classes.map((errorClass) => [
    errorClass,
    Object.fromEntries(
      [...fixtures].flatMap(([name, { mishaps: own, first }]) => {
        const handler = alike[errorClass];
        const mishap = own[errorClass] ?? (handler && first !== undefined ? at(first, handler) : undefined);
        return mishap ? [[name, mishap]] : [];
      }),
    ),
  ]),
);

export function mishapOf(errorClass: ErrorClass, provider: string): Mishap {
  const mishap = mishaps[errorClass]?.[provider];
  if (!mishap) throw new Error(`${provider} cannot end in ${errorClass}`);
  return mishap;
}
