import type { FieldValue } from '../core/field.ts';
import { Secret } from '../core/secret.ts';
import { mayBeCredential, quotable } from '../core/text.ts';
import {
  type Check,
  type CheckName,
  type Finding,
  type HostedApi,
  type Mail,
  type Probe,
  Refusal,
  Undecided,
  type Verdict,
  type Verification,
} from '../core/verification.ts';
import { judge } from './judge.ts';
import type { Sender } from './send.ts';

/** What one verification may use. */
export interface Means {
  sender: Sender;
  mail: Mail;
  base: (api: HostedApi) => string;
  now: () => Date;
  /** Ends every request of it. */
  signal: AbortSignal;
}

/** Plain values and opened credentials, by column. */
export type OpenValues = Readonly<Record<string, FieldValue | undefined>>;

class Ended extends Error {}

/**
 * Asks the provider.
 * @param knownEnd when the credential is known to end: a refusal after that moment is an expiry
 */
export async function verdictOf(
  verification: Verification,
  values: OpenValues,
  knownEnd: Date | undefined,
  means: Means,
): Promise<Verdict> {
  const checks: Check[] = [];
  const facts: { endsAt: Date | undefined; account: string | null } = { endsAt: undefined, account: null };
  let stopped: Refusal | Undecided | undefined;
  const standing = () => ({
    credentialProven: checks.some(({ name, outcome }) => name === 'credential' && outcome === 'passed'),
    now: means.now(),
  });

  const probe: Probe = {
    text: (field) => (typeof values[field] === 'string' ? values[field] : undefined),
    list: (field) => (Array.isArray(values[field]) ? values[field] : []),
    secret: (field) => (values[field] instanceof Secret ? values[field] : undefined),
    base: means.base,
    now: means.now,
    mail: means.mail,
    endsAt: (moment) => {
      if (moment && !Number.isNaN(moment.getTime())) facts.endsAt = moment;
    },
    accountIs: (name) => {
      if (typeof name === 'string' && name !== '') facts.account = mayBeCredential(name) ? null : quotable(name, 255);
    },
    async send(request) {
      const answer = await means.sender.send(request, means.signal);
      if (request.accept?.(answer)) return answer;
      const problem = verification.judge?.(answer) ?? judge(answer, standing());
      if (problem) throw problem;
      return answer;
    },
    async check(name, step) {
      if (stopped) throw new Ended();
      try {
        const { outcome = 'passed', detail }: Finding = await step();
        checks.push({ name, outcome, detail });
      } catch (error) {
        stopped = problemOf(error);
        checks.push({ name, outcome: stopped instanceof Refusal ? 'failed' : 'undecided', detail: stopped.message });
        throw new Ended();
      }
    },
  };

  try {
    await verification.run(probe);
  } catch (error) {
    if (!(error instanceof Ended)) stopped ??= problemOf(error);
  }
  const missing = verification.checks.filter((name) => !checks.some((check) => check.name === name));
  for (const name of missing) checks.push(restOf(name, stopped, checks));
  return conclude(checks, stopped, facts, knownEnd, means.now());
}

/** A check that did not come to its turn. */
function restOf(name: CheckName, stopped: Refusal | Undecided | undefined, checks: readonly Check[]): Check {
  const first = stopped instanceof Undecided && !checks.some(({ outcome }) => outcome === 'undecided');
  return first
    ? { name, outcome: 'undecided', detail: stopped.message }
    : { name, outcome: 'skipped', detail: stopped ? 'not asked: an earlier check ended it' : 'not needed' };
}

/** Anything that is neither a refusal nor an undecided answer came from bytes that were not foreseen. */
function problemOf(error: unknown): Refusal | Undecided {
  if (error instanceof Refusal || error instanceof Undecided) return error;
  const late = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  return late
    ? new Undecided('UNREACHABLE', {
        detail: 'the provider did not answer in time',
        hint: 'Try again, or with a longer --timeout.',
      })
    : new Undecided('UNREACHABLE', { detail: 'the provider gave an answer that is not foreseen' });
}

function conclude(
  checks: Check[],
  stopped: Refusal | Undecided | undefined,
  facts: { endsAt: Date | undefined; account: string | null },
  knownEnd: Date | undefined,
  now: Date,
): Verdict {
  const told = {
    expiresAt: facts.endsAt ? `${facts.endsAt.toISOString().slice(0, 19)}Z` : null,
    account: facts.account,
  };
  if (!stopped) return { outcome: 'valid', checks, errorCode: null, hint: null, ...told };
  const hint = stopped.hint ?? null;
  if (stopped instanceof Undecided) return { outcome: 'undecided', checks, errorCode: stopped.kind, hint, ...told };
  const over = (facts.endsAt ?? knownEnd ?? now).getTime() < now.getTime();
  const expired = stopped.kind === 'EXPIRED' || (stopped.kind === 'INVALID' && over);
  return {
    outcome: expired ? 'expired' : 'invalid',
    checks,
    errorCode: expired ? 'EXPIRED' : stopped.kind,
    hint,
    ...told,
  };
}
