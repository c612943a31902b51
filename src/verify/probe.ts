import { mayBeCredential, quotable } from '../core/text.ts';
import { moment } from '../core/time.ts';
import {
  type Check,
  type CheckName,
  type Probe,
  Refusal,
  Undecided,
  type Verdict,
  type Verification,
} from '../core/verification.ts';
import { aborted } from './aborted.ts';
import { createAsking, type OpenValues, type ProbeTools, problemOf } from './asking.ts';
import { judge } from './judge.ts';

class Ended extends Error {}

/** The first moment that no database stores. */
const endOfTime = Date.UTC(10_000, 0);

/**
 * Asks the provider; ends soon after the signal at the latest.
 * @param knownEnd when the credential is known to end: a refusal after that moment is an expiry
 */
export async function verdictOf(
  verification: Verification,
  values: OpenValues,
  knownEnd: Date | undefined,
  tools: ProbeTools,
): Promise<Verdict> {
  const checks: Check[] = [];
  const facts: { endsAt: Date | undefined; account: string | null } = { endsAt: undefined, account: null };
  let stopped: Refusal | Undecided | undefined;
  const isProven = () => checks.some(({ name, outcome }) => name === 'credential' && outcome === 'passed');
  const { asking, redactor } = createAsking(values, tools, (answer, asksFor) =>
    judge(answer, { credentialProven: isProven(), now: tools.now(), asksFor }, verification.answers),
  );

  const probe: Probe = {
    ...asking,
    endsAt: (moment) => {
      if (moment && moment.getTime() >= 0 && moment.getTime() < endOfTime) facts.endsAt = moment;
    },
    accountIs: (name) => {
      if (typeof name === 'string' && name !== '') facts.account = mayBeCredential(name) ? null : quotable(name, 255);
    },
    async check(name, step) {
      if (stopped) throw new Ended();
      try {
        const found = await step();
        if (stopped) throw new Ended();
        checks.push({ name, outcome: found.outcome ?? 'passed', detail: found.detail });
        return found;
      } catch (error) {
        if (stopped) throw new Ended();
        stopped = problemOf(error);
        checks.push({ name, outcome: stopped instanceof Refusal ? 'failed' : 'undecided', detail: stopped.message });
        throw new Ended();
      }
    },
  };

  try {
    await Promise.race([verification.run(probe), aborted(tools.signal)]);
  } catch (error) {
    if (!(error instanceof Ended)) stopped ??= problemOf(error);
  }
  const missing = verification.checks.filter((name) => !checks.some((check) => check.name === name));
  for (const name of missing) checks.push(restOf(name, stopped, checks));
  return redacted(conclude(checks, stopped, facts, knownEnd, tools.now()), redactor());
}

/** A name that a provider gives may repeat what it was sent. */
function redacted(verdict: Verdict, redact: (text: string) => string): Verdict {
  const { account, hint } = verdict;
  return {
    ...verdict,
    checks: verdict.checks.map((check) => ({ ...check, detail: redact(check.detail) })),
    hint: hint && redact(hint),
    account: account && redact(account) === account ? account : null,
  };
}

/** A check that did not come to its turn. */
function restOf(name: CheckName, stopped: Refusal | Undecided | undefined, checks: readonly Check[]): Check {
  const first = stopped instanceof Undecided && !checks.some(({ outcome }) => outcome === 'undecided');
  return first
    ? { name, outcome: 'undecided', detail: stopped.message }
    : { name, outcome: 'skipped', detail: stopped ? 'not asked after what an earlier check found' : 'not needed' };
}

function conclude(
  checks: Check[],
  stopped: Refusal | Undecided | undefined,
  facts: { endsAt: Date | undefined; account: string | null },
  knownEnd: Date | undefined,
  now: Date,
): Verdict {
  const told = {
    expiresAt: facts.endsAt ? moment(facts.endsAt) : null,
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
